import API
import HTTPTypes
import JSON
import Store

/// Internal articles, which only teammates and the AI agent can read.
enum InternalArticles: Resource {
  static let operations: [Operation] = [
    .get("/internal_articles", id: "listInternalArticles", handler: list, available: .since(.v2_13)),
    .post(
      "/internal_articles", id: "createInternalArticle", requestSchema: "create_internal_article_request",
      handler: create, available: .since(.v2_13)),
    .get(
      "/internal_articles/search", id: "searchInternalArticles", kind: .search, handler: search,
      available: .since(.v2_13)),
    .get("/internal_articles/{id}", id: "retrieveInternalArticle", handler: retrieve, available: .since(.v2_13)),
    .put(
      "/internal_articles/{id}", id: "updateInternalArticle", requestSchema: "update_internal_article_request",
      handler: update,
      available: .since(.v2_13)),
    .delete("/internal_articles/{id}", id: "deleteInternalArticle", handler: delete, available: .since(.v2_13)),
    .post(
      "/internal_articles/{internal_article_id}/tags", id: "attachTagToInternalArticle", handler: attachTag,
      available: .since(.v2_16)),
    .delete(
      "/internal_articles/{internal_article_id}/tags/{id}", id: "detachTagFromInternalArticle", handler: detachTag,
      available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "internal_article", collection: "internal_articles", ids: .sequence(from: 1),
    references: [
      Reference("owner_id", to: "admins"), Reference("author_id", to: "admins"), Reference("folder_id", to: "folders"),
      Reference("audience_ids", to: "audiences", onDelete: .remove),
    ],
    fields: [
      .type("internal_article"), .string("id"), .string("title", options: [.writable, .required]),
      .string("body", options: .writable, initial: ""), .derived("body_markdown", from: Articles.bodyMarkdown),
      .integer("owner_id", options: .writable), .integer("author_id", options: .writable),
      .timestamp("created_at"), .timestamp("updated_at", options: .ordered), .string("locale", initial: "en"),
      .array("audience_ids", options: .writable),
      .boolean("ai_chatbot_availability", options: .writable, initial: false),
      .boolean("ai_copilot_availability", options: .writable, initial: false),
      .boolean("ai_sales_agent_availability", options: .writable, initial: false),
      .integer("folder_id", options: [.writable, .indexed]),
      .derived("tags", from: ContentTags.list(of: "internal_article")),
    ])

  /// Unknown: the order of the list; here that of articles.
  static let listing = Listing.numbered(
    perPage: 25, order: ListOrder(name: "updated_at", descending: true), members: [.type, .pages, .total, .items])

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    let body = try givenMembers(in: call)
    guard body["author_id"] != nil else { throw Articles.authorMissing }
    guard body["owner_id"] != nil else { throw APIError.parameterMissing("owner_id is a required parameter") }
    var article = try model.makeRecord(from: body, in: call)
    article["locale"] = .string(HelpCenters.defaultLocale(in: call.workspace))
    call.workspace[model].insert(article)
    return .ok(article)
  }

  static func update(in call: Call) throws -> Reply {
    var article = try call.find(model)
    try model.write(try givenMembers(in: call), to: &article, in: call)
    call.workspace[model].replace(article)
    return .ok(article)
  }

  static func delete(in call: Call) throws -> Reply {
    let article = try call.find(model)
    call.delete(article, of: model)
    return .ok(.json(["id": .string(article.id), "object": "internal_article", "deleted": true]))
  }

  static func attachTag(in call: Call) throws -> Reply {
    try ContentTags.attach(toType: "internal_article", id: try taggedArticleID(in: call), in: call)
  }

  static func detachTag(in call: Call) throws -> Reply {
    try ContentTags.detach(fromType: "internal_article", id: try taggedArticleID(in: call), in: call)
  }

  private static func taggedArticleID(in call: Call) throws -> String {
    let id = call.pathParameter("internal_article_id")
    guard call.workspace[model][id] != nil else {
      throw APIError(status: .notFound, code: "internal_article_not_found", message: "Internal article not found")
    }
    return id
  }

  /// The validated members of the request. Null members are ignored, except that a null `folder_id` removes the article
  /// from its folder.
  ///
  /// As in the examples, a plain-text body is stored unchanged.
  private static func givenMembers(in call: Call) throws -> JSONObject {
    var members = call.body
    members.removeAll { $0.value.isNull || $0.key == "body_markdown" }
    if members["title"] == "" { throw APIError.parameterInvalid("title must not be empty") }
    members["body"] = try call.html(in: call.body).map(JSON.string)
    for name in ["author_id", "owner_id"] {
      members[name] = try call.teammate(name, in: call.body).map(JSON.integer)
    }
    members["audience_ids"] = try call.audiences(in: call.body).map(JSON.array)
    members["folder_id"] = try call.folder(in: call.body)
    return members
  }
}

/// `GET /internal_articles/search`: the articles in a folder and in the folders nested in it.
///
/// Unknown: whether the search accepts words; here `phrase` works as in the article search.
extension InternalArticles {
  private static let searchListing = Listing.numbered(
    perPage: 10, order: ListOrder(name: "updated_at", descending: true), members: [.type, .total, .items, .pages]
  ).showing { articles, _ in .members(["internal_articles": .records(articles)]) }

  static func search(in call: Call) throws -> Reply {
    let search = WordSearch(phrase: call.queryParameter("phrase") ?? "")
    let folders = try folderIDs(in: call)
    let all = call.workspace[model].page(orderedBy: listing.order, from: .offset(0), limit: .max)
    let found = all.filter { article in
      guard let folders else { return true }
      return article["folder_id"].integer.map { folders.contains(String($0)) } ?? false
    }
    let ranked = search.ranked(found) { article in
      [
        WordSearch.WeightedText(article["title"].string, weight: 8),
        WordSearch.WeightedText(article["body"].string, weight: 1, isHTML: true),
      ]
    }
    return try searchListing.reply(with: ranked, in: call)
  }

  /// The ids of the folder in `folder_id` and of all folders nested in it, or nil without that parameter.
  ///
  /// Throws 404 for an unknown folder.
  private static func folderIDs(in call: Call) throws -> Set<String>? {
    guard let folder = try call.integerQueryParameter("folder_id").map(String.init) else { return nil }
    guard call.workspace[Folders.model][folder] != nil else { throw APIError.notFound(for: Folders.model) }
    return Folders.subtree(of: folder, in: call.workspace)
  }
}
