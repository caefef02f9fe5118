import API
import HTTPTypes
import JSON
import Store

/// Content snippets: short texts for the AI agent and for teammates. Their errors carry no `request_id`, but for tags.
enum ContentSnippets: Resource {
  static let operations: [Operation] = [
    .get("/content_snippets", "listContentSnippets", list, .since(.v2_16)),
    .post("/content_snippets", "createContentSnippet", create, .since(.v2_16)),
    .get("/content_snippets/{id}", "getContentSnippet", retrieve, .since(.v2_16)),
    .put("/content_snippets/{id}", "updateContentSnippet", update, .since(.v2_16)),
    .delete("/content_snippets/{id}", "deleteContentSnippet", delete, .since(.v2_16)),
    .post("/content_snippets/{content_snippet_id}/tags", "attachTagToContentSnippet", attachTag, .since(.v2_16)),
    .delete(
      "/content_snippets/{content_snippet_id}/tags/{id}", "detachTagFromContentSnippet", detachTag, .since(.v2_16)),
  ]

  static let model = Model(
    "content_snippet", collection: "content_snippets", ids: .sequence(from: 1),
    references: [Reference("audience_ids", to: "audiences"), Reference("procedure_ids", to: "procedures")]
      + Contents.references,
    [
      .type("content_snippet"), .string("id"), .string("title", .writable), .string("locale", .writable, initial: "en"),
      .array("json_blocks"), .derived("body_markdown", markdown),
      .derived("chatbot_availability") { snippet, _ in .integer(snippet["ai_chatbot_availability"] == true ? 1 : 0) },
      .derived("copilot_availability") { snippet, _ in .integer(snippet["ai_copilot_availability"] == true ? 1 : 0) },
      .boolean("ai_chatbot_availability", .writable, initial: false),
      .boolean("ai_copilot_availability", .writable, initial: false),
      .boolean("ai_sales_agent_availability", .writable, initial: false), .timestamp("created_at"),
      .timestamp("updated_at"), .array("audience_ids"),
      // Procedures that use it, and keep it from being deleted.
      .array("procedure_ids", .hidden),
    ] + Contents.fields)

  static let listing = Listing.numbered(
    perPage: 50, limit: 50, order: ListOrder("id", descending: false),
    members: [.type, .items, .total, .page, .perPage, .totalPages])

  /// Most characters of a title.
  private static let titleLimit = 255

  // MARK: Behaviour

  static func retrieve(_ call: Call) throws -> Reply {
    .ok(try find(call))
  }

  static func create(_ call: Call) throws -> Reply {
    guard call.body["json_blocks"] != nil || call.body["body_markdown"] != nil else {
      throw refusal("One of json_blocks and body_markdown is required")
    }
    guard call.body["title"] != nil else { throw refusal("Title can't be blank") }
    var snippet = try model.make(from: call.body, call)
    try write(to: &snippet, call)
    snippet["created_by_id"] = snippet["updated_by_id"]
    call.workspace[model].insert(snippet)
    return .created(snippet)
  }

  static func update(_ call: Call) throws -> Reply {
    var snippet = try find(call)
    try model.write(call.body, to: &snippet, call)
    try write(to: &snippet, call)
    call.workspace[model].replace(snippet)
    return .ok(snippet)
  }

  static func delete(_ call: Call) throws -> Reply {
    let snippet = try find(call)
    guard !isUsed(snippet) else {
      let message = "Content snippet has dependent procedures and cannot be deleted"
      throw APIError(.unprocessableContent, "content_has_procedure_dependencies", message).withoutRequestID
    }
    remove(snippet, call)
    return .noContent
  }

  static func attachTag(_ call: Call) throws -> Reply {
    try ContentTags.attach(to: "content_snippet", try tagged(call).id, call)
  }

  static func detachTag(_ call: Call) throws -> Reply {
    try ContentTags.detach(from: "content_snippet", try tagged(call).id, call)
  }

  /// Whether a procedure needs it.
  static func isUsed(_ snippet: Record) -> Bool {
    snippet["procedure_ids"].array?.isEmpty == false
  }

  static func remove(_ snippet: Record, _ call: Call) {
    Taggings.removeAll(from: snippet.id, as: "content_snippet", call)
    call.workspace[model].remove(snippet.id)
  }

  // MARK: Reading a request

  private static func find(_ call: Call) throws -> Record {
    guard let snippet = call.workspace[model][call.parameter("id")] else {
      throw APIError(.notFound, "not_found", "Content snippet not found").withoutRequestID
    }
    return snippet
  }

