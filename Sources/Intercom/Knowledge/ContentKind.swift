import API
import JSON
import Store

/// A kind of content: how search reads it and bulk actions change it, whatever its own resource calls its members.
struct ContentKind: Sendable {
  /// As results and tags name it.
  let type: String
  /// As the search's `content_types` names it, where that is another name.
  let filter: String
  let model: Model
  let body: String
  let isHTML: Bool
  /// The member that switches the AI agent on.
  let agent: String
  /// The members that name who wrote it, first and last.
  var creator = "created_by_id"
  var editor = "updated_by_id"
  /// Whether a record may be deleted.
  var isDeletable: @Sendable (Record) -> Bool = { _ in true }

  static let copilot = "ai_copilot_availability"
  static let sales = "ai_sales_agent_availability"

  /// The kinds whose records are one text each.
  static let plain = [
    ContentKind(
      type: "content_snippet", filter: "snippet", model: ContentSnippets.model, body: "json_blocks", isHTML: false,
      agent: "ai_chatbot_availability", isDeletable: { !ContentSnippets.isUsed($0) }),
    ContentKind(
      type: "external_content", filter: "external_content", model: ExternalPages.model, body: "html", isHTML: true,
      agent: "ai_agent_availability"),
    ContentKind(
      type: "file_source_content", filter: "file_source_content", model: FileSources.model, body: "body",
      isHTML: false, agent: "ai_chatbot_availability"),
    ContentKind(
      type: "internal_article", filter: "internal_article", model: InternalArticles.model, body: "body", isHTML: true,
      agent: "ai_chatbot_availability", creator: "author_id", editor: "author_id"),
  ]

  /// Articles, whose texts are in several languages.
  static let article = ContentKind(
    type: "article", filter: "article", model: Articles.model, body: "body", isHTML: true,
    agent: "ai_chatbot_availability")

  /// What words are looked for in.
  func searchTexts(of record: Record) -> [WordSearch.WeightedText] {
    let text = record[body].string ?? SnippetBlocks.markdown(from: record[body].array ?? [], title: "")
    return [
      WordSearch.WeightedText(record["title"].string, weight: 3),
      WordSearch.WeightedText(text, weight: 1, isHTML: isHTML),
    ]
  }
}

/// What of the AI may use content.
enum AIAssistant: String, CaseIterable, Sendable {
  case agent = "ai_agent"
  case copilot
  case sales = "sales_agent"

  /// The parameter of a search.
  var queryParameter: String {
    switch self {
    case .agent: "fin_service_state"
    case .copilot: "copilot_state"
    case .sales: "fin_sales_state"
    }
  }

  /// The member of a record; the agent's has several names.
  func member(agent: String) -> String {
    switch self {
    case .agent: agent
    case .copilot: ContentKind.copilot
    case .sales: ContentKind.sales
    }
  }
}

/// Files that were uploaded for the AI agent to read: no operation shows them, but search finds them.
enum FileSources {
  static let model = Model(
    name: "file_source_content", collection: "file_sources", ids: .sequence(from: 1),
    references: [Reference("audience_ids", to: "audiences", onDelete: .remove)] + ContentMetadata.references,
    fields: [
      .type("file_source_content"), .string("id"), .string("title"), .string("body", initial: ""),
      .string("locale", initial: "en"), .boolean("ai_chatbot_availability", initial: true),
      .boolean("ai_copilot_availability", initial: true), .boolean("ai_sales_agent_availability", initial: true),
      .array("audience_ids"), .timestamp("created_at"), .timestamp("updated_at"),
    ] + ContentMetadata.fields)
}

/// The id of an article in one of its languages, as search shows it and bulk actions take it.
///
/// Unknown: how these ids are made; here the article's, and two digits for the language.
struct ArticleContentID {
  let article: String
  let locale: String

  init(article: String, locale: String) {
    self.article = article
    self.locale = locale
  }

  /// Nil for a text that is none.
  init?(_ text: String) {
    guard text.utf8.count > 2, let place = Int(text.suffix(2)), Translations.locales.indices.contains(place) else {
      return nil
    }
    self.init(article: String(text.dropLast(2)), locale: Translations.locales[place])
  }

  var text: String {
    let place = Translations.locales.firstIndex(of: locale) ?? 0
    return "\(article)\(place < 10 ? "0" : "")\(place)"
  }
}
