import API
import JSON
import Store

/// An article with its translations: the live content of each language, and the drafts staged for it.
struct Article {
  private(set) var record: Record

  init(_ record: Record) {
    self.record = record
  }

  var defaultLocale: String {
    record["default_locale"].string ?? "en"
  }

  /// The default language, followed by the languages of the translations.
  var locales: [String] {
    [defaultLocale]
      + Translations.presentLocales(in: record["translated_content"].record).filter { $0 != defaultLocale }
  }

  var isPublished: Bool {
    record["state"] == "published"
  }

  /// The live content in a language, or nil if there is no such translation.
  func liveContent(for locale: String) -> Record? {
    if locale == defaultLocale { return ArticleContents.model.copy(of: record) }
    return record["translated_content"].record?[locale].record
  }

  /// Sets the live content in a language; in the default language, the members of the article itself.
  mutating func setLiveContent(_ content: Record, for locale: String) {
    guard locale == defaultLocale else { return setContent(content, for: locale, field: "translated_content") }
    for name in content.schema.slots where record.schema.slot(named: name) != nil { record[name] = content[name] }
  }

  /// Removes a translation and its draft.
  mutating func removeTranslation(for locale: String) {
    setDraft(nil, for: locale)
    guard var contents = record["translated_content"].record else { return }
    contents[locale] = .absent
    record["translated_content"] = .record(contents)
  }

  /// The draft in a language, or nil without one.
  func draft(for locale: String) -> Record? {
    record["drafts"].record?[locale].record
  }

  /// Sets or, with nil, removes the draft in a language.
  mutating func setDraft(_ content: Record?, for locale: String) {
    guard content != nil || draft(for: locale) != nil else { return }
    setContent(content, for: locale, field: "drafts")
  }

  /// The languages that have a draft.
  var draftLocales: [String] {
    Translations.presentLocales(in: record["drafts"].record)
  }

  /// The article with its live contents replaced by the drafts.
  var withDrafts: Article {
    var copy = self
    for locale in draftLocales {
      if let draft = draft(for: locale) { copy.setLiveContent(draft, for: locale) }
    }
    return copy
  }

  subscript(name: String) -> Value {
    get { record[name] }
    set { record[name] = newValue }
  }

  private mutating func setContent(_ content: Record?, for locale: String, field: String) {
    var contents = record[field].record ?? ArticleContents.translationsModel.blank()
    contents[locale] = content.map(Value.record) ?? .absent
    record[field] = .record(contents)
  }
}

/// The content of an article in one language. The article record itself holds the content of the default language.
enum ArticleContents {
  static let model = Model(
    name: "article_content",
    fields: [
      .type("article_content"), .string("title", options: .writable, initial: ""),
      .string("description", options: .writable, initial: ""), .string("body", options: .writable, initial: ""),
      .derived("body_markdown", from: Articles.bodyMarkdown), .integer("author_id", options: .writable),
      .string("state", options: .writable, initial: "draft", oneOf: ["published", "draft"]),
      .timestamp("created_at"), .timestamp("updated_at"),
      // Set when the content is rendered, because these members depend on the article.
      .boolean("has_unpublished_changes", options: .sparse), .timestamp("draft_updated_at", options: .sparse),
      .string("url", options: .sparse),
      .array("audience_ids", options: .writable),
      .boolean("ai_chatbot_availability", options: .writable, initial: true),
      .boolean("ai_copilot_availability", options: .writable, initial: true),
      .boolean("ai_sales_agent_availability", options: .writable, initial: true),
      .integer("created_by_id"), .integer("updated_by_id"),
    ])

  static let translationsModel = Translations.model(named: "article_translated_content", of: model)

  /// The members that versions record and drafts stage.
  static let versionedMembers = ["title", "description", "body", "author_id"]

