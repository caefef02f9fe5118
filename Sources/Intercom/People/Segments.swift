import API
import JSON
import Store

/// Segments: groups of contacts or companies with common properties. Created in the product; the API only reads them.
enum Segments: Resource {
  static let operations: [Operation] = [
    .get("/segments", id: "listSegments", handler: list),
    .get("/segments/{id}", id: "retrieveSegment", handler: retrieve),
    .get("/contacts/{contact_id}/segments", id: "listSegmentsForAContact", handler: listForContact),
  ]

  static let model = Model(
    name: "segment", collection: "segments", ids: .objectID,
    references: [Reference("tag_ids", to: "tags", isChecked: false)],
    fields: [
      .type("segment"), .string("id"), .string("name"), .timestamp("created_at"), .timestamp("updated_at"),
      .string("person_type", oneOf: ["contact", "user"]), .derived("count", from: memberCount),
      .array("tag_ids", options: [.hidden, .indexed]),
    ])

  static let listing = Listing.unpaged(type: "segment.list", key: "segments")

  private static let embedded = Listing.unpaged()

  // MARK: Behaviour

  static func listForContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    let segments = contact["segment_ids"].strings.compactMap { call.workspace[model][$0] }
    return try embedded.reply(with: segments, in: call)
  }

  /// Number of contacts and companies in the segment; shown if the query has `include_count=true`.
  private static func memberCount(of segment: Record, in call: Call) -> Node? {
    guard call.queryParameter("include_count") == "true" else { return nil }
    let contacts = call.workspace[Contacts.model].count(in: "in_segment", under: segment.id)
    let companies = call.workspace[Companies.model].count(in: "segment_ids", under: segment.id)
    return .integer(contacts + companies)
  }
}
