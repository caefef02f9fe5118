import API
import JSON
import Store

extension Behaviour {
  /// What was written by e-mail before is shown on request only.
  static let asksForEmailHistory = Behaviour("shows the e-mail history on request")
}

/// The models that conversations hold.
enum ConversationModels {
  static let source = Model(
    "conversation_source",
    [
      .string("type", initial: "conversation"), .string("id"), .string("delivered_as"), .string("subject", initial: ""),
      .string("body", initial: ""),
      .derived("author") { source, call in Authors.node(source, as: "conversation_source_author", call) },
      .models("attachments", Attachments.model), .string("url"), .boolean("redacted", initial: false),
      .any("recipients"), .any("reply_to"),
      .model("email_message_metadata", sourceEmail, .sparse),
    ] + Authors.fields)

  static let emailAddressHeader = Model(
    "email_address_header", [.string("type"), .string("email_address"), .string("name")])

  /// Of the message that began a conversation.
  static let sourceEmail = Model(
    "source_email_message_metadata",
    [
      .string("message_id"), .string("subject"), .models("email_address_headers", emailAddressHeader),
      .string("history", .sparse).shown(history),
    ])

  /// Of a part.
  static let email = Model(
    "email_message_metadata",
    [.string("subject"), .models("email_address_headers", emailAddressHeader), .string("message_id")])

  static let firstContactReply = Model(
    "conversation_first_contact_reply",
    [.timestamp("created_at"), .string("type", initial: "conversation"), .string("url")])

  static let slaApplied = Model(
    "sla_applied",
    [
      .string("type", initial: "conversation_sla_summary"), .string("sla_name"),
      .string("sla_status", oneOf: ["hit", "missed", "cancelled", "active"]),
    ])

  static let rating = Model(
    "conversation_rating",
    [
      .integer("rating"), .string("remark", initial: ""), .timestamp("created_at"), .timestamp("updated_at"),
      .derived("contact", ratingContact), .derived("teammate", ratingTeammate), .string("contact_id", .hidden),
      .string("admin_id", .hidden),
    ])

  static let responseTime = Model(
    "conversation_response_time", [.integer("team_id"), .string("team_name"), .integer("response_time")])

  /// Times in seconds; all null until they are known (recorded).
  static let statistics = Model(
    "conversation_statistics",
    [
      .type("conversation_statistics"), .integer("time_to_assignment"), .integer("time_to_admin_reply"),
      .integer("time_to_first_close"), .integer("time_to_last_close"), .integer("median_time_to_reply"),
      .timestamp("first_contact_reply_at"), .timestamp("first_assignment_at"), .timestamp("first_admin_reply_at"),
      .timestamp("first_close_at"), .timestamp("last_assignment_at"), .timestamp("last_assignment_admin_reply_at"),
      .timestamp("last_contact_reply_at"), .timestamp("last_admin_reply_at"), .timestamp("last_close_at"),
      .string("last_closed_by_id"), .integer("count_reopens", initial: 0), .integer("count_assignments", initial: 0),
      .integer("count_conversation_parts", initial: 1),
      .models("assigned_team_first_response_time", responseTime),
      .models("assigned_team_first_response_time_in_office_hours", responseTime),
      .integer("handling_time"), .integer("adjusted_handling_time"),
    ])

  static let contentSource = Model(
    "content_source", [.string("content_type"), .string("url"), .string("title"), .string("locale")])

  static let aiAgent = Model(
    "ai_agent",
    [
      .string("source_type"), .string("source_title"), .string("last_answer_type"), .string("resolution_state"),
      .integer("rating"), .string("rating_remark"), .timestamp("created_at"), .timestamp("updated_at"),
      .derived("content_sources", contentSources), .models("sources", contentSource, .hidden),
    ])

  static let salesAgent = Model(
    "sales_agent", [.string("outcome"), .string("routing_outcome"), .object("collected_data", initial: nil)])

  static let channel = Model("conversation_channel", [.string("initial"), .string("current")])

  static let aiTopics = Model("ai_topics", [.constant("type", "ai_topic.list"), .array("topics")])

  // MARK: Derived

  private static func ratingContact(_ rating: Record, _ call: Call) -> Node? {
    guard let id = rating["contact_id"].string else { return .null }
    let externalID = call.workspace[Contacts.model][id]?["external_id"].stored ?? .null
    return .shape("contact_reference", ["type": "contact", "id": .string(id), "external_id": externalID])
  }

  private static func history(_ metadata: Record, _ call: Call) -> Node? {
    guard !call.honours(.asksForEmailHistory) || call.query("include_email_history") == "true" else { return nil }
    return metadata["history"].stored.map(Node.json)
  }

  private static func ratingTeammate(_ rating: Record, _ call: Call) -> Node? {
    .json(["type": "admin", "id": rating["admin_id"].stored ?? .null])
  }

  private static func contentSources(_ agent: Record, _ call: Call) -> Node? {
    let sources = agent["sources"].records
    return .members([
      "type": "content_source.list", "total_count": .integer(sources.count), "content_sources": .records(sources),
    ])
  }
}