  /// The `translated_content` of an article, including its default language; nil in a workspace with a single language.
  static func translatedContent(of record: Record, in call: Call) -> Node? {
    guard HelpCenters.isMultilingual(in: call.workspace) else { return nil }
    let article = Article(record)
    var translations = translationsModel.blank()
    for locale in article.locales {
      guard var content = article.liveContent(for: locale) else { continue }
      let draft = article.draft(for: locale)
      content["has_unpublished_changes"] = .boolean(draft != nil)
      content["draft_updated_at"] = draft?["updated_at"] ?? nil
      if let url = url(of: content, locale: locale, article: record, in: call) { content["url"] = .string(url) }
      translations[locale] = .record(content)
    }
    return .record(translations)
  }

  /// The URL of a published content; nil for a draft, and if the help center's website is turned off.
  static func url(of content: Record, locale: String, article: Record, in call: Call) -> String? {
    url(of: content, locale: locale, article: article, in: call.workspace)
  }

  static func url(of content: Record, locale: String, article: Record, in workspace: Workspace) -> String? {
    guard content["state"] == "published" else { return nil }
    let center = helpCenter(of: article, in: workspace)
    guard center?["website_turned_on"] == true else { return nil }
    return HelpCenters.url(
      center: center, locale: locale, kind: "articles", id: article.id, title: content["title"].string)
  }

  /// The help center that an article belongs to through its collections, otherwise the workspace's default help center.
  static func helpCenter(of article: Record, in workspace: Workspace) -> Record? {
    for parent in article["parent_ids"].array ?? [] {
      guard let id = parent.integer else { continue }
      if let center = Collections.helpCenter(of: String(id), in: workspace) { return center }
    }
    return HelpCenters.defaultHelpCenter(in: workspace)
  }
}

/// Publishing and unpublishing of articles.
enum ArticlePublishing {
  /// Whether a language has changes that are not published.
  static func hasPendingChanges(for locale: String, in article: Article) -> Bool {
    article.draft(for: locale) != nil || article.liveContent(for: locale)?["state"] == "draft"
  }

  /// Publishes the pending changes of a language.
  static func publish(_ locale: String, in article: inout Article, at time: Int64) {
    guard var content = article.liveContent(for: locale) else { return }
    if let draft = article.draft(for: locale) {
      for name in ArticleContents.versionedMembers { content[name] = draft[name] }
      content["updated_by_id"] = draft["updated_by_id"]
      article.setDraft(nil, for: locale)
    }
    content["state"] = "published"
    content["updated_at"] = .integer(time)
    article.setLiveContent(content, for: locale)
    if article.isPublished { article["was_published"] = true }
  }

  /// Unpublishes a language. Its draft, if any, becomes its content.
  static func unpublish(_ locale: String, in article: inout Article, at time: Int64) {
    guard var content = article.liveContent(for: locale), content["state"] == "published" else { return }
    if let draft = article.draft(for: locale) {
      for name in ArticleContents.versionedMembers { content[name] = draft[name] }
      article.setDraft(nil, for: locale)
    }
    content["state"] = "draft"
    content["updated_at"] = .integer(time)
    article.setLiveContent(content, for: locale)
  }

  /// Performs a scheduled publish or unpublish.
  ///
  /// Unknown: whether translations are included; here all drafts are published, and all languages are unpublished.
  static let runSchedule: Agenda.Entry.Action = { found, workspace, time in
    var article = Article(found)
    if found["scheduled_publish_at"].integer != nil {
      for locale in Set([article.defaultLocale] + article.draftLocales)
      where hasPendingChanges(for: locale, in: article) {
        publish(locale, in: &article, at: time)
        ArticleVersions.markPublished(locale, of: article, in: workspace)
      }
    } else {
      for locale in article.locales {
        unpublish(locale, in: &article, at: time)
        ArticleVersions.markUnpublished(locale, of: article, in: workspace)
      }
    }
    article["scheduled_publish_at"] = nil
    article["scheduled_unpublish_at"] = nil
    workspace[Articles.model].replace(article.record)
  }
}
