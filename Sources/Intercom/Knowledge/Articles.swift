import API
import HTTPTypes
import JSON
import Store

/// Articles of the help center, in one or more languages.
enum Articles: Resource {
  static let operations: [Operation] = [
    .get("/articles", id: "listArticles", handler: list),
    .post("/articles", id: "createArticle", requestSchema: "create_article_request", handler: create),
    .get("/articles/search", id: "searchArticles", kind: .search, handler: search, available: .since(.v2_10)),
    .get("/articles/{id}", id: "retrieveArticle", handler: retrieve),
    .put("/articles/{id}", id: "updateArticle", requestSchema: "update_article_request", handler: update),
    .delete("/articles/{id}", id: "deleteArticle", handler: delete),
    .get("/articles/{id}/draft", id: "retrieveArticleDraft", handler: retrieveDraft, available: .since(.v2_16)),
    .put(
      "/articles/{id}/draft", id: "stageArticleDraft", requestSchema: "update_article_request", handler: stageDraft,
      available: .since(.v2_16)),
    .post("/articles/{id}/draft/publish", id: "publishArticleDraft", handler: publishDraft, available: .since(.v2_16)),
    .post("/articles/{article_id}/tags", id: "attachTagToArticle", handler: attachTag, available: .since(.v2_16)),
    .delete(
      "/articles/{article_id}/tags/{id}", id: "detachTagFromArticle", handler: detachTag, available: .since(.v2_16)),
    .get(
      "/articles/{article_id}/versions", id: "listArticleVersions", handler: ArticleVersions.list,
      available: .since(.v2_16)),
    .get(
      "/articles/{article_id}/versions/{id}", id: "retrieveArticleVersion", handler: ArticleVersions.retrieve,
      available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "article", collection: "articles", ids: .sequence(from: 1), references: references, indexes: [parentIndex],
    orders: [scheduleOrder], fields: leadingFields + [.model("statistics", of: statistics, initial: [:])] + fields)

  /// An article in a list, a draft or a search result: without statistics (recorded).
  static let listEntry = Model(name: "article", fields: leadingFields + fields)

  static let models = [listEntry, ArticleContents.translationsModel, ArticleVersions.model, ArticleVersions.summary]

  static let listing = Listing.numbered(
    perPage: 25, order: ListOrder(name: "updated_at", descending: true), members: [.type, .pages, .total, .items]
  ).showing { articles, _ in .records(articles.map(listEntry.copy)) }

  static let agenda = [Agenda.Entry(schema: model.schema, order: "scheduled", action: ArticlePublishing.runSchedule)]

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    var change = try ArticleChange(in: call)
    var record = model.blank()
    record["created_at"] = .integer(call.now)
    record["updated_at"] = .integer(call.now)
    record["created_by_id"] = .integer(Int64(Admins.actorID(in: call)))
    record["default_locale"] = .string(HelpCenters.defaultLocale(in: call.workspace))
    var article = Article(record)
    try change.read(for: article, in: call)
    try change.check(isComplete: article.defaultLocale)
    try change.apply(to: &article, in: call)
    article["id"] = .json(call.workspace.nextID(for: model))
    call.workspace[model].insert(article.record)
    ArticleVersions.addVersions(for: change.writtenLocales, of: article, in: call)
    return .ok(article.record)
  }

  static func update(in call: Call) throws -> Reply {
    var article = Article(try call.find(model))
    var change = try ArticleChange(in: call)
    try change.read(for: article, in: call)
    try change.apply(to: &article, in: call)
    call.workspace[model].replace(article.record)
    ArticleVersions.addVersions(for: change.writtenLocales, of: article, in: call)
    return .ok(article.record)
  }

  static func delete(in call: Call) throws -> Reply {
    let article = try call.find(model)
    call.delete(article, of: model)
    return .ok(.json(["id": .string(article.id), "object": "article", "deleted": true]))
  }

  static func attachTag(in call: Call) throws -> Reply {
    try ContentTags.attach(toType: "article", id: try taggedArticleID(in: call), in: call)
  }

  static func detachTag(in call: Call) throws -> Reply {
    try ContentTags.detach(fromType: "article", id: try taggedArticleID(in: call), in: call)
  }