  private static func tagged(_ call: Call) throws -> Record {
    guard let snippet = call.workspace[model][call.parameter("content_snippet_id")] else {
      throw APIError(.notFound, "content_snippet_not_found", "Content snippet not found")
    }
    return snippet
  }

  /// Unknown: the wordings that no example shows.
  private static func refusal(_ message: String) -> APIError {
    APIError(.unprocessableContent, "validation_error", message).withoutRequestID
  }

  private static func write(to snippet: inout Record, _ call: Call) throws {
    guard let title = snippet["title"].string, !title.isEmpty else { throw refusal("Title can't be blank") }
    guard title.count <= titleLimit else {
      throw refusal("Title is too long (maximum is \(titleLimit) characters)")
    }
    guard let locale = snippet["locale"].string, Languages.isCode(locale) else {
      throw refusal("The language is not currently supported for Fin")
    }
    if let blocks = try blocks(title, call) { snippet["json_blocks"] = .json(.array(blocks)) }
    if call.body["audience_ids"] != nil {
      snippet["audience_ids"] = .json(.array(try call.audiences(in: call.body) ?? []))
    }
    snippet["updated_by_id"] = .string(Admins.actor(call))
  }

  /// The body, from one of two members; nil when the request leaves it as it is.
  private static func blocks(_ title: String, _ call: Call) throws -> [JSON]? {
    let text = try call.text("body_markdown")
    guard let json = call.body["json_blocks"], !json.isNull else {
      return text.map { SnippetBlocks.read($0, title: title) }
    }
    guard text == nil else { throw refusal("json_blocks and body_markdown are mutually exclusive") }
    guard let blocks = json.array, blocks.allSatisfy({ $0.object != nil }) else {
      throw refusal("json_blocks must be an array of objects")
    }
    return blocks
  }

  private static func markdown(of snippet: Record, _ call: Call) -> Node? {
    .string(SnippetBlocks.markdown(snippet["json_blocks"].array ?? [], title: snippet["title"].string ?? ""))
  }
}

/// The two spellings of a snippet's body: blocks, and markdown that begins with the title.
///
/// Unknown: which blocks there are; here paragraphs, headings of two sizes, lists and code, and whatever has a `text`.
enum SnippetBlocks {
  private static let marks: KeyValuePairs = ["## ": "subheading", "# ": "heading"]

  static func markdown(_ blocks: [JSON], title: String) -> String {
    (["# \(title)"] + blocks.compactMap(markdown)).map { "\($0)\n" }.joined(separator: "\n")
  }

  private static func markdown(_ block: JSON) -> String? {
    let type = block["type"]?.string ?? ""
    if let items = block["items"]?.array?.compactMap(\.string), !items.isEmpty {
      let isOrdered = type.hasPrefix("ordered")
      return items.enumerated().map { isOrdered ? "\($0 + 1). \($1)" : "- \($1)" }.joined(separator: "\n")
    }
    guard let text = block["text"]?.string else { return nil }
    if type == "code" { return "```\n\(text)\n```" }
    return (marks.first { $0.value == type }?.key ?? "") + text
  }

  /// The blocks of a markdown text; a first line that only repeats the title is none.
  static func read(_ text: String, title: String) -> [JSON] {
    var blocks: [JSON] = []
    var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = rest.popFirst() {
      if line.hasPrefix("```") {
        let code = rest.prefix { !$0.hasPrefix("```") }
        rest = rest.dropFirst(code.count + 1)
        blocks.append(["type": "code", "text": .string(code.joined(separator: "\n"))])
      } else if let (type, _) = item(line) {
        let lines = [line] + rest.prefix { item($0)?.type == type }
        rest = rest.dropFirst(lines.count - 1)
        let items = lines.compactMap { item($0).map { JSON.string($0.text) } }
        blocks.append(["type": .string(type), "items": .array(items)])
      } else if let mark = marks.first(where: { line.hasPrefix($0.key) }) {
        let text = String(line.dropFirst(mark.key.count))
        if !blocks.isEmpty || text != title { blocks.append(["type": .string(mark.value), "text": .string(text)]) }
      } else if !line.allSatisfy(\.isWhitespace) {
        blocks.append(["type": "paragraph", "text": .string(String(line))])
      }
    }
    return blocks
  }

  /// The item that a line is of a list.
  private static func item(_ line: Substring) -> (type: String, text: String)? {
    if line.hasPrefix("- ") || line.hasPrefix("* ") { return ("unorderedList", String(line.dropFirst(2))) }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
    return ("orderedList", String(line.dropFirst(digits.count + 2)))
  }
}
