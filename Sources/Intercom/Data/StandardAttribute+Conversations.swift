import API

/// The built-in attributes of conversations, as recorded in 2.15. Unknown: labels and descriptions.
extension StandardAttribute {
  /// The attributes that are listed before the custom ones.
  static let conversationAttributes: [StandardAttribute] = [
    conversationAttribute("id", type: "integer", label: "ID", description: "Intercom's identifier of the conversation"),
    conversationAttribute("title", type: "string", label: "Title", description: "What the conversation is called"),
    conversationAttribute("type", type: "string", label: "Type", description: "The kind of the record"),
    conversationAttribute(
      "created_at", type: "datetime", label: "Created at", description: "When the conversation began"),
    conversationAttribute(
      "updated_at", type: "datetime", label: "Updated at", description: "When the conversation was last changed"),
    conversationAttribute(
      "source.id", type: "integer", label: "Source ID", description: "Intercom's identifier of the first message"),
    conversationAttribute(
      "source.type", type: "string", label: "Source type", description: "The channel of the first message"),
    conversationAttribute(
      "source.delivered_as", type: "string", label: "Delivered as", description: "How the conversation began"),
    conversationAttribute(
      "source.subject", type: "string", label: "Subject", description: "The subject of the first message"),
    conversationAttribute("source.body", type: "string", label: "Body", description: "The text of the first message"),
    conversationAttribute(
      "source.url", type: "string", label: "URL", description: "The page on which the conversation began"),
    conversationAttribute(
      "source.author.id", type: "string", label: "Author ID",
      description: "The identifier of the author of the first message"),
    conversationAttribute(
      "source.author.type", type: "string", label: "Author type",
      description: "The role of the author of the first message"),
    conversationAttribute(
      "source.author.name", type: "string", label: "Author name",
      description: "The name of the author of the first message"),
    conversationAttribute(
      "source.author.email", type: "string", label: "Author email",
      description: "The address of the author of the first message"),
    conversationAttribute(
      "admin_assignee_id", type: "integer", label: "Teammate assigned",
      description: "The teammate that the conversation is assigned to"),
    conversationAttribute(
      "team_assignee_id", type: "integer", label: "Team assigned",
      description: "The team that the conversation is assigned to"),
    conversationAttribute("open", type: "boolean", label: "Open", description: "Whether the conversation is open"),
    conversationAttribute(
      "read", type: "boolean", label: "Read", description: "Whether the contact has read the last part"),
    conversationAttribute(
      "state", type: "string", label: "State", description: "Whether the conversation is open, closed or snoozed"),
    conversationAttribute(
      "priority", type: "string", label: "Priority", description: "Whether the conversation has priority"),
    conversationAttribute(
      "snoozed_until", type: "datetime", label: "Snoozed until", description: "When the conversation opens again"),
    conversationAttribute(
      "waiting_since", type: "datetime", label: "Waiting since", description: "Since when the contact waits for a reply"
    ),
    conversationAttribute(
      "statistics.time_to_assignment", type: "integer", label: "Time to assignment",
      description: "Seconds until the first assignment"),
    conversationAttribute(
      "statistics.time_to_admin_reply", type: "integer", label: "Time to first reply",
      description: "Seconds until a teammate replied"),
    conversationAttribute(
      "statistics.time_to_first_close", type: "integer", label: "Time to first close",
      description: "Seconds until the first closing"),
    conversationAttribute(
      "statistics.time_to_last_close", type: "integer", label: "Time to last close",
      description: "Seconds until the last closing"),
    conversationAttribute(
      "statistics.median_time_to_reply", type: "integer", label: "Median time to reply",
      description: "Median seconds until a teammate replied"),
    conversationAttribute(
      "statistics.first_contact_reply_at", type: "datetime", label: "First contact reply",
      description: "When the contact first wrote"),
    conversationAttribute(
      "statistics.first_assignment_at", type: "datetime", label: "First assignment",
      description: "When the conversation was first assigned"),
    conversationAttribute(
      "statistics.first_admin_reply_at", type: "datetime", label: "First teammate reply",
      description: "When a teammate first replied"),
    conversationAttribute(
      "statistics.first_close_at", type: "datetime", label: "First close",
      description: "When the conversation was first closed"),
    conversationAttribute(
      "statistics.last_assignment_at", type: "datetime", label: "Last assignment",
      description: "When the conversation was last assigned"),
    conversationAttribute(
      "statistics.last_assignment_admin_reply_at", type: "datetime", label: "Reply after last assignment",
      description: "When a teammate replied after the last assignment"),
    conversationAttribute(
      "statistics.last_contact_reply_at", type: "datetime", label: "Last contact reply",
      description: "When the contact last wrote"),
    conversationAttribute(
      "statistics.last_admin_reply_at", type: "datetime", label: "Last teammate reply",
      description: "When a teammate last replied"),
    conversationAttribute(
      "statistics.last_close_at", type: "datetime", label: "Last close",
      description: "When the conversation was last closed"),
    conversationAttribute(
      "statistics.last_closed_by_id", type: "integer", label: "Last closed by",
      description: "The teammate who last closed the conversation"),
    conversationAttribute(
      "statistics.count_reopens", type: "integer", label: "Reopens",
      description: "How often the conversation was reopened"),
    conversationAttribute(
      "statistics.count_assignments", type: "integer", label: "Assignments",
      description: "How often the conversation was assigned"),
    conversationAttribute(
      "statistics.count_conversation_parts", type: "integer", label: "Parts", description: "The number of parts"),
    conversationAttribute(
      "conversation_rating.requested_at", type: "datetime", label: "Rating requested",
      description: "When a rating was requested"),
    conversationAttribute(
      "conversation_rating.replied_at", type: "datetime", label: "Rated",
      description: "When the contact rated the conversation"),
    conversationAttribute(
      "conversation_rating.score", type: "integer", label: "Rating", description: "The contact's rating"),
    conversationAttribute(
      "conversation_rating.remark", type: "string", label: "Rating remark",
      description: "The contact's remark on the rating"),
    conversationAttribute(
      "conversation_rating.contact_id", type: "string", label: "Rated by",
      description: "The contact who rated the conversation"),
    conversationAttribute(
      "conversation_rating.admin_id", type: "string", label: "Rated teammate", description: "The teammate who was rated"
    ),
  ]

