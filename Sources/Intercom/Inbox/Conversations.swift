import API
import JSON
import Store

/// Conversations: the messages of contacts, admins and bots (Documentation.docc/Conversations-and-Tickets.md).
enum Conversations: Resource {
  static let operations: [Operation] = [
    .get("/conversations", id: "listConversations", handler: list),
    .post("/conversations", id: "createConversation", requestSchema: "create_conversation_request", handler: create),
    .post("/conversations/search", id: "searchConversations", kind: .search, slicedHandler: search),
    .get(
      "/conversations/deleted", id: "listDeletedConversationIds", handler: DeletedConversations.list,
      available: .since(.v2_16)),
    .post("/conversations/redact", id: "redactConversation", handler: redact),
    .get("/conversations/{id}", id: "retrieveConversation", handler: retrieve),
    .put(
      "/conversations/{id}", id: "updateConversation", requestSchema: "update_conversation_request", handler: update),
    .delete("/conversations/{id}", id: "deleteConversation", handler: delete, available: .since(.v2_13)),
    .post(
      "/conversations/{id}/reply", id: "replyConversation", requestSchema: "reply_conversation_request", handler: reply),
    .post("/conversations/{id}/parts", id: "manageConversation", handler: manage),
    .post(
      "/conversations/{id}/run_assignment_rules", id: "autoAssignConversation", handler: runAssignmentRules,
      available: .through(.v2_11)),
    // Libraries for 2.14 still send it (Documentation.docc/Clients.md, "Requests").
    .post(
      "/conversations/{id}/run_assignment_rules", id: "autoAssignConversation", handler: runAssignmentRules,
      available: .since(.v2_12)
    ).undocumented,
    .post("/conversations/{id}/customers", id: "attachContactToConversation", handler: attachContact),
    .delete("/conversations/{id}/customers/{contact_id}", id: "detachContactFromConversation", handler: detachContact),
    .post("/conversations/{id}/merge", id: "mergeConversation", handler: merge, available: .since(.v2_16)),
    .get(
      "/conversations/{id}/handling_events", id: "listHandlingEvents", handler: HandlingEvents.list,
      available: .since(.v2_15)),
    .get(
      "/conversations/{id}/side_conversations", id: "listSideConversations", handler: SideConversations.list,
      available: .since(.v2_16)),
    .put(
      "/conversations/{id}/conversation_parts/{part_id}", id: "updateConversationPart",
      handler: ConversationParts.update,
      available: .since(.preview)),
    .post("/conversations/{id}/tags", id: "attachTagToConversation", handler: attachTag),
    .delete("/conversations/{id}/tags/{tag_id}", id: "detachTagFromConversation", handler: detachTag),
  ]

  static let model = Model(
    name: "conversation", collection: "conversations", ids: .sequence(from: 1), sequence: "conversation",
    references: references,
    indexes: sourceAuthorIndexes + [.caseVariants(of: "id")], orders: [snoozeOrder], fields: fields)

  static let models = [
    ConversationParts.model, DeletedConversations.model, HandlingEvents.model, SideConversations.model,
  ]

  /// Most recently updated first. Unknown: the order of the service's list.
  static let listing = Listing.cursor(
    type: "conversation.list", key: "conversations", perPage: 20,
    order: ListOrder(name: "updated_at", descending: true),
    members: [.type, .pages, .total, .items])

  static let searchDefinition = SearchDefinition(fields: searchFields, exactTimes: true)

  static let agenda = [Agenda.Entry(schema: model.schema, order: "snoozed_until", action: unsnooze)]

  // MARK: Behaviour

  static func retrieve(in call: Call) throws -> Reply {
    makeReply(for: try call.find(model), in: call)
  }

  /// Deletes a conversation and its dependent records; its id is added to the list of deleted conversations.
  static func delete(in call: Call) throws -> Reply {
    let conversation = try call.find(model)
    DeletedConversations.record(conversation.id, in: call)
    if TicketConversations.isTicket(conversation) {
      TicketConversations.delete(conversation.id, in: call)
    } else {
      call.delete(conversation, of: model)
    }
    return .ok(.json(["id": .string(conversation.id), "object": "conversation", "deleted": true]))
  }

  // MARK: Shared

  /// Returns the conversation with HTML bodies, or with plain text if the query has `display_as=plaintext`.
  static func makeReply(for conversation: Record, in call: Call) -> Reply {
    guard showsPlainText(in: call), var source = conversation["source"].record else { return .ok(conversation) }
    var shown = conversation
    for name in ["body", "subject"] { source[name] = .string(source[name].string.map(PlainText.text)) }
    shown["source"] = .record(source)
    return .ok(shown)
  }

