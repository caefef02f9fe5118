import API
import HTTPTypes
import JSON
import Store

/// Versions: what an article said before, in each of its languages.
enum ArticleVersions {
  static let model = Model(
    "article_version", collection: "versions", ids: .sequence(from: 1),
    notFound: Model.NotFound("not_found", "Object not found"),
    references: [Reference("article_id", to: "articles"), Reference("from_version_id", to: "versions")],
    opening + [.string("body"), .derived("body_markdown", Articles.markdown)] + middle
      + [.timestamp("updated_at"), .string("locale", .hidden, initial: "en")])

  /// As lists show it: without its body.
  static let summary = Model("article_version", opening + middle)

  private static let opening: [Field] = [
    .type("article_version"), .string("id"), .string("article_id", .indexed), .string("title"),
    .string("description"),
  ]

  private static let middle: [Field] = [
    .string("author_id"), .string("created_by_id"), .string("created_via", initial: "api"),
    .string("from_version_id"), .string("state", initial: "draft", oneOf: ["published", "draft"]),
    .timestamp("created_at"),
  ]

  /// Newest first.
  private static let listing = Listing.numbered(
    perPage: 25, order: ListOrder("id", descending: true), members: [.type, .pages, .total, .items]
  ).showing { versions, _ in .records(versions.map(summary.copy)) }

  // MARK: Behaviour

  /// Unknown: which languages a list without a `locale` is of; here of all.
  static func list(_ call: Call) throws -> Reply {
    let article = try article(call)
    let versions = call.workspace[model].records(in: "article_id", under: article)
    guard let locale = try locale(call) else {
      let rows = call.workspace[model].rows(in: "article_id", under: article)
      return try listing.reply(call.workspace[model], where: .rows(rows), call)
    }
    return try listing.reply(versions.filter { $0["locale"].string == locale }.reversed(), call)
  }

  /// A version, or what the article said at that version in the language that is asked for.
  static func retrieve(_ call: Call) throws -> Reply {
    let article = try article(call)
    let locale = try locale(call)
    let version = try call.find(model)
    guard version["article_id"].string == article else { throw APIError.notFound(model) }
    guard let locale, version["locale"].string != locale else { return .ok(version) }
    let others = call.workspace[model].records(in: "article_id", under: article).prefix { $0.id != version.id }
    guard let other = others.last(where: { $0["locale"].string == locale }) else { throw APIError.notFound(model) }
    return .ok(other)
  }

  private static func article(_ call: Call) throws -> String {
    let id = call.parameter("article_id")
    guard call.workspace[Articles.model][id] != nil else { throw APIError.notFound(model) }
    return id
  }

  /// The language that a query asks for. Throws `parameter_invalid` for one that the workspace does not speak.
  private static func locale(_ call: Call) throws -> String? {
    guard let locale = call.query("locale"), !locale.isEmpty else { return nil }
    guard HelpCenters.locales(call.workspace).contains(locale) else { throw Translations.unknownLocale }
    return locale
  }

  // MARK: Keeping

  /// Keeps what was written to an article, as versions of its languages.
  static func keep(_ written: [(locale: String, isStaged: Bool)], of article: Article, _ call: Call) {
    for (locale, isStaged) in written {
      guard let content = isStaged ? article.draft(locale) : article.live(locale) else { continue }
      var version = model.blank()
      version["id"] = .json(call.workspace.nextID(for: model))
      version["article_id"] = .string(article.record.id)
      version["locale"] = .string(locale)
      for name in ["title", "description", "body"] { version[name] = content[name] }
      version["author_id"] = .string(content["author_id"].integer.map(String.init))
      version["created_by_id"] = .string(Admins.actor(call))
      version["from_version_id"] = .string(last(locale, of: article, call.workspace)?.id)
      version["created_at"] = .integer(call.now)
      version["updated_at"] = .integer(call.now)
      call.workspace[model].insert(version)
      guard !isStaged else { continue }
      if content["state"] == "published" {
        markPublished(locale, of: article, call.workspace)
      } else {
        markUnpublished(locale, of: article, call.workspace)
      }
    }
  }

  /// The last version of a language is the one that its readers see.
  static func markPublished(_ locale: String, of article: Article, _ workspace: Workspace) {
    markUnpublished(locale, of: article, workspace)
    guard var version = last(locale, of: article, workspace) else { return }
    version["state"] = "published"
    workspace[model].replace(version)
  }

  /// No version of a language is one that readers see.
  static func markUnpublished(_ locale: String, of article: Article, _ workspace: Workspace) {
    for var version in versions(locale, of: article, workspace) where version["state"] == "published" {
      version["state"] = "draft"
      workspace[model].replace(version)
    }
  }

  static func removeAll(of article: String, _ call: Call) {
    for version in call.workspace[model].records(in: "article_id", under: article) {
      call.workspace[model].remove(version.id)
    }
  }

  private static func last(_ locale: String, of article: Article, _ workspace: Workspace) -> Record? {
    versions(locale, of: article, workspace).last
  }

  private static func versions(_ locale: String, of article: Article, _ workspace: Workspace) -> [Record] {
    workspace[model].records(in: "article_id", under: article.record.id).filter { $0["locale"].string == locale }
  }
}
