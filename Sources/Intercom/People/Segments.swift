import API
import JSON
import Store

/// Segments: groups of contacts or companies that share something; made in the product, read here.
enum Segments: Resource {
  static let operations: [Operation] = [
    .get("/segments", "listSegments", list),
    .get("/segments/{id}", "retrieveSegment", retrieve),
    .get("/contacts/{contact_id}/segments", "listSegmentsForAContact", listOfContact),
  ]

  static let model = Model(
    "segment", collection: "segments", ids: .objectID,
    [
      .type("segment"), .string("id"), .string("name"), .timestamp("created_at"), .timestamp("updated_at"),
      .string("person_type", oneOf: ["contact", "user"]), .derived("count", count),
      .array("tag_ids", [.hidden, .indexed]),
    ])

  static let listing = Listing.whole(type: "segment.list", key: "segments")

  private static let embedded = Listing.whole()

  // MARK: Behaviour

  static func listOfContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call, "contact_id")
    let segments = contact["segment_ids"].strings.compactMap { call.workspace[model][$0] }
    return try embedded.reply(segments, call)
  }

  /// How many contacts or companies are in it; shown when the query says `include_count=true`.
  private static func count(_ segment: Record, _ call: Call) -> Node? {
    guard call.query("include_count") == "true" else { return nil }
    let contacts = call.workspace[Contacts.model].records(in: "segment_ids", under: segment.id)
    let companies = call.workspace[Companies.model].count(in: "segment_ids", under: segment.id)
    return .integer(contacts.count { $0["archived"] != true } + companies)
  }
}