  static func showsPlainText(in call: Call) -> Bool {
    call.queryParameter("display_as") == "plaintext"
  }
}

extension Conversations {
  /// The fields in the recorded order.
  static let fields: [Field] = [
    .type("conversation"), .string("id"),
    .timestamp("created_at", options: .ordered), .timestamp("updated_at", options: .ordered),
    .timestamp("waiting_since"), .timestamp("snoozed_until"),
    .model("source", of: ConversationModels.source),
    .derived("contacts", from: contacts),
    .model("first_contact_reply", of: ConversationModels.firstContactReply),
    .integer("admin_assignee_id", options: [.indexed], initial: 0), .integer("team_assignee_id", initial: 0),
    .derived("open", from: isOpen),
    .string("state", initial: "open", oneOf: ["open", "closed", "snoozed"]),
    .boolean("read", options: .writable, initial: false),
    .derived("tags", from: tags),
    .string("priority", options: .writable, initial: "none", oneOf: ["none", "low", "medium", "high", "urgent"]),
    .model("sla_applied", of: ConversationModels.slaApplied),
    .model("statistics", of: ConversationModels.statistics, initial: [:]),
    .model("conversation_rating", of: ConversationModels.rating),
    .derived("teammates", from: teammates),
    .string("title", options: .writable),
    .derived("company", from: company),
    .object("custom_attributes").shown(CustomObjectReferences.rendering(field: "custom_attributes", of: .conversation)),
    .object("topics", initial: ["type": "topic.list", "topics": [], "total_count": 0]),
    .derived("ticket", from: ticket),
    .derived("linked_objects", from: TicketLinks.list),
    .model("ai_topics", of: ConversationModels.aiTopics),
    .model("ai_agent", of: ConversationModels.aiAgent),
    .boolean("ai_agent_participated", initial: false),
    .model("sales_agent", of: ConversationModels.salesAgent),
    .boolean("sales_agent_participated", initial: false),
    .model("channel", of: ConversationModels.channel, initial: ["initial": "messenger", "current": "messenger"]),
    .array("external_references"),
    .derived("monitor_evaluations", from: monitorEvaluations), .derived("scorecards", from: scorecards),
    .derived("conversation_parts", from: ConversationParts.list),
    .derived("customers", from: customers),
    .array("contact_ids", options: [.hidden, .indexed]), .array("teammate_ids", options: [.hidden, .indexed]),
    .array("linked_ids", options: [.hidden, .indexed]),
    .string("company_id", options: [.hidden, .indexed]), .string("brand_id", options: .hidden),
    .string("merged_into_id", options: .hidden),
    // Whether a ticket with the same id exists.
    .boolean("is_ticket", options: [.hidden, .sparse]),
    .array("monitors", options: .hidden), .array("scores", options: .hidden), .array("reply_times", options: .hidden),
  ]

  private static let references =
    [
      Reference("contact_ids", to: "contacts", onDelete: .remove, onMerge: .call(reassign)),
      Reference("teammate_ids", to: "admins"), Reference("company_id", to: "companies", onDelete: .remove),
      Reference("brand_id", to: "brands"), Reference("merged_into_id", to: "conversations", onDelete: .keep),
      Reference("linked_ids", toAnyOf: ["tickets", "conversations"], onDelete: .remove),
      // An id of 0 means that there is no assignee.
      Reference("admin_assignee_id", to: "admins", isChecked: false),
      Reference("team_assignee_id", to: "teams", isChecked: false),
      Authors.reference(in: "source"), Reference("statistics.last_closed_by_id", to: "admins", isChecked: false),
      Reference("conversation_rating.contact_id", to: "contacts", onDelete: .keep, onMerge: .follow),
      Reference("conversation_rating.admin_id", to: "admins", isChecked: false),
    ]
    + ["assigned_team_first_response_time", "assigned_team_first_response_time_in_office_hours"].map {
      Reference("statistics.\($0).team_id", to: "teams", isChecked: false)
    }

  // MARK: Derived

  private static func isOpen(_ conversation: Record, in call: Call) -> Node? {
    .boolean(conversation["state"] != "closed")
  }

  private static func contacts(of conversation: Record, in call: Call) -> Node? {
    let contacts = conversation["contact_ids"].strings.map { id -> Node in
      let externalID = call.workspace[Contacts.model][id]?["external_id"].json ?? .null
      return .shape("contact_reference", ["type": "contact", "id": .string(id), "external_id": externalID])
    }
    return .members(["type": "contact.list", "contacts": .array(contacts)])
  }

