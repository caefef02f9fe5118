import API
import JSON
import Store

/// Conversations: what contacts, admins and bots write to each other (state-machine.md, 5).
enum Conversations: Resource {
  static let operations: [Operation] = [
    .get("/conversations", "listConversations", list),
    .post("/conversations", "createConversation", takes: "create_conversation_request", create),
    .post("/conversations/search", "searchConversations", search),
    .get("/conversations/deleted", "listDeletedConversationIds", DeletedConversations.list, .since(.v2_16)),
    .post("/conversations/redact", "redactConversation", redact),
    .get("/conversations/{id}", "retrieveConversation", retrieve),
    .put("/conversations/{id}", "updateConversation", takes: "update_conversation_request", update),
    .delete("/conversations/{id}", "deleteConversation", delete, .since(.v2_13)),
    .post("/conversations/{id}/reply", "replyConversation", takes: "reply_conversation_request", reply),
    .post("/conversations/{id}/parts", "manageConversation", manage),
    .post("/conversations/{id}/run_assignment_rules", "autoAssignConversation", runRules, .through(.v2_11)),
    .post("/conversations/{id}/customers", "attachContactToConversation", attachContact),
    .delete("/conversations/{id}/customers/{contact_id}", "detachContactFromConversation", detachContact),
    .post("/conversations/{id}/merge", "mergeConversation", merge, .since(.v2_16)),
    .get("/conversations/{id}/handling_events", "listHandlingEvents", HandlingEvents.list, .since(.v2_15)),
    .get("/conversations/{id}/side_conversations", "listSideConversations", SideConversations.list, .since(.v2_16)),
    .put(
      "/conversations/{id}/conversation_parts/{part_id}", "updateConversationPart", ConversationParts.update,
      .since(.preview)),
    .post("/conversations/{id}/tags", "attachTagToConversation", attachTag),
    .delete("/conversations/{id}/tags/{tag_id}", "detachTagFromConversation", detachTag),
  ]

  static let model = Model(
    "conversation", collection: "conversations", ids: .sequence(from: 1), sequence: "conversation",
    references: [
      Reference("contact_ids", to: "contacts"), Reference("teammate_ids", to: "admins"),
      Reference("company_id", to: "companies"), Reference("brand_id", to: "brands"),
    ],
    indexes: [sourceAuthors], orders: [snoozes], fields)

  static let models = [
    ConversationParts.model, DeletedConversations.model, HandlingEvents.model, SideConversations.model,
  ]

  /// Newest change first. Unknown: the order of the real list.
  static let listing = Listing.cursor(
    type: "conversation.list", key: "conversations", perPage: 20, order: ListOrder("updated_at", descending: true),
    members: [.type, .pages, .total, .items])

  static let searching = Searching(searchFields, exactTimes: true)

  static let agenda = [Agenda.Entry(model.schema, order: "snoozed_until", wake)]

  // MARK: Behaviour

  static func retrieve(_ call: Call) throws -> Reply {
    answer(try call.find(model), call)
  }

  /// Takes everything out that hangs on it; the id stays in the list of deleted ones.
  static func delete(_ call: Call) throws -> Reply {
    let conversation = try call.find(model)
    DeletedConversations.record(conversation.id, call)
    remove(conversation, call)
    return .ok(.json(["id": .string(conversation.id), "object": "conversation", "deleted": true]))
  }

  static func remove(_ conversation: Record, _ call: Call) {
    for owned in [
      ConversationParts.model, HandlingEvents.model, SideConversations.model, FinConversations.model, Procedures.runs,
    ] {
      for record in call.workspace[owned].records(in: "conversation_id", under: conversation.id) {
        call.workspace[owned].remove(record.id)
      }
    }
    Taggings.removeAll(from: conversation.id, as: "conversation", call)
    Links.forget(conversation: conversation.id, call)
    TicketLinks.removeAll(to: conversation, call)
    call.workspace[model].remove(conversation.id)
  }

  // MARK: Shared

  /// The conversation as the call wants to see it: HTML, or plain text with `display_as=plaintext`.
  static func answer(_ conversation: Record, _ call: Call) -> Reply {
    guard showsPlainText(call), var source = conversation["source"].record else { return .ok(conversation) }
    var shown = conversation
    for name in ["body", "subject"] { source[name] = .string(source[name].string.map(PlainText.of)) }
    shown["source"] = .record(source)
    return .ok(shown)
  }

  static func showsPlainText(_ call: Call) -> Bool {
    call.query("display_as") == "plaintext"
  }
}

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

