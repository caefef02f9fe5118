import API
import JSON
import Store

/// A kind of content: the members of its records that search reads and bulk actions change.
struct ContentKind: Sendable {
  /// The type in search results and taggings.
  let type: String
  /// The name in the search parameter `content_types`, where it differs from the type.
  let filter: String
  let model: Model
  let body: String
  let isHTML: Bool
  /// The member with the AI agent's availability.
  let agent: String
  /// The members with the ids of the first and the last author.
  var creator = "created_by_id"
  var editor = "updated_by_id"
  /// Whether a record may be deleted.
  var isDeletable: @Sendable (Record) -> Bool = { _ in true }

  static let copilot = "ai_copilot_availability"
  static let sales = "ai_sales_agent_availability"

  /// The kinds with a single language per record.
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

  /// Articles, which have a content in each of several languages.
  static let article = ContentKind(
    type: "article", filter: "article", model: Articles.model, body: "body", isHTML: true,
    agent: "ai_chatbot_availability")

  /// The texts of a record that search reads, with their weights.
  func searchTexts(of record: Record) -> [WordSearch.WeightedText] {
    let text = record[body].string ?? SnippetBlocks.markdown(from: record[body].array ?? [], title: "")
    return [
      WordSearch.WeightedText(record["title"].string, weight: 3),
      WordSearch.WeightedText(text, weight: 1, isHTML: isHTML),
    ]
  }
}

/// The AI features that content can be available to.
enum AIAssistant: String, CaseIterable, Sendable {
  case agent = "ai_agent"
  case copilot
  case sales = "sales_agent"

  /// The search parameter that filters by availability.
  var queryParameter: String {
    switch self {
    case .agent: "fin_service_state"
    case .copilot: "copilot_state"
    case .sales: "fin_sales_state"
    }
  }

  /// The member of a record with the availability; the agent's member differs between kinds.
  func member(agent: String) -> String {
    switch self {
    case .agent: agent
    case .copilot: ContentKind.copilot
    case .sales: ContentKind.sales
    }
  }
}

/// Files that were uploaded for the AI agent. No operation returns them, but search finds them.
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

/// The id of an article in one language, as search results show it and bulk actions accept it.
///
/// Unknown: the service's format; here the article's id followed by a two-digit language index.
struct ArticleContentID {
  let article: String
  let locale: String

  init(article: String, locale: String) {
    self.article = article
    self.locale = locale
  }

  /// Returns nil if the string is not a valid id.
  init?(_ text: String) {
    guard text.utf8.count > 2, let index = Int(text.suffix(2)), Translations.locales.indices.contains(index) else {
      return nil
    }
    self.init(article: String(text.dropLast(2)), locale: Translations.locales[index])
  }

  var text: String {
    let index = Translations.locales.firstIndex(of: locale) ?? 0
    return "\(article)\(index < 10 ? "0" : "")\(index)"
  }
}
