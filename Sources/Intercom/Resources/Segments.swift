import API
import JSON
import Store

/// Segments: groups of contacts or companies that share something; made in the product, read here.
enum Segments: Resource {
  static let operations: [Operation] = [
    .get("/segments", "listSegments", list),
    .get("/segments/{id}", "retrieveSegment", retrieve),
  ]

  static let model = Model(
    "segment", collection: "segments", ids: .objectID,
    [
      .type("segment"), .string("id"), .string("name"), .timestamp("created_at"), .timestamp("updated_at"),
      .string("person_type"), .array("tag_ids", [.hidden, .indexed]),
    ])

  static let listing = Listing.whole(type: "segment.list", key: "segments")
}
