import API
import Store

/// Newsfeeds: where news items appear; made in the product, read here.
enum Newsfeeds: Resource {
  static let operations: [Operation] = [
    .get("/news/newsfeeds", "listNewsfeeds", list),
    .get("/news/newsfeeds/{id}", "retrieveNewsfeed", retrieve),
    .get("/news/newsfeeds/{id}/items", "listLiveNewsfeedItems", listItems),
  ]

  static let model = Model(
    "newsfeed", collection: "newsfeeds", ids: .sequence(from: 1),
    [.string("id"), .type("newsfeed"), .string("name"), .timestamp("created_at"), .timestamp("updated_at")])

  static let listing = NewsItems.listing

  private static let items = Listing.numbered(
    perPage: 20, order: ListOrder("id", descending: true), members: [.type, .pages, .items, .total])

  static func listItems(_ call: Call) throws -> Reply {
    let feed = try call.find(model)
    return try items.reply(NewsItems.live(on: feed.id, call), call)
  }
}