/// search.md, 5.
extension Conversations {
  static let searchFields: [SearchField] =
    [
      .serial("id"), .date("created_at"), .date("updated_at"),
      .text("source.type"), .text("source.id"), .text("source.delivered_as"), .text("source.subject"),
      .words("source.body") { $0["source"].record?["body"].string.map(PlainText.of) },
      .text("source.author.id") { $0["source"].record?["author_id"].string },
      .text("source.author.type") { $0["source"].record?["author_type"].string },
      .linked("source.author.name", to: Contacts.model, Admins.model, index: "source_author") { $0["name"].string },
      .linked("source.author.email", to: Contacts.model, Admins.model, index: "source_author") { $0["email"].string },
      .text("source.url"),
      .members("contact_ids") { id, workspace in workspace[model].rows(in: "contact_ids", under: id) },
      .members("teammate_ids") { id, workspace in workspace[model].rows(in: "teammate_ids", under: id) },
      .members("tag_ids") { id, workspace in
        Taggings.rows(of: "conversation", tagged: id, in: workspace[model], workspace)
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
    ].map { .date("statistics.\($0)") } + [.text("statistics.last_closed_by_id")]

  private static let outcomeFields: [SearchField] = [
    .date("conversation_rating.requested_at", at: "conversation_rating.created_at"),
    .date("conversation_rating.replied_at", at: "conversation_rating.updated_at"),
    .integer("conversation_rating.score", at: "conversation_rating.rating"),
    .text("conversation_rating.remark"), .text("conversation_rating.contact_id"),
    // Misspelt in every version.
    .text("conversation_rating.admin_d", at: "conversation_rating.admin_id"),
    .text("conversation_rating.admin_id"),
    .text("ai_agent.resolution_state"), .text("ai_agent.last_answer_type"), .integer("ai_agent.rating"),
    .text("ai_agent.rating_remark"), .text("ai_agent.source_type"), .text("ai_agent.source_title"),
  ]

  /// Names and addresses stand on the authors, not on what they wrote.
  static let sourceAuthors = CollectionDefinition.Index("source_author") { conversation in
    conversation["source"].record?["author_id"].string.map { [$0] } ?? []
  }

  /// Times match to the second in every version (search.md, 5).
  static func search(_ call: Call) throws -> Reply {
    try searching.reply(call.workspace[model], listing, call)
  }
}

extension Conversations {
  /// The message that begins a conversation.
  struct Beginning {
    var author: Author
    var contacts: [String]
    var body: String
    var subject = ""
    var type = "conversation"
    /// `customer_initiated`, `admin_initiated`, `operator_initiated`.
    var deliveredAs = "customer_initiated"
    var attachments: [Record] = []
    var url: String?
    var time: Int64
  }

  /// Answers with the message, not with the conversation (recorded); the body as it was sent.
  static func create(_ call: Call) throws -> Reply {
    guard let body = try call.text("body"), !body.isEmpty else {
      throw APIError.parameterMissing("body is a required parameter")
    }
    let (time, subject, brand) = (try call.time("created_at"), try call.text("subject"), try brand(call))
    let attachments = try Attachments.new(call.body, call)
    let contact = try sender(call)
    let beginning = Beginning(
      author: .contact(contact), contacts: [contact.id], body: body, subject: subject ?? "", attachments: attachments,
      time: time ?? call.now)
    var conversation = begin(beginning, call)
    conversation["brand_id"] = .string(brand)
    call.workspace[model].insert(conversation)
    note("last_replied_at", of: [contact.id], at: beginning.time, call.workspace)
    var message: JSONObject = [
      "type": "user_message", "id": conversation["source"].record?["id"].stored ?? .null,
      "created_at": .integer(beginning.time), "body": .string(body), "message_type": "inapp",
      "conversation_id": .string(conversation.id),
    ]
    if let subject { message["subject"] = .string(subject) }
    return .ok(.json(.object(message)))
  }

  /// A conversation that is not stored yet: open and waiting when a contact began it, closed until the contact answers
  /// when an admin did (state-machine.md, 5.1).
  static func begin(_ beginning: Beginning, _ call: Call) -> Record {
    var conversation = model.blank()
    conversation["id"] = .json(call.workspace.nextID(for: model))
    conversation["created_at"] = .integer(beginning.time)
    conversation["updated_at"] = .integer(beginning.time)
    conversation["contact_ids"] = .strings(beginning.contacts)
    conversation["source"] = .record(source(beginning, call))
    ConversationAttributes.beginBuiltIn(of: &conversation, call)
    if beginning.author.isContact {
      conversation["title"] = ""
      conversation["waiting_since"] = .integer(beginning.time)
      noteContactReply(&conversation, at: beginning.time, call.workspace)
    } else {
      conversation["state"] = "closed"
      if beginning.author.type == "admin" { join(beginning.author.id, &conversation) }
    }
    return conversation
  }

