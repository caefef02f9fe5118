import API
import Store

/// Content of the knowledge hub, whatever its kind: found by words, changed in bulk.
enum Content: Resource {
  static let errands = [bulkAction]

  static let operations: [Operation] = [
    .get("/content/search", "searchContent", search, .since(.v2_16)),
    .post("/content/bulk_actions", "bulkContentActions", runBulkAction, .since(.v2_16)),
  ]

  static let model = FileSources.model

  static let listing: Listing = {
    var listing = Listing.numbered(
      perPage: 10, limit: 50, order: ListOrder("id", descending: false), members: [.type, .total, .pages, .items],
      endsWithNull: true)
    listing.linksBack = true
    return listing
  }()
}