  private static func taggedArticleID(in call: Call) throws -> String {
    let id = call.pathParameter("article_id")
    guard call.workspace[model][id] != nil else {
      throw APIError(status: .notFound, code: "article_not_found", message: "Article not found")
    }
    return id
  }

  // MARK: Shared

  static let authorMissing = APIError.parameterMissing(
    "author_id must be in the main body or default locale translated_content object")
}

extension Articles {
  static let leadingFields: [Field] = [
    .string("id"), .type("article"), .written("workspace_id", with: WorkspaceProfile.writeID),
    .derived("parent_id", from: parentID), .derived("parent_type", from: parentType), .array("parent_ids"),
  ]

  static let fields: [Field] = [
    .derived("tags", from: ContentTags.list(of: "article")), .string("title", initial: ""),
    .string("description", initial: ""), .string("body", initial: ""), .derived("body_markdown", from: bodyMarkdown),
    .integer("author_id"), .string("state", initial: "draft", oneOf: ["published", "draft"]),
    .timestamp("created_at"), .timestamp("updated_at", options: .ordered),
    .derived("has_unpublished_changes", from: hasUnpublishedChanges),
    .derived("draft_updated_at", from: draftUpdatedAt),
    .derived("url", from: url),
    .boolean("ai_chatbot_availability", initial: true), .boolean("ai_copilot_availability", initial: true),
    .boolean("ai_sales_agent_availability", initial: true),
    .integer("created_by_id"), .integer("updated_by_id"),
    .boolean("exclude_from_article_suggestions", initial: false),
    .string("help_center_audience", initial: "everyone", oneOf: audiences),
    .timestamp("scheduled_publish_at"), .timestamp("scheduled_unpublish_at"), .integer("folder_id", options: .indexed),
    .string("default_locale").shown { article, call in
      HelpCenters.isMultilingual(in: call.workspace) ? .string(Article(article).defaultLocale) : nil
    },
    .model("translated_content", of: ArticleContents.translationsModel).shown(ArticleContents.translatedContent),
    // The drafts, by locale.
    .model("drafts", of: ArticleContents.translationsModel, options: .hidden),
    // The audiences of the default language. The translations have their own.
    .array("audience_ids", options: .hidden),
    // Whether the article has ever been published. It may be false while the article is published.
    .boolean("was_published", options: .hidden, initial: false),
  ]

  private static let audiences = [
    "everyone", "all_users", "all_visitors", "all_leads", "all_visitors_and_leads", "restricted",
  ]

  /// Recorded with `conversations`; the descriptions call the member `conversions`.
  static let statistics = Model(
    name: "article_statistics",
    fields: [
      .type("article_statistics"), .integer("views", initial: 0), .integer("conversations", initial: 0),
      .integer("reactions", initial: 0), .number("happy_reaction_percentage", initial: 0),
      .number("neutral_reaction_percentage", initial: 0), .number("sad_reaction_percentage", initial: 0),
      .integer("fin_involvements", initial: 0), .integer("fin_resolutions", initial: 0),
      .number("fin_resolution_rate", initial: 0),
    ])

  static let references =
    [
      Reference("parent_ids", to: "collections", index: parentIndex.name, onDelete: .remove),
      Reference("author_id", to: "admins"), Reference("created_by_id", to: "admins"),
      Reference("updated_by_id", to: "admins"), Reference("folder_id", to: "folders"),
      Reference("audience_ids", to: "audiences", onDelete: .remove),
      Reference("translated_content.*.audience_ids", to: "audiences", onDelete: .remove, isChecked: false),
      // A draft is published without its audiences.
      Reference("drafts.*.audience_ids", to: "audiences", onDelete: .keep),
    ]
    + ["translated_content", "drafts"].flatMap { contents in
      ["author_id", "created_by_id", "updated_by_id"].map {
        Reference("\(contents).*.\($0)", to: "admins", isChecked: false)
      }
    }

  static let parentIndex = CollectionDefinition.Index(name: "parents") { article in
    article["parent_ids"].array?.compactMap(\.integer).map(String.init) ?? []
  }