  private static func tags(of conversation: Record, in call: Call) -> Node? {
    let taggings = Taggings.taggings(
      ofType: taggingType(of: conversation), id: conversation.id, in: call.workspace)
    return .members([
      "type": "tag.list", "tags": .array(taggings.compactMap { Taggings.appliedTag(of: $0, in: call.workspace) }),
    ])
  }

  /// Recorded with the key `admins` (Documentation.docc/Recorded-Differences.md, "Shapes").
  private static func teammates(of conversation: Record, in call: Call) -> Node? {
    let admins = conversation["teammate_ids"].strings.map { id -> JSON in ["type": "admin", "id": .string(id)] }
    return .json(["type": "admin.list", "admins": .array(admins)])
  }

  private static func company(of conversation: Record, in call: Call) -> Node? {
    conversation["company_id"].string.flatMap { call.workspace[Companies.model][$0] }.map(Node.record) ?? .null
  }

  private static func monitorEvaluations(of conversation: Record, in call: Call) -> Node? {
    shows("include_monitors", in: call) ? .json(conversation["monitors"].json ?? []) : nil
  }

  private static func scorecards(of conversation: Record, in call: Call) -> Node? {
    shows("include_scorecards", in: call) ? .json(conversation["scores"].json ?? []) : nil
  }

  /// Whether an optional member is shown: in a list only on request.
  ///
  /// Unknown: single conversations, which have no such parameter in 2.16; here they always show the member.
  private static func shows(_ member: String, in call: Call) -> Bool {
    call.queryParameter(member) == "true" || !isListOperation(in: call)
  }

  /// Whether the response is a list of conversations, which omits the parts.
  static func isListOperation(in call: Call) -> Bool {
    call.operation.id == "listConversations" || call.operation.id == "searchConversations"
  }
}

extension Conversations {
  /// The message that starts a conversation.
  struct InitialMessage {
    var author: Author
    var contacts: [String]
    var body: String
    var subject = ""
    var type = "conversation"
    /// `customer_initiated`, `admin_initiated` or `operator_initiated`.
    var deliveredAs = "customer_initiated"
    var attachments: [Record] = []
    var url: String?
    var time: Int64
  }

  /// Creates a conversation. The response is its first message with the unconverted body, not the conversation
  /// (recorded).
  static func create(in call: Call) throws -> Reply {
    let body = try call.body.required("body", as: .nonEmptyString)
    let time = try call.body.optional("created_at", as: .unixTime())
    let (subject, brand) = (try call.body.optional("subject", as: .string), try brandID(in: call))
    let attachments = try Attachments.makeAttachments(from: call.body, in: call)
    let contact = try sender(in: call)
    let initialMessage = InitialMessage(
      author: .contact(contact), contacts: [contact.id], body: body, subject: subject ?? "", attachments: attachments,
      time: time ?? call.now)
    var conversation = makeConversation(from: initialMessage, in: call)
    conversation["brand_id"] = .string(brand)
    call.workspace[model].insert(conversation)
    recordContactTime("last_replied_at", of: [contact.id], at: initialMessage.time, in: call.workspace)
    var message: JSONObject = [
      "type": "user_message", "id": conversation["source"].record?["id"].json ?? .null,
      "created_at": .integer(initialMessage.time), "body": .string(body), "message_type": "inapp",
      "conversation_id": .string(conversation.id),
    ]
    if let subject { message["subject"] = .string(subject) }
    return .ok(.json(.object(message)))
  }

  /// Creates a conversation; the caller stores it.
  ///
  /// If a contact starts it, it is open and waits for a reply. If an admin starts it, it is closed until the contact
  /// replies (Documentation.docc/Conversations-and-Tickets.md, "Conversation states").
  static func makeConversation(from initialMessage: InitialMessage, in call: Call) -> Record {
    var conversation = model.blank()
    conversation["id"] = .json(call.workspace.nextID(for: model))
    conversation["created_at"] = .integer(initialMessage.time)
    conversation["updated_at"] = .integer(initialMessage.time)
    conversation["contact_ids"] = .strings(initialMessage.contacts)
    conversation["source"] = .record(makeSource(from: initialMessage, in: call))
    ConversationAttributes.addOrScheduleBuiltInValues(to: &conversation, in: call)
    if initialMessage.author.isContact {
      conversation["title"] = ""
      conversation["waiting_since"] = .integer(initialMessage.time)
      recordContactReply(to: &conversation, at: initialMessage.time, in: call.workspace)
    } else {
      conversation["state"] = "closed"
      if initialMessage.author.type == "admin" { addTeammate(initialMessage.author.id, to: &conversation) }
    }
    return conversation
  }

