import API
import JSON
import Store

/// The models of the nested objects of conversations.
enum ConversationModels {
  static let source = Model(
    name: "conversation_source",
    fields: [
      .string("type", initial: "conversation"), .string("id"), .string("delivered_as"), .string("subject", initial: ""),
      .string("body", initial: ""),
      .derived("author") { source, call in Authors.node(of: source, as: "conversation_source_author", in: call) },
      .models("attachments", of: Attachments.model), .string("url"), .boolean("redacted", initial: false),
      .any("recipients"), .any("reply_to"),
      .model("email_message_metadata", of: sourceEmail, options: .sparse),
    ] + Authors.fields)

  static let emailAddressHeader = Model(
    name: "email_address_header", fields: [.string("type"), .string("email_address"), .string("name")])

  /// The email metadata of a conversation's first message.
  static let sourceEmail = Model(
    name: "source_email_message_metadata",
    fields: [
      .string("message_id"), .string("subject"), .models("email_address_headers", of: emailAddressHeader),
      .string("history", options: .sparse).shown(emailHistory),
    ])

  /// The email metadata of a conversation part.
  static let email = Model(
    name: "email_message_metadata",
    fields: [.string("subject"), .models("email_address_headers", of: emailAddressHeader), .string("message_id")])

  static let firstContactReply = Model(
    name: "conversation_first_contact_reply",
    fields: [.timestamp("created_at"), .string("type", initial: "conversation"), .string("url")])

  static let slaApplied = Model(
    name: "sla_applied",
    fields: [
      .string("type", initial: "conversation_sla_summary"), .string("sla_name"),
      .string("sla_status", oneOf: ["hit", "missed", "cancelled", "active"]),
    ])

  static let rating = Model(
    name: "conversation_rating",
    fields: [
      .integer("rating"), .string("remark", initial: ""), .timestamp("created_at"), .timestamp("updated_at"),
      .derived("contact", from: ratingContact), .derived("teammate", from: ratingTeammate),
      .string("contact_id", options: .hidden),
      .string("admin_id", options: .hidden),
    ])

  static let responseTime = Model(
    name: "conversation_response_time", fields: [.integer("team_id"), .string("team_name"), .integer("response_time")])

  /// Times are in seconds. All members are null until their value is known (recorded).
  static let statistics = Model(
    name: "conversation_statistics",
    fields: [
      .type("conversation_statistics"), .integer("time_to_assignment"), .integer("time_to_admin_reply"),
      .integer("time_to_first_close"), .integer("time_to_last_close"), .integer("median_time_to_reply"),
      .timestamp("first_contact_reply_at"), .timestamp("first_assignment_at"), .timestamp("first_admin_reply_at"),
      .timestamp("first_close_at"), .timestamp("last_assignment_at"), .timestamp("last_assignment_admin_reply_at"),
      .timestamp("last_contact_reply_at"), .timestamp("last_admin_reply_at"), .timestamp("last_close_at"),
      .string("last_closed_by_id"), .integer("count_reopens", initial: 0), .integer("count_assignments", initial: 0),
      .integer("count_conversation_parts", initial: 1),
      .models("assigned_team_first_response_time", of: responseTime),
      .models("assigned_team_first_response_time_in_office_hours", of: responseTime),
      .integer("handling_time"), .integer("adjusted_handling_time"),
    ])

  static let contentSource = Model(
    name: "content_source", fields: [.string("content_type"), .string("url"), .string("title"), .string("locale")])

  static let aiAgent = Model(
    name: "ai_agent",
    fields: [
      .string("source_type"), .string("source_title"), .string("last_answer_type"), .string("resolution_state"),
      .integer("rating"), .string("rating_remark"), .timestamp("created_at"), .timestamp("updated_at"),
      .derived("content_sources", from: contentSources), .models("sources", of: contentSource, options: .hidden),
    ])

  static let salesAgent = Model(
    name: "sales_agent",
    fields: [.string("outcome"), .string("routing_outcome"), .object("collected_data", initial: nil)])

  static let channel = Model(name: "conversation_channel", fields: [.string("initial"), .string("current")])

  static let aiTopics = Model(name: "ai_topics", fields: [.constant("type", value: "ai_topic.list"), .array("topics")])

  // MARK: Derived

  private static func ratingContact(of rating: Record, in call: Call) -> Node? {
    guard let id = rating["contact_id"].string else { return .null }
    let externalID = call.workspace[Contacts.model][id]?["external_id"].json ?? .null
    return .shape("contact_reference", ["type": "contact", "id": .string(id), "external_id": externalID])
  }

  private static func emailHistory(of metadata: Record, in call: Call) -> Node? {
    guard !call.honours(.showsEmailHistoryOnRequest) || call.queryParameter("include_email_history") == "true" else {
      return nil
    }
    return metadata["history"].json.map(Node.json)
  }

  private static func ratingTeammate(of rating: Record, in call: Call) -> Node? {
    .json(["type": "admin", "id": rating["admin_id"].json ?? .null])
  }

  private static func contentSources(of agent: Record, in call: Call) -> Node? {
    let sources = agent["sources"].records
    return .members([
      "type": "content_source.list", "total_count": .integer(sources.count), "content_sources": .records(sources),
    ])
  }
}
