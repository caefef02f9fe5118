import API
import JSON
import Store
import TimeZones

/// Macros: saved replies of teammates. The API only reads them.
///
/// Their times are strings. `body` and `body_text` hold the same content, with placeholders as tags or in braces.
enum Macros: Resource {
  static let operations: [Operation] = [
    .get("/macros", id: "listMacros", handler: list, available: .since(.v2_16)),
    .get("/macros/{id}", id: "getMacro", handler: retrieve, available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "macro", collection: "macros", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "not_found", message: "Macro not found"),
    references: [Reference("visible_to_team_ids", to: "teams")], isOrderedByID: false,
    fields: [
      .type("macro"), .string("id"), .string("name"), .string("body"), .string("body_text"),
      .timestamp("created_at").shown { macro, _ in formattedTime(macro["created_at"]) },
      .timestamp("updated_at", options: .ordered).shown { macro, _ in formattedTime(macro["updated_at"]) },
      .string("visible_to", initial: "everyone", oneOf: ["everyone", "specific_teams"]),
      .array("visible_to_team_ids"), .array("available_on", initial: ["inbox"]),
    ])

  private static let newestFirst = ListOrder(name: "updated_at", descending: true)

  // MARK: Behaviour

  /// Most recently updated first.
  ///
  /// Unknown: whether `updated_since` includes the given second; here it does.
  static func list(in call: Call) throws -> Reply {
    let perPage = try call.perPage(default: 50, limit: 150)
    let macros = call.workspace[model]
    let changed = try updatedSince(in: call).map { start in
      macros.rows(
        matching: .column(
          .field(0), .number { $0["updated_at"].exactNumber }, .number(.greaterOrEqual, ExactNumber(start))))
    }
    let start = try TimePosition.queried(in: call)?.pageStart ?? .offset(0)
    let found = macros.page(orderedBy: newestFirst, from: start, limit: perPage + 1, of: changed)
    return CursorListing.reply(records: found, perPage: perPage) { $0.position(by: "updated_at").spacedText }
  }

  private static func updatedSince(in call: Call) throws -> Int64? {
    try call.queryParameter(
      "updated_since", as: .unixTime(), invalid: .parameterInvalid("Invalid updated_since timestamp"))
  }

  /// The time in the format `2025-07-17T11:18:08.000Z`.
  private static func formattedTime(_ value: Value) -> Node {
    .string(value.integer.map { "\(ISO8601.string(fromSeconds: $0).dropLast(6))Z" })
  }
}
