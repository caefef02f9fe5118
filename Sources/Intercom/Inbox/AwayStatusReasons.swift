import API
import JSON
import Store

/// Away status reasons, which teammates select when they are away. The API only reads them.
enum AwayStatusReasons: Resource {
  static let operations: [Operation] = [
    .get("/away_status_reasons", id: "listAwayStatusReasons", handler: list, available: .since(.v2_14))
  ]

  static let model = Model(
    name: "away_status_reason", collection: "away_status_reasons", ids: .sequence(from: 1),
    fields: [
      .type("away_status_reason"), .string("id"), .string("label"), .string("emoji"),
      .integer("order", options: .ordered, initial: 0), .boolean("deleted", initial: false), .timestamp("created_at"),
      .timestamp("updated_at"),
    ])

  /// The list includes deleted reasons.
  static let listing = Listing.unpaged(order: ListOrder(name: "order", descending: false))

  static let reasonMandatory = APIError(
    status: .badRequest, code: "away_status_reason_mandatory", message: "Away status reason is mandatory"
  ).withoutRequestID

  /// The id of the reason that a request member specifies as a string or an integer, or nil without one.
  ///
  /// Throws `parameter_invalid` if the reason is deleted or unknown. Unknown: Intercom's message for an unknown reason.
  static func reasonID(from json: JSON?, in call: Call) throws -> Int64? {
    guard let json, !json.isNull else { return nil }
    guard let id = json.asInteger,
      let reason = call.workspace[model][String(id)]
    else { throw APIError.parameterInvalid("Away status reason not found").withoutRequestID }
    if reason["deleted"] == true {
      throw APIError.parameterInvalid("Away status reason is deleted").withoutRequestID
    }
    return id
  }

  /// The reason's emoji and label, or nil if the id is nil or unknown.
  static func displayText(of id: Int64?, in call: Call) -> String? {
    guard let reason = id.flatMap({ call.workspace[model][String($0)] }) else { return nil }
    return [reason["emoji"].string, reason["label"].string].compactMap(\.self).joined(separator: " ")
  }
}
