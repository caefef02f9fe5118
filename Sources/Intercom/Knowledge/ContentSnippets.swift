import API
import HTTPTypes
import JSON
import Store

/// Content snippets: short texts for the AI agent and for teammates. Their errors have no `request_id`, except for tag
/// operations.
enum ContentSnippets: Resource {
  static let operations: [Operation] = [
    .get("/content_snippets", id: "listContentSnippets", handler: list, available: .since(.v2_16)),
    .post("/content_snippets", id: "createContentSnippet", handler: create, available: .since(.v2_16)),
    .get("/content_snippets/{id}", id: "getContentSnippet", handler: retrieve, available: .since(.v2_16)),
    .put("/content_snippets/{id}", id: "updateContentSnippet", handler: update, available: .since(.v2_16)),
    .delete("/content_snippets/{id}", id: "deleteContentSnippet", handler: delete, available: .since(.v2_16)),
    .post(
      "/content_snippets/{content_snippet_id}/tags", id: "attachTagToContentSnippet", handler: attachTag,
      available: .since(.v2_16)),
    .delete(
      "/content_snippets/{content_snippet_id}/tags/{id}", id: "detachTagFromContentSnippet", handler: detachTag,
      available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "content_snippet", collection: "content_snippets", ids: .sequence(from: 1),
    references: [
      Reference("audience_ids", to: "audiences", onDelete: .remove), Reference("procedure_ids", to: "procedures"),
    ]
      + ContentMetadata.references,
    fields: [
      .type("content_snippet"), .string("id"), .string("title", options: .writable),
      .string("locale", options: .writable, initial: "en"),
      .array("json_blocks"), .derived("body_markdown", from: bodyMarkdown),
      .derived("chatbot_availability") { snippet, _ in .integer(snippet["ai_chatbot_availability"] == true ? 1 : 0) },
      .derived("copilot_availability") { snippet, _ in .integer(snippet["ai_copilot_availability"] == true ? 1 : 0) },
      .boolean("ai_chatbot_availability", options: .writable, initial: false),
      .boolean("ai_copilot_availability", options: .writable, initial: false),
      .boolean("ai_sales_agent_availability", options: .writable, initial: false), .timestamp("created_at"),
      .timestamp("updated_at"), .array("audience_ids"),
      // The procedures that use the snippet, which cannot be deleted while there are any.
      .array("procedure_ids", options: .hidden),
    ] + ContentMetadata.fields)

  static let listing = Listing.numbered(
    perPage: 50, limit: 50, order: ListOrder(name: "id", descending: false),
    members: [.type, .items, .total, .page, .perPage, .totalPages])

  /// The maximum length of a title in characters.
  private static let titleLimit = 255

  // MARK: Behaviour

  static func retrieve(in call: Call) throws -> Reply {
    .ok(try find(in: call))
  }

  static func create(in call: Call) throws -> Reply {
    guard call.body["json_blocks"] != nil || call.body["body_markdown"] != nil else {
      throw validationError(message: "One of json_blocks and body_markdown is required")
    }
    guard call.body["title"] != nil else { throw validationError(message: "Title can't be blank") }
    var snippet = try model.makeRecord(from: call.body, in: call)
    try writeMembers(to: &snippet, in: call)
    snippet["created_by_id"] = snippet["updated_by_id"]
    call.workspace[model].insert(snippet)
    return .created(snippet)
  }

  static func update(in call: Call) throws -> Reply {
    var snippet = try find(in: call)
    try model.write(call.body, to: &snippet, in: call)
    try writeMembers(to: &snippet, in: call)
    call.workspace[model].replace(snippet)
    return .ok(snippet)
  }

  static func delete(in call: Call) throws -> Reply {
    let snippet = try find(in: call)
    guard !isUsed(snippet) else {
      let message = "Content snippet has dependent procedures and cannot be deleted"
      throw APIError(status: .unprocessableContent, code: "content_has_procedure_dependencies", message: message)
        .withoutRequestID
    }
    call.delete(snippet, of: model)
    return .noContent
  }

  static func attachTag(in call: Call) throws -> Reply {
    try ContentTags.attach(toType: "content_snippet", id: try taggedSnippet(in: call).id, in: call)
  }

  static func detachTag(in call: Call) throws -> Reply {
    try ContentTags.detach(fromType: "content_snippet", id: try taggedSnippet(in: call).id, in: call)
  }

  /// Whether a procedure uses the snippet.
  static func isUsed(_ snippet: Record) -> Bool {
    snippet["procedure_ids"].array?.isEmpty == false
  }

  // MARK: Reading a request

  private static func find(in call: Call) throws -> Record {
    guard let snippet = call.workspace[model][call.pathParameter("id")] else {
      throw APIError(status: .notFound, code: "not_found", message: "Content snippet not found").withoutRequestID
    }
    return snippet
  }

  private static func taggedSnippet(in call: Call) throws -> Record {
    guard let snippet = call.workspace[model][call.pathParameter("content_snippet_id")] else {
      throw APIError(status: .notFound, code: "content_snippet_not_found", message: "Content snippet not found")
    }
    return snippet
  }

  /// Unknown: the messages that no example shows.
  private static func validationError(message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "validation_error", message: message).withoutRequestID
  }

