import API
import HTTPTypes
import JSON
import Store

/// Versions: the history of an article's content in each language.
enum ArticleVersions {
  static let model = Model(
    name: "article_version", collection: "versions", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "not_found", message: "Object not found"),
    references: [
      Reference("article_id", to: "articles", onDelete: .cascade),
      Reference("author_id", to: "admins", isChecked: false),
      Reference("created_by_id", to: "admins", isChecked: false),
      // Both belong to the same article, and are deleted with it.
      Reference("from_version_id", to: "versions"),
    ],
    fields: leadingFields + [.string("body"), .derived("body_markdown", from: Articles.bodyMarkdown)] + metadataFields
      + [.timestamp("updated_at"), .string("locale", options: .hidden, initial: "en")])

  /// A version in a list, without its body.
  static let summary = Model(name: "article_version", fields: leadingFields + metadataFields)

  private static let leadingFields: [Field] = [
    .type("article_version"), .string("id"), .string("article_id", options: .indexed), .string("title"),
    .string("description"),
  ]

  private static let metadataFields: [Field] = [
    .string("author_id"), .string("created_by_id"), .string("created_via", initial: "api"),
    .string("from_version_id"), .string("state", initial: "draft", oneOf: ["published", "draft"]),
    .timestamp("created_at"),
  ]

  /// Newest first.
  private static let listing = Listing.numbered(
    perPage: 25, order: ListOrder(name: "id", descending: true), members: [.type, .pages, .total, .items]
  ).showing { versions, _ in .records(versions.map(summary.copy)) }

  // MARK: Behaviour

  /// Unknown: the languages that a list without `locale` includes; here all.
  static func list(in call: Call) throws -> Reply {
    let article = try articleID(in: call)
    let versions = call.workspace[model].records(in: "article_id", under: article)
    guard let locale = try requestedLocale(in: call) else {
      let rows = call.workspace[model].rows(in: "article_id", under: article)
      return try listing.reply(with: call.workspace[model], where: .rows(rows), in: call)
    }
    return try listing.reply(with: versions.filter { $0["locale"].string == locale }.reversed(), in: call)
  }

  /// Returns the version, or with `locale` the content that was current in that language at the time of the version.
  static func retrieve(in call: Call) throws -> Reply {
    let article = try articleID(in: call)
    let locale = try requestedLocale(in: call)
    let version = try call.find(model)
    guard version["article_id"].string == article else { throw APIError.notFound(for: model) }
    guard let locale, version["locale"].string != locale else { return .ok(version) }
    let others = call.workspace[model].records(in: "article_id", under: article).prefix { $0.id != version.id }
    guard let other = others.last(where: { $0["locale"].string == locale }) else { throw APIError.notFound(for: model) }
    return .ok(other)
  }

  private static func articleID(in call: Call) throws -> String {
    let id = call.pathParameter("article_id")
    guard call.workspace[Articles.model][id] != nil else { throw APIError.notFound(for: model) }
    return id
  }

  /// The `locale` query parameter, or nil if it is absent. Throws `parameter_invalid` if the workspace does not have
  /// it.
  private static func requestedLocale(in call: Call) throws -> String? {
    guard let locale = call.queryParameter("locale"), !locale.isEmpty else { return nil }
    guard HelpCenters.locales(in: call.workspace).contains(locale) else { throw Translations.unknownLocale }
    return locale
  }

  // MARK: Recording

  /// Records the content written to an article, one version for each language.
  static func addVersions(for written: [(locale: String, isStaged: Bool)], of article: Article, in call: Call) {
    for (locale, isStaged) in written {
      guard let content = isStaged ? article.draft(for: locale) : article.liveContent(for: locale) else { continue }
      var version = model.blank()
      version["id"] = .json(call.workspace.nextID(for: model))
      version["article_id"] = .string(article.record.id)
      version["locale"] = .string(locale)
      for name in ["title", "description", "body"] { version[name] = content[name] }
      version["author_id"] = .string(content["author_id"].integer.map(String.init))
      version["created_by_id"] = .string(Admins.actorID(in: call))
      version["from_version_id"] = .string(latestVersion(for: locale, of: article, in: call.workspace)?.id)
      version["created_at"] = .integer(call.now)
      version["updated_at"] = .integer(call.now)
      call.workspace[model].insert(version)
      guard !isStaged else { continue }
      if content["state"] == "published" {
        markPublished(locale, of: article, in: call.workspace)
      } else {
        markUnpublished(locale, of: article, in: call.workspace)
      }
    }
  }

  /// Marks the latest version of a language as the published one.
  static func markPublished(_ locale: String, of article: Article, in workspace: Workspace) {
    markUnpublished(locale, of: article, in: workspace)
    guard var version = latestVersion(for: locale, of: article, in: workspace) else { return }
    version["state"] = "published"
    workspace[model].replace(version)
  }

  /// Marks all versions of a language as drafts.
  static func markUnpublished(_ locale: String, of article: Article, in workspace: Workspace) {
    for var version in versions(for: locale, of: article, in: workspace) where version["state"] == "published" {
      version["state"] = "draft"
      workspace[model].replace(version)
    }
  }

  private static func latestVersion(for locale: String, of article: Article, in workspace: Workspace) -> Record? {
    versions(for: locale, of: article, in: workspace).last
  }

  private static func versions(for locale: String, of article: Article, in workspace: Workspace) -> [Record] {
    workspace[model].records(in: "article_id", under: article.record.id).filter { $0["locale"].string == locale }
  }
}
