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
      .text("source.author.id") { $0["source"].record?["author_id"].string },
      .text("source.author.type") { $0["source"].record?["author_type"].string },
      .linked("source.author.name", to: Contacts.model, Admins.model, index: "source_author") { $0["name"].string },
      .linked("source.author.email", to: Contacts.model, Admins.model, index: "source_author") { $0["email"].string },
      .text("source.url"),
      .members("contact_ids") { id, workspace in workspace[model].rows(in: "contact_ids", under: id) },
      .members("teammate_ids") { id, workspace in workspace[model].rows(in: "teammate_ids", under: id) },
      .members("tag_ids") { id, workspace in
        Taggings.rows(ofTypes: ["conversation", "ticket"], tagged: id, collection: workspace[model], in: workspace)
      },
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
    ].map { .date("statistics.\($0)") } + [lastCloser]

  /// A string in searches, although answers show an integer (Documentation.docc/Search.md, "Conversation fields").
  private static let lastCloser = SearchField.text("statistics.last_closed_by_id") { conversation in
    conversation["statistics"].record?["last_closed_by_id"].integer.map { String($0) }
  }

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

  /// Indexes conversations by the author of the first message, because names and email addresses are stored with the
  /// author.
  static let sourceAuthorIndex = CollectionDefinition.Index(name: "source_author") { conversation in
    conversation["source"].record?["author_id"].string.map { [$0] } ?? []
  }

  /// Times match to the second in every version (Documentation.docc/Search.md, "Conversation fields").
  static func search(in call: Call) throws -> SlicedWork<Reply> {
    try searchDefinition.reply(with: call.workspace[model], listing: listing, in: call)
  }
}
