import API
import JSON
import Store

/// Away status reasons: what teammates may say when they leave the inbox; made in the product, read here.
enum AwayStatusReasons: Resource {
  static let operations: [Operation] = [
    .get("/away_status_reasons", "listAwayStatusReasons", list, .since(.v2_14))
  ]

  static let model = Model(
    "away_status_reason", collection: "away_status_reasons", ids: .sequence(from: 1),
    [
      .type("away_status_reason"), .string("id"), .string("label"), .string("emoji"),
      .integer("order", .ordered, initial: 0), .boolean("deleted", initial: false), .timestamp("created_at"),
      .timestamp("updated_at"),
    ])

  /// Deleted ones too.
  static let listing = Listing.whole(order: ListOrder("order", descending: false))

  static let mandatory = APIError(
    .badRequest, "away_status_reason_mandatory", "Away status reason is mandatory"
  ).withoutRequestID

  /// The id of the reason that a request's member names, as text or number; nil when it names none.
  ///
  /// Throws `parameter_invalid` for one that is deleted or, Unknown: Intercom's wording, not there.
  static func named(_ json: JSON?, _ call: Call) throws -> Int64? {
    guard let json, !json.isNull else { return nil }
    guard let id = json.integral ?? json.string.flatMap({ Int64($0) }),
      let reason = call.workspace[model][String(id)]
    else { throw APIError.parameterInvalid("Away status reason not found").withoutRequestID }
    if reason["deleted"] == true {
      throw APIError.parameterInvalid("Away status reason is deleted").withoutRequestID
    }
    return id
  }

  /// A reason as one reads it: its emoji and its label.
  static func text(_ id: Int64?, _ call: Call) -> String? {
    guard let reason = id.flatMap({ call.workspace[model][String($0)] }) else { return nil }
    return [reason["emoji"].string, reason["label"].string].compactMap(\.self).joined(separator: " ")
  }
}