  /// Orders articles by the time of their scheduled publish or unpublish.
  static let scheduleOrder = CollectionDefinition.Order(name: "scheduled") { article in
    article["scheduled_publish_at"].integer ?? article["scheduled_unpublish_at"].integer
  }

  // MARK: Derived

  private static func parentID(of article: Record, in call: Call) -> Node? {
    .json(.optional(article["parent_ids"].array?.first?.integer))
  }

  /// In versions with sections, a nested collection is a section.
  private static func parentType(of article: Record, in call: Call) -> Node? {
    guard let id = article["parent_ids"].array?.first?.integer else { return .null }
    let isNested = call.workspace[Collections.model][String(id)]?["parent_id"].isEmpty == false
    return isNested && !call.honours(.nestsCollections) ? "section" : "collection"
  }

  /// The body of an article, a translation or a version as Markdown.
  static func bodyMarkdown(of content: Record, in call: Call) -> Node? {
    .string(content["body"].string.map(Markdown.markdown))
  }

  private static func hasUnpublishedChanges(_ article: Record, in call: Call) -> Node? {
    let article = Article(article)
    return .boolean(article.draft(for: article.defaultLocale) != nil)
  }

  private static func draftUpdatedAt(of article: Record, in call: Call) -> Node? {
    let article = Article(article)
    return .json(.optional(article.draft(for: article.defaultLocale)?["updated_at"].integer))
  }

  private static func url(of article: Record, in call: Call) -> Node? {
    .string(ArticleContents.url(of: article, locale: Article(article).defaultLocale, article: article, in: call))
  }
}

/// Drafts: changes to a published article that are not published (Documentation.docc/Content.md).
extension Articles {
  private static let draftNotFound = APIError(status: .notFound, code: "not_found", message: "Object not found")

  /// Returns the article with its drafts applied. Throws 404 if it has no draft.
  static func retrieveDraft(in call: Call) throws -> Reply {
    let article = try findArticle(in: call)
    guard !article.draftLocales.isEmpty else { throw draftNotFound }
    return .ok(listEntry.copy(of: article.withDrafts.record))
  }

  /// Stages changes to a published article as drafts.
  static func stageDraft(in call: Call) throws -> Reply {
    var article = try findArticle(in: call)
    guard article.isPublished else {
      throw parameterInvalid(message: "Article must be published before a draft can be staged")
    }
    var change = try ArticleChange(in: call)
    try change.read(for: article, in: call)
    try change.stage(on: &article, in: call)
    call.workspace[model].replace(article.record)
    ArticleVersions.addVersions(for: change.writtenLocales, of: article, in: call)
    return .ok(listEntry.copy(of: article.withDrafts.record))
  }

  /// Publishes the drafts of the requested languages.
  static func publishDraft(in call: Call) throws -> Reply {
    var article = try findArticle(in: call)
    let locales = try localesToPublish(of: article, in: call)
    for locale in locales {
      ArticlePublishing.publish(locale, in: &article, at: call.now)
      ArticleVersions.markPublished(locale, of: article, in: call.workspace)
    }
    call.workspace[model].replace(article.record)
    return .ok(listEntry.copy(of: article.record))
  }

  /// The languages that a request publishes. Throws an `APIError` if there is nothing to publish, or if the request
  /// must specify the languages and does not.
  private static func localesToPublish(of article: Article, in call: Call) throws -> [String] {
    let requested = try requestedLocales(in: call)
    guard article.isPublished,
      article.locales.contains(where: { ArticlePublishing.hasPendingChanges(for: $0, in: article) })
    else {
      throw parameterInvalid(message: "Article has no draft to publish")
    }
    guard let requested, !requested.isEmpty else {
      guard !HelpCenters.isMultilingual(in: call.workspace) else {
        throw APIError(
          status: .unprocessableContent, code: "parameter_not_found",
          message: "locales must be specified to publish a draft on a multilingual workspace")
      }
      return article.locales.filter { ArticlePublishing.hasPendingChanges(for: $0, in: article) }
    }
    let unchanged = requested.filter { !ArticlePublishing.hasPendingChanges(for: $0, in: article) }
    guard unchanged.isEmpty else {
      throw parameterInvalid(
        message: "Cannot publish a draft for locale(s) without pending changes: \(unchanged.joined(separator: ", "))")
    }
    return requested
  }