  private static func writeMembers(to snippet: inout Record, in call: Call) throws {
    guard let title = snippet["title"].string, !title.isEmpty else {
      throw validationError(message: "Title can't be blank")
    }
    guard title.count <= titleLimit else {
      throw validationError(message: "Title is too long (maximum is \(titleLimit) characters)")
    }
    guard let locale = snippet["locale"].string, Languages.isCode(locale) else {
      throw validationError(message: "The language is not currently supported for Fin")
    }
    if let blocks = try blocks(title: title, in: call) { snippet["json_blocks"] = .json(.array(blocks)) }
    if call.body["audience_ids"] != nil {
      snippet["audience_ids"] = .json(.array(try call.audiences(in: call.body) ?? []))
    }
    snippet["updated_by_id"] = .string(Admins.actorID(in: call))
  }

  /// The blocks of the body from `json_blocks` or `body_markdown`, or nil if both are absent.
  ///
  /// Throws `validation_error` if both are present or one is invalid.
  private static func blocks(title: String, in call: Call) throws -> [JSON]? {
    let text = try call.body.optional("body_markdown", as: .string)
    guard let json = call.body["json_blocks"], !json.isNull else {
      return text.map { SnippetBlocks.blocks(from: $0, title: title) }
    }
    guard text == nil else { throw validationError(message: "json_blocks and body_markdown are mutually exclusive") }
    guard let blocks = json.array, blocks.allSatisfy({ $0.object != nil }) else {
      throw validationError(message: "json_blocks must be an array of objects")
    }
    return blocks
  }

  private static func bodyMarkdown(of snippet: Record, in call: Call) -> Node? {
    .string(SnippetBlocks.markdown(from: snippet["json_blocks"].array ?? [], title: snippet["title"].string ?? ""))
  }
}

/// Converts a snippet's body between blocks and Markdown, which starts with the title.
///
/// Unknown: the block types; here paragraphs, two levels of headings, lists and code. Other blocks with a `text` are
/// rendered as paragraphs.
enum SnippetBlocks {
  private static let headingMarks: KeyValuePairs = ["## ": "subheading", "# ": "heading"]

  /// The Markdown of a list of blocks, which starts with the title as a heading.
  static func markdown(from blocks: [JSON], title: String) -> String {
    (["# \(title)"] + blocks.compactMap(markdown)).map { "\($0)\n" }.joined(separator: "\n")
  }

  private static func markdown(of block: JSON) -> String? {
    let type = block["type"]?.string ?? ""
    if let items = block["items"]?.array?.compactMap(\.string), !items.isEmpty {
      let isOrdered = type.hasPrefix("ordered")
      return items.enumerated().map { isOrdered ? "\($0 + 1). \($1)" : "- \($1)" }.joined(separator: "\n")
    }
    guard let text = block["text"]?.string else { return nil }
    if type == "code" { return "```\n\(text)\n```" }
    return (headingMarks.first { $0.value == type }?.key ?? "") + text
  }

  /// The blocks of a Markdown string. A first heading that repeats the title is omitted.
  static func blocks(from text: String, title: String) -> [JSON] {
    var blocks: [JSON] = []
    var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = rest.popFirst() {
      if line.hasPrefix("```") {
        let code = rest.prefix { !$0.hasPrefix("```") }
        rest = rest.dropFirst(code.count + 1)
        blocks.append(["type": "code", "text": .string(code.joined(separator: "\n"))])
      } else if let (type, _) = listItem(from: line) {
        let lines = [line] + rest.prefix { listItem(from: $0)?.type == type }
        rest = rest.dropFirst(lines.count - 1)
        let items = lines.compactMap { listItem(from: $0).map { JSON.string($0.text) } }
        blocks.append(["type": .string(type), "items": .array(items)])
      } else if let mark = headingMarks.first(where: { line.hasPrefix($0.key) }) {
        let text = String(line.dropFirst(mark.key.count))
        if !blocks.isEmpty || text != title { blocks.append(["type": .string(mark.value), "text": .string(text)]) }
      } else if !line.allSatisfy(\.isWhitespace) {
        blocks.append(["type": "paragraph", "text": .string(String(line))])
      }
    }
    return blocks
  }

  /// The list type and text of a list item, or nil if the line is not one.
  private static func listItem(from line: Substring) -> (type: String, text: String)? {
    if line.hasPrefix("- ") || line.hasPrefix("* ") { return ("unorderedList", String(line.dropFirst(2))) }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
    return ("orderedList", String(line.dropFirst(digits.count + 2)))
  }
}
