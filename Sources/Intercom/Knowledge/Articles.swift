import API
import HTTPTypes
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

extension Articles {
  static let opening: [Field] = [
    .string("id"), .type("article"), .written("workspace_id", Profile.writeID),
    .derived("parent_id", parent), .derived("parent_type", parentType), .array("parent_ids"),
  ]

  static let fields: [Field] = [
    .derived("tags", ContentTags.list(of: "article")), .string("title", initial: ""),
    .string("description", initial: ""), .string("body", initial: ""), .derived("body_markdown", markdown),
    .integer("author_id"), .string("state", initial: "draft", oneOf: ["published", "draft"]),
    .timestamp("created_at"), .timestamp("updated_at", .ordered),
    .derived("has_unpublished_changes", hasUnpublishedChanges), .derived("draft_updated_at", draftTime),
    .derived("url", url),
    .boolean("ai_chatbot_availability", initial: true), .boolean("ai_copilot_availability", initial: true),
    .boolean("ai_sales_agent_availability", initial: true),
    .integer("created_by_id"), .integer("updated_by_id"),
    .boolean("exclude_from_article_suggestions", initial: false),
    .string("help_center_audience", initial: "everyone", oneOf: audiences),
    .timestamp("scheduled_publish_at"), .timestamp("scheduled_unpublish_at"), .integer("folder_id", .indexed),
    .string("default_locale").shown { article, call in
      HelpCenters.isMultilingual(call.workspace) ? .string(Article(article).defaultLocale) : nil
    },
    .model("translated_content", ArticleContents.translated).shown(ArticleContents.show),
    // What is staged, by locale.
    .model("drafts", ArticleContents.translated, .hidden),
    // The default language's; the others' stand in their contents.
    .array("audience_ids", .hidden),
    // Whether it ever was; one that is published need not say so.
    .boolean("was_published", .hidden, initial: false),
  ]

  private static let audiences = [
    "everyone", "all_users", "all_visitors", "all_leads", "all_visitors_and_leads", "restricted",
  ]

  /// Recorded with `conversations`, which descriptions call `conversions`.
  static let statistics = Model(
    "article_statistics",
    [
      .type("article_statistics"), .integer("views", initial: 0), .integer("conversations", initial: 0),
      .integer("reactions", initial: 0), .number("happy_reaction_percentage", initial: 0),
      .number("neutral_reaction_percentage", initial: 0), .number("sad_reaction_percentage", initial: 0),
      .integer("fin_involvements", initial: 0), .integer("fin_resolutions", initial: 0),
      .number("fin_resolution_rate", initial: 0),
    ])

  static let references = [
    Reference("parent_ids", to: "collections"), Reference("author_id", to: "admins"),
    Reference("created_by_id", to: "admins"), Reference("updated_by_id", to: "admins"),
    Reference("folder_id", to: "folders"), Reference("audience_ids", to: "audiences"),
  ]

  static let parents = CollectionDefinition.Index("parents") { article in
    article["parent_ids"].array?.compactMap(\.integer).map(String.init) ?? []
  }

  /// Those that are to be published or taken back, by when.
  static let schedules = CollectionDefinition.Order("scheduled") { article in
    article["scheduled_publish_at"].integer ?? article["scheduled_unpublish_at"].integer
  }

  // MARK: Derived

  private static func parent(of article: Record, _ call: Call) -> Node? {
    .json(.optional(article["parent_ids"].array?.first?.integer))
  }

  /// While there are sections, a collection inside another is one.
  private static func parentType(of article: Record, _ call: Call) -> Node? {
    guard let id = article["parent_ids"].array?.first?.integer else { return .null }
    let isNested = call.workspace[Collections.model][String(id)]?["parent_id"].isEmpty == false
    return isNested && !call.honours(.nestsCollections) ? "section" : "collection"
  }

  /// The body as Markdown, of an article, a translation or a version.
  static func markdown(_ content: Record, _ call: Call) -> Node? {
    .string(content["body"].string.map(Markdown.of))
  }

  private static func hasUnpublishedChanges(_ article: Record, _ call: Call) -> Node? {
    let article = Article(article)
    return .boolean(article.draft(article.defaultLocale) != nil)
  }

  private static func draftTime(_ article: Record, _ call: Call) -> Node? {
    let article = Article(article)
    return .json(.optional(article.draft(article.defaultLocale)?["updated_at"].integer))
  }

  private static func url(_ article: Record, _ call: Call) -> Node? {
    .string(ArticleContents.url(article, Article(article).defaultLocale, of: article, call))
  }
}

/// Changes to a published article that its readers do not see yet (state-machine.md, 9).
extension Articles {
  private static let missing = APIError(.notFound, "not_found", "Object not found")

  static func retrieveDraft(_ call: Call) throws -> Reply {
    let article = try found(call)
    guard !article.drafts.isEmpty else { throw missing }
    return .ok(entry.copy(of: article.withDrafts.record))
  }

  static func stageDraft(_ call: Call) throws -> Reply {
    var article = try found(call)
    guard article.isPublished else { throw invalid("Article must be published before a draft can be staged") }
    var change = try ArticleChange(call)
    try change.read(for: article, call)
    try change.stage(in: &article, call)
    call.workspace[model].replace(article.record)
    ArticleVersions.keep(change.written, of: article, call)
    return .ok(entry.copy(of: article.withDrafts.record))
  }

