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
  /// Takes one away, with what hangs on it.
  let remove: @Sendable (Record, Call) -> Void

  static let copilot = "ai_copilot_availability"
  static let sales = "ai_sales_agent_availability"

  /// The kinds whose records are one text each.
  static let plain = [
    ContentKind(
      type: "content_snippet", filter: "snippet", model: ContentSnippets.model, body: "json_blocks", isHTML: false,
      agent: "ai_chatbot_availability"
    ) { snippet, call in
      if !ContentSnippets.isUsed(snippet) { ContentSnippets.remove(snippet, call) }
    },
    ContentKind(
      type: "external_content", filter: "external_content", model: ExternalPages.model, body: "html", isHTML: true,
      agent: "ai_agent_availability", remove: ExternalPages.remove),
    ContentKind(
      type: "file_source_content", filter: "file_source_content", model: FileSources.model, body: "body",
      isHTML: false, agent: "ai_chatbot_availability"
    ) { file, call in
      Taggings.removeAll(from: file.id, as: "file_source_content", call)
      call.workspace[FileSources.model].remove(file.id)
    },
    ContentKind(
      type: "internal_article", filter: "internal_article", model: InternalArticles.model, body: "body", isHTML: true,
      agent: "ai_chatbot_availability", creator: "author_id", editor: "author_id", remove: InternalArticles.remove),
  ]

  /// Articles, whose texts are in several languages.
  static let article = ContentKind(
    type: "article", filter: "article", model: Articles.model, body: "body", isHTML: true,
    agent: "ai_chatbot_availability", remove: Articles.remove)

  /// What words are looked for in.
  func texts(_ record: Record) -> [WordSearch.Text] {
    let text = record[body].string ?? SnippetBlocks.markdown(record[body].array ?? [], title: "")
    return [
      WordSearch.Text(record["title"].string, weight: 3), WordSearch.Text(text, weight: 1, isHTML: isHTML),
    ]
  }
}
