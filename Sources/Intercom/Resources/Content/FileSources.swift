import API

/// Files that were uploaded for the AI agent to read: no operation shows them, but search finds them.
enum FileSources {
  static let model = Model(
    "file_source_content", collection: "file_sources", ids: .sequence(from: 1),
    references: [Reference("audience_ids", to: "audiences")] + Contents.references,
    [
      .type("file_source_content"), .string("id"), .string("title"), .string("body", initial: ""),
      .string("locale", initial: "en"), .boolean("ai_chatbot_availability", initial: true),
      .boolean("ai_copilot_availability", initial: true), .boolean("ai_sales_agent_availability", initial: true),
      .array("audience_ids"), .timestamp("created_at"), .timestamp("updated_at"),
    ] + Contents.fields)
}