  static func publishDraft(_ call: Call) throws -> Reply {
    var article = try found(call)
    let locales = try locales(of: article, call)
    for locale in locales {
      ArticlePublishing.publish(locale, in: &article, at: call.now)
      ArticleVersions.markPublished(locale, of: article, call.workspace)
    }
    call.workspace[model].replace(article.record)
    return .ok(entry.copy(of: article.record))
  }

  /// The languages that a request publishes. Throws what Intercom refuses.
  private static func locales(of article: Article, _ call: Call) throws -> [String] {
    let asked = try locales(call)
    guard article.isPublished, article.locales.contains(where: { ArticlePublishing.isPending($0, in: article) }) else {
      throw invalid("Article has no draft to publish")
    }
    guard let asked, !asked.isEmpty else {
      guard !HelpCenters.isMultilingual(call.workspace) else {
        throw APIError(
          .unprocessableContent, "parameter_not_found",
          "locales must be specified to publish a draft on a multilingual workspace")
      }
      return article.locales.filter { ArticlePublishing.isPending($0, in: article) }
    }
    let idle = asked.filter { !ArticlePublishing.isPending($0, in: article) }
    guard idle.isEmpty else {
      throw invalid(
        "Cannot publish a draft for locale(s) without pending changes: \(idle.joined(separator: ", "))")
    }
    return asked
  }

  private static func locales(_ call: Call) throws -> [String]? {
    guard let json = call.body["locales"], !json.isNull else { return nil }
    let texts = json.array?.map(\.string)
    guard let texts, !texts.contains(nil) else {
      throw APIError.parameterInvalid("locales must be an array of strings")
    }
    return texts.compactMap(\.self)
  }

  private static func found(_ call: Call) throws -> Article {
    guard let record = call.workspace[model][call.parameter("id")] else { throw missing }
    return Article(record)
  }

  private static func invalid(_ message: String) -> APIError {
    APIError(.unprocessableContent, "parameter_invalid", message)
  }
}

/// `GET /articles/search`: words in titles, descriptions and bodies, in whichever language.
///
/// Unknown: what a search without words finds; here everything, last changed first.
extension Articles {
  private static let results = Listing.numbered(
    perPage: 10, order: ListOrder("updated_at", descending: true), members: [.type, .total, .items, .pages])

  static func search(_ call: Call) throws -> Reply {
    let search = WordSearch(call.query("phrase") ?? "")
    let scope = try scope(call)
    let found = matches(search, in: call.workspace, where: scope)
    let isHighlighted = call.query("highlight") == "true" && !search.isEmpty
    let listing = results.showing { articles, _ in
      let marked = isHighlighted ? articles.map { highlights(of: $0, search) } : []
      return .members(["articles": .records(articles.map(entry.copy)), "highlights": .array(marked)])
    }
    return try listing.reply(found, call)
  }

  /// The articles that words are found in, best first; those that fit alike by their last change, newest first.
  static func matches(
    _ search: WordSearch, in workspace: Workspace, where isWanted: (Record) -> Bool = { _ in true }
  ) -> [Record] {
    let all = workspace[model].page(listing.order, from: .offset(0), limit: .max).filter(isWanted)
    guard !search.isEmpty else { return all }
    let found = all.compactMap { article in best(of: article, search).map { (article: article, score: $0.score) } }
    return found.sorted { $0.score > $1.score }.map(\.article)
  }

  /// Which articles a query asks for. Throws `parameter_invalid` for a state that is none, 404 for an unknown help center.
  private static func scope(_ call: Call) throws -> (Record) -> Bool {
    let state = call.query("state") ?? "all"
    guard ["published", "draft", "all"].contains(state) else {
      throw APIError.parameterInvalid("state must be one of published, draft, all")
    }
    let center = try call.integer("help_center_id").map(String.init)
    if let center, call.workspace[HelpCenters.model][center] == nil { throw APIError.notFound(HelpCenters.model) }
    return { article in
      (state == "all" || article["state"].string == state)
        && (center == nil || ArticleContents.helpCenter(of: article, call.workspace)?.id == center)
    }
  }

  /// The language in which an article fits best; nil when it fits in none.
  private static func best(of article: Record, _ search: WordSearch) -> (locale: String, score: Int)? {
    let languages = Article(article)
    let scores = languages.locales.compactMap { locale in
      languages.live(locale).flatMap { search.score(texts($0)) }.map { (locale: locale, score: $0) }
    }
    return scores.max { $0.score < $1.score }
  }

  private static func texts(_ content: Record) -> [WordSearch.Text] {
    [
      WordSearch.Text(content["title"].string, weight: 8), WordSearch.Text(content["description"].string, weight: 3),
      WordSearch.Text(content["body"].string, weight: 1, isHTML: true),
    ]
  }

  private static func highlights(of article: Record, _ search: WordSearch) -> Node {
    let content = best(of: article, search).flatMap { Article(article).live($0.locale) }
    let body = PlainText.of(content?["body"].string ?? "", showsAddresses: false)
    return .members([
      "article_id": .string(article.id),
      "highlighted_title": Highlights.whole(content?["title"].string ?? "", search),
      "highlighted_summary": Highlights.excerpts(body, search),
    ])
  }
}