  /// Where the ids of messages begin.
  static let firstMessage: UInt64 = 403_918_001

  private static func source(_ beginning: Beginning, _ call: Call) -> Record {
    var source = ConversationModels.source.blank()
    source["type"] = .string(beginning.type)
    source["id"] = .string(String(call.workspace.ids.next("message", from: firstMessage)))
    source["delivered_as"] = .string(beginning.deliveredAs)
    source["subject"] = .string(beginning.subject)
    source["body"] = .string(HTML.paragraphs(beginning.body))
    source["attachments"] = .records(beginning.attachments)
    source["url"] = .string(beginning.url)
    Authors.write(beginning.author, to: &source)
    return source
  }

  /// What every message of a contact leaves behind.
  static func noteContactReply(_ conversation: inout Record, at time: Int64, _ workspace: Workspace) {
    if conversation["first_contact_reply"].isEmpty {
      var reply = ConversationModels.firstContactReply.blank()
      reply["created_at"] = .integer(time)
      conversation["first_contact_reply"] = .record(reply)
    }
    measure(.contactReply, &conversation, at: time, workspace)
  }

  /// Notes on contacts when they wrote last, or were written to.
  static func note(_ field: String, of contacts: [String], at time: Int64, _ workspace: Workspace) {
    for id in contacts {
      guard var contact = workspace[Contacts.model][id], time > contact[field].integer ?? 0 else { continue }
      contact[field] = .integer(time)
      workspace[Contacts.model].replace(contact)
    }
  }

  /// An admin who takes part is among the teammates.
  static func join(_ admin: String, _ conversation: inout Record) {
    let ids = conversation["teammate_ids"].strings
    guard !ids.contains(admin) else { return }
    conversation["teammate_ids"] = .strings(ids + [admin])
  }

  /// Unknown: how a brand that is not there is refused.
  private static func brand(_ call: Call) throws -> String? {
    guard let id = try call.id("brand_id") else { return nil }
    guard call.workspace[Brands.model][id] != nil else { throw APIError.notFound(Brands.model) }
    return id
  }

  /// The contact that `from` names. Of a visitor a lead is made.
  private static func sender(_ call: Call) throws -> Record {
    guard let from = call.body["from"]?.object else {
      throw APIError.parameterMissing("from is a required parameter")
    }
    guard let type = from["type"]?.string, ["lead", "user", "contact"].contains(type) else {
      throw APIError.parameterInvalid("from.type must be one of lead, user, contact")
    }
    guard let id = try call.id("id", in: from) ?? call.id("user_id", in: from) else {
      throw APIError.parameterMissing("from.id is a required parameter")
    }
    if let contact = call.workspace[Contacts.model][id] { return contact }
    if type == "contact", let lead = try Visitors.lead(of: id, call) { return lead }
    throw ContactMerges.refusal(id: id, call) ?? .notFound(Contacts.model)
  }
}

/// The ids of conversations that were deleted.
enum DeletedConversations {
  static let model = Model(
    "deleted_conversation_item", collection: "deleted_conversations",
    [
      .type("conversation"), .string("id"), .boolean("metrics_retained", initial: true),
      .timestamp("deleted_at", .ordered),
    ])

  static func record(_ id: String, _ call: Call) {
    var item = model.blank()
    item["id"] = .string(id)
    item["metrics_retained"] = .boolean(call.query("retain_metrics") != "false")
    item["deleted_at"] = .integer(call.now)
    call.workspace[model].insert(item)
  }

  /// Newest first unless `order=asc`.
  static func list(_ call: Call) throws -> Reply {
    let order = call.query("order") ?? "desc"
    guard ["asc", "desc"].contains(order) else { throw APIError.parameterInvalid("order must be asc or desc") }
    let listing = Listing.numbered(
      type: "conversations.list", key: "conversations", perPage: 20, limit: 60,
      order: ListOrder("deleted_at", descending: order == "desc"), members: [.type, .total, .pages, .items],
      endsWithNull: true)
    return try listing.reply(call.workspace[model], call)
  }
}