  private static func requestedLocales(in call: Call) throws -> [String]? {
    try call.body.optional("locales", as: .strings)
  }

  private static func findArticle(in call: Call) throws -> Article {
    guard let record = call.workspace[model][call.pathParameter("id")] else { throw draftNotFound }
    return Article(record)
  }

  private static func parameterInvalid(message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "parameter_invalid", message: message)
  }
}

/// `GET /articles/search`: full-text search in titles, descriptions and bodies, in all languages.
///
/// Unknown: the result of a search without words; here all articles, most recently updated first.
extension Articles {
  private static let searchListing = Listing.numbered(
    perPage: 10, order: ListOrder(name: "updated_at", descending: true), members: [.type, .total, .items, .pages])

  static func search(in call: Call) throws -> Reply {
    let search = WordSearch(phrase: call.queryParameter("phrase") ?? "")
    let scope = try searchFilter(in: call)
    let found = matches(for: search, in: call.workspace, where: scope)
    let isHighlighted = call.queryParameter("highlight") == "true" && !search.isEmpty
    let listing = searchListing.showing { articles, _ in
      let entries = isHighlighted ? articles.map { highlights(of: $0, for: search) } : []
      return .members(["articles": .records(articles.map(listEntry.copy)), "highlights": .array(entries)])
    }
    return try listing.reply(with: found, in: call)
  }

  /// The articles that match, best match first. Equal matches are sorted by the last update, newest first.
  static func matches(
    for search: WordSearch, in workspace: Workspace, where isWanted: (Record) -> Bool = { _ in true }
  ) -> [Record] {
    let all = workspace[model].page(orderedBy: listing.order, from: .offset(0), limit: .max).filter(isWanted)
    guard !search.isEmpty else { return all }
    let found = all.compactMap { article in
      bestMatch(of: article, for: search).map { (article: article, score: $0.score) }
    }
    return found.sorted { $0.score > $1.score }.map(\.article)
  }

  /// The filter that the query parameters specify.
  ///
  /// Throws `parameter_invalid` for an unknown state, and 404 for an unknown help center.
  private static func searchFilter(in call: Call) throws -> (Record) -> Bool {
    let state = call.queryParameter("state") ?? "all"
    guard ["published", "draft", "all"].contains(state) else {
      throw APIError.parameterInvalid("state must be one of published, draft, all")
    }
    let center = try call.integerQueryParameter("help_center_id").map(String.init)
    if let center, call.workspace[HelpCenters.model][center] == nil { throw APIError.notFound(for: HelpCenters.model) }
    return { article in
      (state == "all" || article["state"].string == state)
        && (center == nil || ArticleContents.helpCenter(of: article, in: call.workspace)?.id == center)
    }
  }

  /// The language of an article that matches best, or nil if none matches.
  private static func bestMatch(of article: Record, for search: WordSearch) -> (locale: String, score: Int)? {
    let languages = Article(article)
    let scores = languages.locales.compactMap { locale in
      languages.liveContent(for: locale).flatMap { search.score(of: searchTexts(of: $0)) }.map {
        (locale: locale, score: $0)
      }
    }
    return scores.max { $0.score < $1.score }
  }

  private static func searchTexts(of content: Record) -> [WordSearch.WeightedText] {
    [
      WordSearch.WeightedText(content["title"].string, weight: 8),
      WordSearch.WeightedText(content["description"].string, weight: 3),
      WordSearch.WeightedText(content["body"].string, weight: 1, isHTML: true),
    ]
  }

  private static func highlights(of article: Record, for search: WordSearch) -> Node {
    let content = bestMatch(of: article, for: search).flatMap { Article(article).liveContent(for: $0.locale) }
    let body = PlainText.text(from: content?["body"].string ?? "", showsAddresses: false)
    return .members([
      "article_id": .string(article.id),
      "highlighted_title": Highlights.wholeText(content?["title"].string ?? "", for: search),
      "highlighted_summary": Highlights.excerpts(of: body, for: search),
    ])
  }
}
