import API
import JSON
import Store

/// Articles: what a help center tells its readers, in one language or many.
enum Articles: Resource {
  static let operations: [Operation] = [
    .get("/articles", "listArticles", list),
    .post("/articles", "createArticle", takes: "create_article_request", create),
    .get("/articles/search", "searchArticles", search, .since(.v2_10)),
    .get("/articles/{id}", "retrieveArticle", retrieve),
    .put("/articles/{id}", "updateArticle", takes: "update_article_request", update),
    .delete("/articles/{id}", "deleteArticle", delete),
    .get("/articles/{id}/draft", "retrieveArticleDraft", retrieveDraft, .since(.v2_16)),
    .put("/articles/{id}/draft", "stageArticleDraft", takes: "update_article_request", stageDraft, .since(.v2_16)),
    .post("/articles/{id}/draft/publish", "publishArticleDraft", publishDraft, .since(.v2_16)),
    .post("/articles/{article_id}/tags", "attachTagToArticle", attachTag, .since(.v2_16)),
    .delete("/articles/{article_id}/tags/{id}", "detachTagFromArticle", detachTag, .since(.v2_16)),
    .get("/articles/{article_id}/versions", "listArticleVersions", ArticleVersions.list, .since(.v2_16)),
    .get("/articles/{article_id}/versions/{id}", "retrieveArticleVersion", ArticleVersions.retrieve, .since(.v2_16)),
  ]

  static let model = Model(
    "article", collection: "articles", ids: .sequence(from: 1), references: references, indexes: [parents],
    orders: [schedules], opening + [.model("statistics", statistics, initial: [:])] + fields)

  /// An entry of a list, a draft, a result of a search: without statistics (recorded).
  static let entry = Model("article", opening + fields)

  static let models = [entry, ArticleContents.translated, ArticleVersions.model, ArticleVersions.summary]

  static let listing = Listing.numbered(
    perPage: 25, order: ListOrder("updated_at", descending: true), members: [.type, .pages, .total, .items]
  ).showing { articles, _ in .records(articles.map(entry.copy)) }

  static let agenda = [Agenda.Entry(model.schema, order: "scheduled", ArticlePublishing.fallDue)]

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    var change = try ArticleChange(call)
    var record = model.blank()
    record["created_at"] = .integer(call.now)
    record["updated_at"] = .integer(call.now)
    record["created_by_id"] = .integer(Int64(Admins.actor(call)))
    record["default_locale"] = .string(HelpCenters.defaultLocale(call.workspace))
    var article = Article(record)
    try change.read(for: article, call)
    try change.check(isComplete: article.defaultLocale)
    try change.apply(to: &article, call)
    article["id"] = .json(call.workspace.nextID(for: model))
    call.workspace[model].insert(article.record)
    ArticleVersions.keep(change.written, of: article, call)
    return .ok(article.record)
  }

  static func update(_ call: Call) throws -> Reply {
    var article = Article(try call.find(model))
    var change = try ArticleChange(call)
    try change.read(for: article, call)
    try change.apply(to: &article, call)
    call.workspace[model].replace(article.record)
    ArticleVersions.keep(change.written, of: article, call)
    return .ok(article.record)
  }

  static func delete(_ call: Call) throws -> Reply {
    let article = try call.find(model)
    remove(article, call)
    return .ok(.json(["id": .string(article.id), "object": "article", "deleted": true]))
  }

  static func remove(_ article: Record, _ call: Call) {
    ArticleVersions.removeAll(of: article.id, call)
    Taggings.removeAll(from: article.id, as: "article", call)
    Redirects.removeAll(to: "article", article.id, call)
    call.workspace[model].remove(article.id)
  }

  static func attachTag(_ call: Call) throws -> Reply {
    try ContentTags.attach(to: "article", try tagged(call), call)
  }

  static func detachTag(_ call: Call) throws -> Reply {
    try ContentTags.detach(from: "article", try tagged(call), call)
  }

  private static func tagged(_ call: Call) throws -> String {
    let id = call.parameter("article_id")
    guard call.workspace[model][id] != nil else {
      throw APIError(.notFound, "article_not_found", "Article not found")
    }
    return id
  }

  // MARK: Shared

  static let authorMissing = APIError.parameterMissing(
    "author_id must be in the main body or default locale translated_content object")

  /// Translations forget an audience that goes.
  static func forget(audience gone: JSON, _ call: Call) {
    for record in call.workspace[model].all {
      var article = Article(record)
      for locale in article.locales {
        guard var content = article.live(locale), content["audience_ids"].array?.contains(gone) == true else {
          continue
        }
        content["audience_ids"] = .json(.array((content["audience_ids"].array ?? []).filter { $0 != gone }))
        article.setLive(content, locale)
      }
      if article.record != record { call.workspace[model].replace(article.record) }
    }
  }

  /// Articles leave a collection that goes.
  static func leave(collection id: String, _ call: Call) {
    for var article in call.workspace[model].records(in: "parents", under: id) {
      let parents = article["parent_ids"].array ?? []
      article["parent_ids"] = .json(.array(parents.filter { $0.integer.map(String.init) != id }))
      call.workspace[model].replace(article)
    }
  }
}
