import API
import JSON
import Store

/// What an article says in one language. The article itself holds its default language's.
enum ArticleContents {
  static let model = Model(
    "article_content",
    [
      .type("article_content"), .string("title", .writable, initial: ""),
      .string("description", .writable, initial: ""), .string("body", .writable, initial: ""),
      .derived("body_markdown", Articles.markdown), .integer("author_id", .writable),
      .string("state", .writable, initial: "draft", oneOf: ["published", "draft"]),
      .timestamp("created_at"), .timestamp("updated_at"),
      // Worked out when it is shown, as it needs the article around it.
      .boolean("has_unpublished_changes", .sparse), .timestamp("draft_updated_at", .sparse), .string("url", .sparse),
      .array("audience_ids", .writable), .boolean("ai_chatbot_availability", .writable, initial: true),
      .boolean("ai_copilot_availability", .writable, initial: true),
      .boolean("ai_sales_agent_availability", .writable, initial: true),
      .integer("created_by_id"), .integer("updated_by_id"),
    ])

  static let translated = Translations.model("article_translated_content", of: model)

  /// What versions keep and drafts stage.
  static let text = ["title", "description", "body", "author_id"]

  /// The `translated_content` of an article, its own language among them; only where there are several languages.
  static func show(_ record: Record, _ call: Call) -> Node? {
    guard HelpCenters.isMultilingual(call.workspace) else { return nil }
    let article = Article(record)
    var translations = translated.blank()
    for locale in article.locales {
      guard var content = article.live(locale) else { continue }
      let draft = article.draft(locale)
      content["has_unpublished_changes"] = .boolean(draft != nil)
      content["draft_updated_at"] = draft?["updated_at"] ?? nil
      if let url = url(content, locale, of: record, call) { content["url"] = .string(url) }
      translations[locale] = .record(content)
    }
    return .record(translations)
  }

  /// Where a published content stands; nil for a draft, and while the help center is not turned on.
  static func url(_ content: Record, _ locale: String, of article: Record, _ call: Call) -> String? {
    url(content, locale, of: article, call.workspace)
  }

  static func url(_ content: Record, _ locale: String, of article: Record, _ workspace: Workspace) -> String? {
    guard content["state"] == "published" else { return nil }
    let center = helpCenter(of: article, workspace)
    guard center?["website_turned_on"] == true else { return nil }
    return HelpCenters.url(center, locale, "articles", article.id, title: content["title"].string)
  }

  /// The help center that an article belongs to, by way of its collections; the workspace's own without any.
  static func helpCenter(of article: Record, _ workspace: Workspace) -> Record? {
    for parent in article["parent_ids"].array ?? [] {
      guard let id = parent.integer else { continue }
      if let center = Collections.helpCenter(of: String(id), workspace) { return center }
    }
    return HelpCenters.main(workspace)
  }
}