  /// The first id of the message sequence.
  static let firstMessageID: UInt64 = 403_918_001

  private static func makeSource(from initialMessage: InitialMessage, in call: Call) -> Record {
    var source = ConversationModels.source.blank()
    source["type"] = .string(initialMessage.type)
    source["id"] = .string(String(call.workspace.ids.next(in: "message", from: firstMessageID)))
    source["delivered_as"] = .string(initialMessage.deliveredAs)
    source["subject"] = .string(initialMessage.subject)
    source["body"] = .string(HTML.paragraphs(from: initialMessage.body))
    source["attachments"] = .records(initialMessage.attachments)
    source["url"] = .string(initialMessage.url)
    Authors.write(initialMessage.author, to: &source)
    return source
  }

  /// Updates the members of a conversation that depend on a contact's messages.
  static func recordContactReply(to conversation: inout Record, at time: Int64, in workspace: Workspace) {
    if conversation["first_contact_reply"].isEmpty {
      var reply = ConversationModels.firstContactReply.blank()
      reply["created_at"] = .integer(time)
      conversation["first_contact_reply"] = .record(reply)
    }
    updateStatistics(for: .contactReply, of: &conversation, at: time, in: workspace)
  }

  /// Stores the time of the last message from, or to, the contacts.
  static func recordContactTime(_ field: String, of contacts: [String], at time: Int64, in workspace: Workspace) {
    for id in contacts {
      guard var contact = workspace[Contacts.model][id], time > contact[field].integer ?? 0 else { continue }
      contact[field] = .integer(time)
      workspace[Contacts.model].replace(contact)
    }
  }

  /// Adds an admin who takes part to the conversation's teammates.
  static func addTeammate(_ admin: String, to conversation: inout Record) {
    let ids = conversation["teammate_ids"].strings
    guard !ids.contains(admin) else { return }
    conversation["teammate_ids"] = .strings(ids + [admin])
  }

  /// Unknown: the error for an unknown brand; here 404.
  private static func brandID(in call: Call) throws -> String? {
    guard let id = try call.body.optional("brand_id", as: .id) else { return nil }
    guard call.workspace[Brands.model][id] != nil else { throw APIError.notFound(for: Brands.model) }
    return id
  }

  /// The contact that `from` identifies. A visitor is converted to a lead.
  private static func sender(in call: Call) throws -> Record {
    let from = try call.body.required(
      "from", as: .object, orThrow: .parameterMissing("from is a required parameter"))
    let type = try from.required(
      "type", as: .choice(of: ["lead", "user", "contact"]),
      orThrow: .parameterInvalid("from.type must be one of lead, user, contact"))
    guard let id = try from.optional("id", as: .id) ?? from.optional("user_id", as: .id) else {
      throw APIError.parameterMissing("from.id is a required parameter")
    }
    if let contact = call.workspace[Contacts.model][id] { return contact }
    if type == "contact", let lead = try Visitors.convertToLead(id: id, in: call) { return lead }
    throw ContactMerges.mergedError(id: id, in: call) ?? .notFound(for: Contacts.model)
  }
}

/// The ids of deleted conversations.
enum DeletedConversations {
  static let model = Model(
    name: "deleted_conversation_item", collection: "deleted_conversations",
    fields: [
      .type("conversation"), .string("id"), .boolean("metrics_retained", initial: true),
      .timestamp("deleted_at", options: .ordered),
    ])

  static func record(_ id: String, in call: Call) {
    var item = model.blank()
    item["id"] = .string(id)
    item["metrics_retained"] = .boolean(call.queryParameter("retain_metrics") != "false")
    item["deleted_at"] = .integer(call.now)
    call.workspace[model].insert(item)
  }

  /// Newest first, unless the query has `order=asc`.
  static func list(in call: Call) throws -> Reply {
    let order = call.queryParameter("order") ?? "desc"
    guard ["asc", "desc"].contains(order) else { throw APIError.parameterInvalid("order must be asc or desc") }
    let listing = Listing.numbered(
      type: "conversations.list", key: "conversations", perPage: 20, limit: 60,
      order: ListOrder(name: "deleted_at", descending: order == "desc"), members: [.type, .total, .pages, .items],
      endsWithNull: true)
    return try listing.reply(with: call.workspace[model], in: call)
  }
}
