import API
import JSON
import Store

/// News items: announcements of a workspace, assigned to newsfeeds when they are live.
enum NewsItems: Resource {
  static let operations: [Operation] = [
    .get("/news/news_items", id: "listNewsItems", handler: list),
    .post("/news/news_items", id: "createNewsItem", handler: create),
    .get("/news/news_items/{id}", id: "retrieveNewsItem", handler: retrieve),
    .put("/news/news_items/{id}", id: "updateNewsItem", handler: update),
    .delete("/news/news_items/{id}", id: "deleteNewsItem", handler: delete),
  ]

  static let model = Model(
    name: "news_item", collection: "news_items", ids: .sequence(from: 1),
    references: [
      Reference("sender_id", to: "admins"),
      Reference("newsfeed_assignments.newsfeed_id", to: "newsfeeds", index: feedIndex.name, isChecked: false),
    ],
    indexes: [feedIndex],
    fields: [
      .string("id"), .type("news-item"), .written("workspace_id", with: WorkspaceProfile.writeID),
      .string("title", options: .writable),
      .string("body", options: .writable, initial: ""), .integer("sender_id", options: .writable),
      .string("state", options: .writable, initial: "draft", oneOf: ["draft", "live"]),
      .array("labels", options: .writable),
      .string("cover_image_url"),
      // Four empty reactions, as in the examples.
      .array("reactions", options: .writable, initial: [nil, nil, nil, nil]),
      .boolean("deliver_silently", options: .writable, initial: false), .timestamp("created_at"),
      .timestamp("updated_at"),
      .models("newsfeed_assignments", of: assignment, options: .writable),
    ])

  private static let assignment = Model(
    name: "newsfeed_assignment",
    fields: [.integer("newsfeed_id", options: .writable), .timestamp("published_at", options: .writable)])

  private static let feedIndex = CollectionDefinition.Index(name: "newsfeed_id") { item in
    item["newsfeed_assignments"].records.compactMap { $0["newsfeed_id"].integer.map(String.init) }
  }

  static let listing = Listing.numbered(
    perPage: 10, order: ListOrder(name: "id", descending: false), members: [.type, .pages, .items, .total])

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    var item = try model.makeRecord(from: call.body, in: call)
    try validate(&item, before: model.blank(), in: call)
    call.workspace[model].insert(item)
    return .ok(item)
  }

  static func update(in call: Call) throws -> Reply {
    let before = try call.find(model)
    var item = before
    try model.write(call.body, to: &item, in: call)
    try validate(&item, before: before, in: call)
    call.workspace[model].replace(item)
    return .ok(item)
  }

  static func delete(in call: Call) throws -> Reply {
    let item = try call.find(model)
    call.delete(item, of: model)
    return .ok(.members(["id": .string(item.id), "object": "news-item", "deleted": true]))
  }

  /// The live items that are published on a newsfeed, newest first.
  ///
  /// Unknown: the order, and whether a publication time may be in the future; here such an item is not listed yet.
  static func liveItems(on feed: String, in call: Call) -> [Record] {
    let live = call.workspace[model].records(in: "newsfeed_id", under: feed).filter { $0["state"] == "live" }
    let published = live.compactMap { item in time(of: item, on: feed).map { (item: item, time: $0) } }
    return published.filter { $0.time <= call.now }.sorted { $0.time > $1.time }.map(\.item)
  }

  private static func time(of item: Record, on feed: String) -> Int64? {
    let assignments = item["newsfeed_assignments"].records
    return assignments.first { $0["newsfeed_id"].integer.map(String.init) == feed }?["published_at"].integer
  }

  // MARK: Writing

  /// Validates a written item. As documented, an update must repeat `title` and `sender_id`.
  private static func validate(_ item: inout Record, before: Record, in call: Call) throws {
    for name in ["title", "sender_id"] { _ = try call.body.required(name, as: .nonEmpty) }
    _ = try Admins.adminID(from: call.body["sender_id"], in: call)
    item["labels"] = .json(.array(try labels(of: item).sorted().map(JSON.string)))
    let reactions = item["reactions"].array ?? []
    guard reactions.allSatisfy({ $0.isNull || $0.string != nil }) else {
      throw APIError.parameterInvalid("reactions must be an array of strings")
    }
    // Assignments of a draft are ignored.
    guard item["state"] == "live" else {
      item["newsfeed_assignments"] = before["newsfeed_assignments"]
      return
    }
    item["newsfeed_assignments"] = .records(
      try item["newsfeed_assignments"].records.map { try validated($0, in: call) })
  }

  private static func labels(of item: Record) throws -> [String] {
    try (item["labels"].array ?? []).map { json in
      guard let text = json.string else { throw APIError.parameterInvalid("labels must be an array of strings") }
      return text
    }
  }

  /// Validates an assignment; `published_at` defaults to the current time. Throws 404 for an unknown newsfeed.
  private static func validated(_ assignment: Record, in call: Call) throws -> Record {
    guard let feed = assignment["newsfeed_id"].integer else {
      throw APIError.parameterMissing("newsfeed_id is a required parameter")
    }
    guard call.workspace[Newsfeeds.model][String(feed)] != nil else { throw APIError.notFound(for: Newsfeeds.model) }
    var assignment = assignment
    if assignment["published_at"].isEmpty { assignment["published_at"] = .integer(call.now) }
    return assignment
  }
}

/// Newsfeeds, which show news items. The API only reads them.
enum Newsfeeds: Resource {
  static let operations: [Operation] = [
    .get("/news/newsfeeds", id: "listNewsfeeds", handler: list),
    .get("/news/newsfeeds/{id}", id: "retrieveNewsfeed", handler: retrieve),
    .get("/news/newsfeeds/{id}/items", id: "listLiveNewsfeedItems", handler: listItems),
  ]

  static let model = Model(
    name: "newsfeed", collection: "newsfeeds", ids: .sequence(from: 1),
    fields: [.string("id"), .type("newsfeed"), .string("name"), .timestamp("created_at"), .timestamp("updated_at")])

  static let listing = NewsItems.listing

  private static let items = Listing.numbered(
    perPage: 20, order: ListOrder(name: "id", descending: true), members: [.type, .pages, .items, .total])

  static func listItems(in call: Call) throws -> Reply {
    let feed = try call.find(model)
    return try items.reply(with: NewsItems.liveItems(on: feed.id, in: call), in: call)
  }
}
