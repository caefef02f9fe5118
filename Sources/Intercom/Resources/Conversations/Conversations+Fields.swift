import API
import JSON
import Store

extension Conversations {
  /// In the order that was recorded.
  static let fields: [Field] = [
    .type("conversation"), .string("id"),
    .timestamp("created_at", .ordered), .timestamp("updated_at", .ordered),
    .timestamp("waiting_since"), .timestamp("snoozed_until"),
    .model("source", ConversationModels.source),
    .derived("contacts", contacts),
    .model("first_contact_reply", ConversationModels.firstContactReply),
    .integer("admin_assignee_id", [.indexed], initial: 0), .integer("team_assignee_id", initial: 0),
    .derived("open", isOpen),
    .string("state", initial: "open", oneOf: ["open", "closed", "snoozed"]),
    .boolean("read", .writable, initial: false),
    .derived("tags", tags),
    .string("priority", .writable, initial: "none", oneOf: ["none", "low", "medium", "high", "urgent"]),
    .model("sla_applied", ConversationModels.slaApplied),
    .model("statistics", ConversationModels.statistics, initial: [:]),
    .model("conversation_rating", ConversationModels.rating),
    .derived("teammates", teammates),
    .string("title", .writable),
    .derived("company", company),
    .object("custom_attributes").shown(CustomObjectReferences.shown("custom_attributes", of: .conversation)),
    .object("topics", initial: ["type": "topic.list", "topics": [], "total_count": 0]),
    .derived("ticket", ticket),
    .derived("linked_objects", TicketLinks.list),
    .model("ai_topics", ConversationModels.aiTopics),
    .model("ai_agent", ConversationModels.aiAgent),
    .boolean("ai_agent_participated", initial: false),
    .model("sales_agent", ConversationModels.salesAgent),
    .boolean("sales_agent_participated", initial: false),
    .model("channel", ConversationModels.channel, initial: ["initial": "messenger", "current": "messenger"]),
    .array("external_references"),
    .derived("monitor_evaluations", monitors), .derived("scorecards", scorecards),
    .derived("conversation_parts", ConversationParts.list),
    .derived("customers", customers),
    .array("contact_ids", [.hidden, .indexed]), .array("teammate_ids", [.hidden, .indexed]),
    .array("linked_ids", [.hidden, .indexed]),
    .string("company_id", [.hidden, .indexed]), .string("brand_id", .hidden), .string("merged_into_id", .hidden),
    .array("monitors", .hidden), .array("scores", .hidden), .array("reply_times", .hidden),
  ]

  // MARK: Derived

  private static func isOpen(_ conversation: Record, _ call: Call) -> Node? {
    .boolean(conversation["state"] != "closed")
  }

  private static func contacts(_ conversation: Record, _ call: Call) -> Node? {
    let contacts = conversation["contact_ids"].strings.map { id -> Node in
      let externalID = call.workspace[Contacts.model][id]?["external_id"].stored ?? .null
      return .shape("contact_reference", ["type": "contact", "id": .string(id), "external_id": externalID])
    }
    return .members(["type": "contact.list", "contacts": .array(contacts)])
  }

  private static func tags(_ conversation: Record, _ call: Call) -> Node? {
    let taggings = Taggings.of("conversation", conversation.id, call.workspace)
    return .members(["type": "tag.list", "tags": .array(taggings.compactMap { Taggings.applied($0, call.workspace) })])
  }

  /// Recorded under `admins`, described under `teammates`: clients read either.
  private static func teammates(_ conversation: Record, _ call: Call) -> Node? {
    let admins = conversation["teammate_ids"].strings.map { id -> JSON in ["type": "admin", "id": .string(id)] }
    return .json(["type": "admin.list", "teammates": .array(admins)])
  }

  private static func company(_ conversation: Record, _ call: Call) -> Node? {
    conversation["company_id"].string.flatMap { call.workspace[Companies.model][$0] }.map(Node.record) ?? .null
  }

  private static func monitors(_ conversation: Record, _ call: Call) -> Node? {
    shows("include_monitors", call) ? .json(conversation["monitors"].stored ?? []) : nil
  }

  private static func scorecards(_ conversation: Record, _ call: Call) -> Node? {
    shows("include_scorecards", call) ? .json(conversation["scores"].stored ?? []) : nil
  }

  /// What a list shows only when it is asked to. Unknown: single conversations, which could not be asked in 2.16; here
  /// they always show it.
  private static func shows(_ member: String, _ call: Call) -> Bool {
    call.query(member) == "true" || !showsList(call)
  }

  /// Whether the call answers with many conversations, each without its parts.
  static func showsList(_ call: Call) -> Bool {
    call.operation.name == "listConversations" || call.operation.name == "searchConversations"
  }
}
