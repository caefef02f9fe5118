import API
import JSON
import Store

/// An article in its languages: what its readers see, and what is staged to come.
struct Article {
  private(set) var record: Record

  init(_ record: Record) {
    self.record = record
  }

  var defaultLocale: String {
    record["default_locale"].string ?? "en"
  }

  /// Its default language, then those that it is translated into.
  var locales: [String] {
    [defaultLocale]
      + Translations.presentLocales(in: record["translated_content"].record).filter { $0 != defaultLocale }
  }

  var isPublished: Bool {
    record["state"] == "published"
  }

  /// What stands in a language; nil when it was never written.
  func liveContent(for locale: String) -> Record? {
    if locale == defaultLocale { return ArticleContents.model.copy(of: record) }
    return record["translated_content"].record?[locale].record
  }

  mutating func setLiveContent(_ content: Record, for locale: String) {
    guard locale == defaultLocale else { return setContent(content, for: locale, field: "translated_content") }
    for name in content.schema.slots where record.schema.slot(named: name) != nil { record[name] = content[name] }
  }

  /// Takes a translation away, with what is staged in it.
  mutating func removeTranslation(for locale: String) {
    setDraft(nil, for: locale)
    guard var contents = record["translated_content"].record else { return }
    contents[locale] = .absent
    record["translated_content"] = .record(contents)
  }

  /// What is staged in a language.
  func draft(for locale: String) -> Record? {
    record["drafts"].record?[locale].record
  }

  mutating func setDraft(_ content: Record?, for locale: String) {
    guard content != nil || draft(for: locale) != nil else { return }
    setContent(content, for: locale, field: "drafts")
  }

  /// The languages in which something is staged.
  var draftLocales: [String] {
    Translations.presentLocales(in: record["drafts"].record)
  }

  /// The same article with what is staged in the place of what stands.
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

/// What an article says in one language. The article itself holds its default language's.
enum ArticleContents {
  static let model = Model(
    name: "article_content",
    fields: [
      .type("article_content"), .string("title", options: .writable, initial: ""),
      .string("description", options: .writable, initial: ""), .string("body", options: .writable, initial: ""),
      .derived("body_markdown", from: Articles.bodyMarkdown), .integer("author_id", options: .writable),
      .string("state", options: .writable, initial: "draft", oneOf: ["published", "draft"]),
      .timestamp("created_at"), .timestamp("updated_at"),
      // Worked out when it is shown, as it needs the article around it.
      .boolean("has_unpublished_changes", options: .sparse), .timestamp("draft_updated_at", options: .sparse),
      .string("url", options: .sparse),
      .array("audience_ids", options: .writable),
      .boolean("ai_chatbot_availability", options: .writable, initial: true),
      .boolean("ai_copilot_availability", options: .writable, initial: true),
      .boolean("ai_sales_agent_availability", options: .writable, initial: true),
      .integer("created_by_id"), .integer("updated_by_id"),
    ])

  static let translationsModel = Translations.model(named: "article_translated_content", of: model)

  /// What versions keep and drafts stage.
  static let versionedMembers = ["title", "description", "body", "author_id"]

  /// The `translated_content` of an article, its own language among them; only where there are several languages.
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

  /// Where a published content stands; nil for a draft, and while the help center is not turned on.
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

  /// The help center that an article belongs to, by way of its collections; the workspace's own without any.
  static func helpCenter(of article: Record, in workspace: Workspace) -> Record? {
    for parent in article["parent_ids"].array ?? [] {
      guard let id = parent.integer else { continue }
      if let center = Collections.helpCenter(of: String(id), in: workspace) { return center }
    }
    return HelpCenters.defaultHelpCenter(in: workspace)
  }
}

/// Putting articles before their readers, and taking them back.
enum ArticlePublishing {
  /// Whether there is something in a language that its readers do not see yet.
  static func hasPendingChanges(for locale: String, in article: Article) -> Bool {
    article.draft(for: locale) != nil || article.liveContent(for: locale)?["state"] == "draft"
  }

  /// Publishes what is pending in a language.
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

  /// Takes a language back; what was staged in it becomes its draft.
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

  /// The time has come that a request set. Unknown: whether translations go with it; here what is staged in them is
  /// published, and all are taken back.
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