  /// The attributes of the AI agent, which are listed after the custom ones.
  static let agentAttributes: [StandardAttribute] = [
    conversationAttribute(
      "ai_agent_participated", type: "boolean", label: "AI agent participated",
      description: "Whether the AI agent took part"),
    conversationAttribute(
      "ai_agent.rating", type: "integer", label: "AI agent rating", description: "The contact's rating of the AI agent"),
    conversationAttribute(
      "ai_agent.rating_remark", type: "string", label: "AI agent rating remark",
      description: "The contact's remark on the AI agent"),
    conversationAttribute(
      "ai_agent.resolution_state", type: "string", label: "AI agent resolution",
      description: "Whether the AI agent solved the problem"),
    conversationAttribute(
      "ai_agent.last_answer_type", type: "string", label: "AI agent answer type",
      description: "The kind of the last answer of the AI agent"),
    conversationAttribute(
      "ai_agent.source_type", type: "string", label: "AI agent source type",
      description: "The kind of the source that the AI agent was started by"),
    conversationAttribute(
      "ai_agent.source_title", type: "string", label: "AI agent source title",
      description: "The title of the source that the AI agent was started by"),
  ]

  private static func conversationAttribute(
    _ name: String, type: String, label: String, description: String
  ) -> StandardAttribute {
    StandardAttribute(
      owner: .conversation, fullName: name, label: label, description: description, type: type, writability: .nowhere)
  }
}
