import API
import HTTPTypes
import JSON
import Store

/// Internal articles: what teammates and the AI agent read, and nobody else.
enum InternalArticles: Resource {
  static let operations: [Operation] = [
    .get("/internal_articles", "listInternalArticles", list, .since(.v2_13)),
    .post(
      "/internal_articles", "createInternalArticle", takes: "create_internal_article_request", create, .since(.v2_13)),
    .get("/internal_articles/search", "searchInternalArticles", search, .since(.v2_13)),
    .get("/internal_articles/{id}", "retrieveInternalArticle", retrieve, .since(.v2_13)),
    .put(
      "/internal_articles/{id}", "updateInternalArticle", takes: "update_internal_article_request", update,
      .since(.v2_13)),
    .delete("/internal_articles/{id}", "deleteInternalArticle", delete, .since(.v2_13)),
    .post("/internal_articles/{internal_article_id}/tags", "attachTagToInternalArticle", attachTag, .since(.v2_16)),
    .delete(
      "/internal_articles/{internal_article_id}/tags/{id}", "detachTagFromInternalArticle", detachTag,
      .since(.v2_16)),
  ]

  static let model = Model(
    "internal_article", collection: "internal_articles", ids: .sequence(from: 1),
    references: [
      Reference("owner_id", to: "admins"), Reference("author_id", to: "admins"), Reference("folder_id", to: "folders"),
      Reference("audience_ids", to: "audiences"),
    ],
    [
      .type("internal_article"), .string("id"), .string("title", [.writable, .required]),
      .string("body", .writable, initial: ""), .derived("body_markdown", Articles.markdown),
      .integer("owner_id", .writable), .integer("author_id", .writable),
      .timestamp("created_at"), .timestamp("updated_at", .ordered), .string("locale", initial: "en"),
      .array("audience_ids", .writable), .boolean("ai_chatbot_availability", .writable, initial: false),
      .boolean("ai_copilot_availability", .writable, initial: false),
      .boolean("ai_sales_agent_availability", .writable, initial: false),
      .integer("folder_id", [.writable, .indexed]), .derived("tags", ContentTags.list(of: "internal_article")),
    ])

  /// Unknown: in which order they come; here as articles do.
  static let listing = Listing.numbered(
    perPage: 25, order: ListOrder("updated_at", descending: true), members: [.type, .pages, .total, .items])

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    let body = try told(call)
    guard body["author_id"] != nil else { throw Articles.authorMissing }
    guard body["owner_id"] != nil else { throw APIError.parameterMissing("owner_id is a required parameter") }
    var article = try model.make(from: body, call)
    article["locale"] = .string(HelpCenters.defaultLocale(call.workspace))
    call.workspace[model].insert(article)
    return .ok(article)
  }

  static func update(_ call: Call) throws -> Reply {
    var article = try call.find(model)
    try model.write(try told(call), to: &article, call)
    call.workspace[model].replace(article)
    return .ok(article)
  }

  static func delete(_ call: Call) throws -> Reply {
    let article = try call.find(model)
    remove(article, call)
    return .ok(.json(["id": .string(article.id), "object": "internal_article", "deleted": true]))
  }

  static func remove(_ article: Record, _ call: Call) {
    Taggings.removeAll(from: article.id, as: "internal_article", call)
    call.workspace[model].remove(article.id)
  }

  static func attachTag(_ call: Call) throws -> Reply {
    try ContentTags.attach(to: "internal_article", try tagged(call), call)
  }

  static func detachTag(_ call: Call) throws -> Reply {
    try ContentTags.detach(from: "internal_article", try tagged(call), call)
  }

  private static func tagged(_ call: Call) throws -> String {
    let id = call.parameter("internal_article_id")
    guard call.workspace[model][id] != nil else {
      throw APIError(.notFound, "internal_article_not_found", "Internal article not found")
    }
    return id
  }

  /// The members that say something, checked: null says nothing, but that an article is in no folder.
  ///
  /// The examples keep a plain body as it was sent.
  private static func told(_ call: Call) throws -> JSONObject {
    var told = call.body
    told.removeAll { $0.value.isNull || $0.key == "body_markdown" }
    if told["title"] == "" { throw APIError.parameterInvalid("title must not be empty") }
    told["body"] = try call.html(in: call.body).map(JSON.string)
    for name in ["author_id", "owner_id"] {
      told[name] = try call.teammate(name, in: call.body).map(JSON.integer)
    }
    told["audience_ids"] = try call.audiences(in: call.body).map(JSON.array)
    told["folder_id"] = try call.folder(in: call.body)
    return told
  }
}

/// `GET /internal_articles/search`: those of a folder and of the folders inside it.
///
/// Unknown: whether words can be asked for; here `phrase` finds them as it does in articles.
extension InternalArticles {
  private static let results = Listing.numbered(
    perPage: 10, order: ListOrder("updated_at", descending: true), members: [.type, .total, .items, .pages]
  ).showing { articles, _ in .members(["internal_articles": .records(articles)]) }

  static func search(_ call: Call) throws -> Reply {
    let search = WordSearch(call.query("phrase") ?? "")
    let folders = try folders(call)
    let all = call.workspace[model].page(listing.order, from: .offset(0), limit: .max)
    let found = all.filter { article in
      guard let folders else { return true }
      return article["folder_id"].integer.map { folders.contains(String($0)) } ?? false
    }
    let ranked = search.ranked(found) { article in
      [
        WordSearch.Text(article["title"].string, weight: 8),
        WordSearch.Text(article["body"].string, weight: 1, isHTML: true),
      ]
    }
    return try results.reply(ranked, call)
  }

  /// The folder that a query names with all that are inside it; nil when it names none. Throws 404.
  private static func folders(_ call: Call) throws -> Set<String>? {
    guard let folder = try call.integer("folder_id").map(String.init) else { return nil }
    guard call.workspace[Folders.model][folder] != nil else { throw APIError.notFound(Folders.model) }
    return Folders.family(of: folder, call.workspace)
  }
}
