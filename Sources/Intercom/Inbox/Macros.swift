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
        matching: .column(.field(0), .number { $0["updated_at"].number }, .number(.greaterOrEqual, Double(start))))
    }
    let found = macros.page(orderedBy: newestFirst, from: try pageStart(in: call), limit: perPage + 1, of: changed)
    return CursorListing.reply(records: found, perPage: perPage, cursor: cursor)
  }

  private static func updatedSince(in call: Call) throws -> Int64? {
    try call.queryParameter(
      "updated_since", as: .unixTime(), invalid: .parameterInvalid("Invalid updated_since timestamp"))
  }

  // MARK: Cursors

  /// Base64 of `[1719493757.0, "123"]`. The fraction and the space differ from the cursors of other lists (recorded).
  private static func cursor(of macro: Record) -> String {
    let id = JSON.string(macro.id).text
    return Base64.encode(Array("[\(macro["updated_at"].integer ?? 0).0, \(id)]".utf8))
  }

  private static func pageStart(in call: Call) throws -> PageStart {
    guard let text = call.queryParameter("starting_after"), !text.isEmpty else { return .offset(0) }
    guard let bytes = Base64.decode(text), let parts = try? JSON(parsing: bytes).array, parts.count == 2,
      let key = parts[0].integral, let id = parts[1].string
    else { throw APIError.invalidCursor }
    return .after(key: key, id: id)
  }

  /// The time in the format `2025-07-17T11:18:08.000Z`.
  private static func formattedTime(_ value: Value) -> Node {
    .string(value.integer.map { "\(ISO8601.string(fromSeconds: $0).dropLast(6))Z" })
  }
}
