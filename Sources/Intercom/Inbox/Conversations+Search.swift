import API
import JSON
import Store

/// The fields that a search supports (Documentation.docc/Search.md, "Conversation fields").
extension Conversations {
  static let searchFields: [SearchField] =
    [
      .serial("id"), .date("created_at"), .date("updated_at"),
      .text("source.type"), .text("source.id"), .text("source.delivered_as"), .text("source.subject"),
      .words("source.body") { $0["source"].record?["body"].string.map(PlainText.text) },
      .text("source.author.id") { sourceAuthor(of: $0)?.id },
      .text("source.author.type") { sourceAuthor(of: $0)?.type },
      .linked("source.author.name", text: sourceAuthorName), .linked("source.author.email", text: sourceAuthorEmail),
      .text("source.url"),
      .members("contact_ids") { id, workspace in .rows(workspace[model].rows(in: "contact_ids", under: id)) },
      .members("teammate_ids") { id, workspace in .rows(workspace[model].rows(in: "teammate_ids", under: id)) },
      .members("tag_ids") { id, _ in Taggings.records(ofTypes: ["conversation", "ticket"], tagged: id) },
      .integer("admin_assignee_id"), .integer("team_assignee_id"),
      .text("channel_initiated", at: "channel.initial"),
      .boolean("open", from: { $0["state"] != "closed" }), .boolean("read"), .text("state"), .text("priority"),
      .date("waiting_since"), .date("snoozed_until"), .boolean("ai_agent_participated"),
    ] + statisticsFields + outcomeFields

  private static let statisticsFields: [SearchField] =
    [
      "time_to_assignment", "time_to_admin_reply", "time_to_first_close", "time_to_last_close",
      "median_time_to_reply", "count_reopens", "count_assignments", "count_conversation_parts",
    ].map { .integer("statistics.\($0)") }
    + [
      "first_contact_reply_at", "first_assignment_at", "first_admin_reply_at", "first_close_at", "last_assignment_at",
      "last_assignment_admin_reply_at", "last_contact_reply_at", "last_admin_reply_at", "last_close_at",
    ].map { .date("statistics.\($0)") } + [.identifier("statistics.last_closed_by_id")]

  private static let outcomeFields: [SearchField] = [
    .date("conversation_rating.requested_at", at: "conversation_rating.created_at"),
    .date("conversation_rating.replied_at", at: "conversation_rating.updated_at"),
    .integer("conversation_rating.score", at: "conversation_rating.rating"),
    .text("conversation_rating.remark"), .text("conversation_rating.contact_id"),
    // The misspelling is Intercom's, in every version.
    .text("conversation_rating.admin_d", at: "conversation_rating.admin_id"),
    .text("conversation_rating.admin_id"),
    .text("ai_agent.resolution_state"), .text("ai_agent.last_answer_type"), .integer("ai_agent.rating"),
    .text("ai_agent.rating_remark"), .text("ai_agent.source_type"), .text("ai_agent.source_title"),
  ]

  // MARK: Author of the first message

  private static func sourceAuthor(of conversation: Record) -> Author? {
    conversation["source"].record.map(Authors.author)
  }

  /// Indexes of conversations by the author of the first message, because names and email addresses are stored with the
  /// author. One for each collection of authors: their ids may be equal.
  static let sourceAuthorIndexes = [
    CollectionDefinition.Index(name: "source_contact") { authorID(of: $0) { $0 == "contacts" } },
    CollectionDefinition.Index(name: "source_admin") { authorID(of: $0) { $0 == "admins" } },
    CollectionDefinition.Index(name: "source_team") { authorID(of: $0) { $0 == "teams" } },
  ]

  private static func authorID(of conversation: Record, where isWanted: (String?) -> Bool) -> [String] {
    sourceAuthor(of: conversation).flatMap { isWanted($0.collection) ? [$0.id] : nil } ?? []
  }

  /// The name that answers show (`Authors.object`).
  private static let sourceAuthorName = LinkedText(
    from: .init(to: Contacts.model, index: "source_contact") { $0["name"].string },
    .init(to: Admins.model, index: "source_admin") { $0["name"].string },
    .init(to: Teams.model, index: "source_team") { $0["name"].string },
    constants: ["bot": { _ in Authors.botName }, "none": { _ in nil }], kind: fixedAuthor)

  /// The email address that answers show: an empty string for an author without one.
  private static let sourceAuthorEmail = LinkedText(
    from: .init(to: Contacts.model, index: "source_contact") { $0["email"].string ?? "" },
    .init(to: Admins.model, index: "source_admin") { $0["email"].string ?? "" },
    .init(to: Teams.model, index: "source_team") { _ in "" },
    missing: "", constants: ["bot": { Authors.botEmail(in: $0) }, "none": { _ in nil }], kind: fixedAuthor)

  /// An author without a record: the bot, or none for a conversation without a first message.
  private static func fixedAuthor(of conversation: Record) -> String? {
    guard let author = sourceAuthor(of: conversation) else { return "none" }
    return author.collection == nil ? "bot" : nil
  }

  /// Times match to the second in every version (Documentation.docc/Search.md, "Conversation fields").
  static func search(in call: Call) throws -> SlicedWork<Reply> {
    try searchDefinition.reply(with: call.workspace[model], listing: listing, in: call)
  }
}
