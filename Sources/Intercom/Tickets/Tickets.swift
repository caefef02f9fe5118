import API
import HTTPTypes
import JSON
import Store

/// Tickets: tasks of a workspace, for a contact or internal (Documentation.docc/Conversations-and-Tickets.md, "Ticket
/// rules").
enum Tickets: Resource {
  static let operations: [Operation] = [
    .post(
      "/tickets", id: "createTicket", requestSchema: "create_ticket_request", handler: create, available: .since(.v2_9)),
    .post(
      "/tickets/enqueue", id: "enqueueCreateTicket", requestSchema: "create_ticket_request", handler: enqueue,
      available: .since(.v2_14)),
    .post("/tickets/search", id: "searchTickets", kind: .search, slicedHandler: search, available: .since(.v2_10)),
    .get("/tickets/{id}", id: "getTicket", handler: retrieve, available: .since(.v2_9)),
    .put(
      "/tickets/{id}", id: "updateTicket", requestSchema: "update_ticket_request", handler: update,
      available: .since(.v2_9)),
    .delete("/tickets/{id}", id: "deleteTicket", handler: delete, available: .since(.v2_13)),
    .post(
      "/tickets/{id}/reply", id: "replyTicket", requestSchema: "reply_ticket_request", handler: reply,
      available: .since(.v2_9)),
    .post("/tickets/{ticket_id}/tags", id: "attachTagToTicket", handler: attachTag, available: .since(.v2_10)),
    .delete("/tickets/{ticket_id}/tags/{id}", id: "detachTagFromTicket", handler: detachTag, available: .since(.v2_10)),
    .post("/tickets/{ticket_id}/change_type", id: "changeTicketType", handler: changeType, available: .since(.v2_16)),
    .post(
      "/tickets/{ticket_id}/linked_conversations", id: "linkConversationToTicket", handler: linkConversation,
      available: .since(.v2_16)),
    .delete(
      "/tickets/{ticket_id}/linked_conversations/{id}", id: "unlinkConversationFromTicket", handler: unlinkConversation,
      available: .since(.v2_16)),
    .post(
      "/conversations/{id}/convert", id: "convertConversationToTicket",
      requestSchema: "convert_conversation_to_ticket_request",
      handler: convertConversation, available: .since(.v2_10)),
  ]

  static let model = Model(
    name: "ticket", collection: "tickets", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "ticket_not_found", message: "Ticket not found"), sequence: "conversation",
    references: [
      Reference("ticket_type_id", to: "ticket_types"), Reference("ticket_state_id", to: "ticket_states"),
      Reference("previous_ticket_state_id", to: "ticket_states"),
      Reference("contact_ids", to: "contacts", onDelete: .remove, onMerge: .follow),
      Reference("company_id", to: "companies", onDelete: .remove),
      Reference("linked_ids", toAnyOf: ["tickets", "conversations"], onDelete: .removeAndTouch),
      // 0 if there is none.
      Reference("admin_assignee_id", to: "admins", isChecked: false),
      Reference("team_assignee_id", to: "teams", isChecked: false),
    ],
    indexes: [.caseVariants(of: "id"), .caseVariants(of: "ticket_type_id")], orders: [numberOrder, snoozeOrder],
    fields: fields)

  static let models = [TicketParts.model]

  /// Unknown: the order of search results; here the same as for conversations.
  static let listing = Listing.cursor(
    type: "ticket.list", key: "tickets", perPage: 20, order: ListOrder(name: "updated_at", descending: true),
    members: [.type, .pages, .total, .items])

  static let searchDefinition = SearchDefinition(fields: searchFields, exactTimes: true)

  static let agenda = [Agenda.Entry(schema: model.schema, order: "snoozed_until", action: unsnooze)]

  static let derivations = TicketConversations.derivations

  static let deferredTasks = [creationTask, NewTicket.firstPartTask]

  static let invalidState = APIError(
    status: .badRequest, code: "ticket_state_id_invalid",
    message: "Ticket state id is not valid or is not associated with the ticket type")

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    .ok(try NewTicket(in: call).insert())
  }

  static func enqueue(in call: Call) throws -> Reply {
    try NewTicket.validate(in: call)
    return .ok(Jobs.schedule(resourceType: "ticket", task: creationTask, in: call))
  }

  private static let creationTask = DeferredTask(name: "ticket.creation", kind: .job) { arguments, call in
    Jobs.finish(arguments: arguments, in: call) { try NewTicket(in: call).insert().id }
  }

  static func update(in call: Call) throws -> Reply {
    var change = try TicketChange(of: try call.find(model), in: call)
    try change.setAttributes(call.body["ticket_attributes"])
    try change.setShared()
    try change.setCompany()
    try change.setState()
    try change.assign()
    try change.setOpen()
    try change.snooze()
    return .ok(change.commit())
  }

  static func delete(in call: Call) throws -> Reply {
    let ticket = try call.find(model)
    TicketConversations.delete(ticket.id, in: call)
    return .ok(.json(["id": .string(ticket.id), "object": "ticket", "deleted": true]))
  }

  // MARK: Shared

  /// Returns the type of a ticket; nil if it does not exist.
  static func type(of ticket: Record, in workspace: Workspace) -> Record? {
    ticket["ticket_type_id"].string.flatMap { workspace[TicketTypes.model][$0] }
  }

  static func category(of ticket: Record, in workspace: Workspace) -> String {
    type(of: ticket, in: workspace)?["category"].string ?? TicketTypes.customer
  }

  /// Returns the ticket in the path. Throws the generic 404.
  static func findWithGenericError(in call: Call, parameter: String) throws -> Record {
    guard let ticket = call.workspace[model][call.pathParameter(parameter)] else { throw APIError.resourceNotFound }
    return ticket
  }
}

extension Tickets {
  /// In the recorded order.
  static let fields: [Field] = [
    .type("ticket"),
    .string("id"),
    .string("ticket_id"),
    .object("ticket_attributes").shown { ticket, call in
      CustomObjectReferences.node(for: TicketAttributes.shownValues(of: ticket, in: call), of: .ticket, in: call)
    },
    .derived("ticket_state", from: state),
    .derived("ticket_type", from: typeNode),
    .derived("contacts", from: contacts),
    // 0 if unassigned.
    .integer("admin_assignee_id", options: .indexed, initial: 0),
    .integer("team_assignee_id", initial: 0),
    .timestamp("created_at", options: .ordered),
    .timestamp("updated_at", options: .ordered),
    .derived("ticket_parts", from: TicketParts.list),
    .boolean("open", initial: true),
    .timestamp("snoozed_until", options: .sparse),
    .derived("linked_objects", from: TicketLinks.list),
    .derived("category") { ticket, call in .string(category(of: ticket, in: call.workspace)) },
    .boolean("is_shared", initial: false),
    .string("company_id", options: [.indexed, .sparse]),
    // Where the ticket was created. Unknown: other values than the recorded one.
    .string("channel", initial: "messenger"),
    .derived("ticket_state_internal_label") { label("internal_label", of: $0, in: $1) },
    .derived("ticket_state_external_label") { label("external_label", of: $0, in: $1) },
    .string("previous_ticket_state_id"),
    .string("ticket_type_id", options: [.hidden, .indexed]),
    .string("ticket_state_id", options: [.hidden, .indexed]),
    .array("contact_ids", options: [.hidden, .indexed]),
    // `{"rating": 5, "remark": "Good"}`: set in the Messenger, so here only by fixtures and tests.
    .object("rating", options: .hidden, initial: nil),
    // The other side stores the link, too.
    .array("linked_ids", options: [.hidden, .indexed]),
  ]

  /// By the ticket number, which people see.
  static let numberOrder = CollectionDefinition.Order(name: "ticket_id") {
    $0["ticket_id"].string.flatMap { Int64($0) }
  }

  /// Snoozed tickets, by the end of the snooze.
  static let snoozeOrder = CollectionDefinition.Order(name: "snoozed_until") { $0["snoozed_until"].integer }

  /// The next ticket number. Numbers are independent of ids.
  static func nextNumber(in workspace: Workspace) -> String {
    let top = workspace[model].page(
      orderedBy: ListOrder(name: "ticket_id", descending: true), from: .offset(0), limit: 1
    ).first
    let used = top.flatMap { $0["ticket_id"].string }.flatMap { UInt64($0) } ?? 0
    return String(workspace.ids.next(in: "ticket number", from: used < .max ? used + 1 : used))
  }

  // MARK: Derived

  static func stateRecord(of ticket: Record, in workspace: Workspace) -> Record? {
    ticket["ticket_state_id"].string.flatMap { workspace[TicketStates.model][$0] }
  }

  private static func state(of ticket: Record, in call: Call) -> Node? {
    guard let state = stateRecord(of: ticket, in: call.workspace) else { return .null }
    return call.honours(.showsTicketStates) ? TicketStates.summary(of: state) : .string(state["category"].string)
  }

  private static func label(_ name: String, of ticket: Record, in call: Call) -> Node? {
    .string(stateRecord(of: ticket, in: call.workspace)?[name].string)
  }

  private static func typeNode(of ticket: Record, in call: Call) -> Node? {
    type(of: ticket, in: call.workspace).map(TicketTypes.nodeForTicket) ?? .null
  }

  static let contactReference = "ticket_contact_reference"

  private static func contacts(of ticket: Record, in call: Call) -> Node? {
    let contacts = ticket["contact_ids"].strings.compactMap { call.workspace[Contacts.model][$0] }
    return .members([
      "type": "contact.list",
      "contacts": .array(
        contacts.map { contact in
          .shape(
            contactReference,
            [
              "type": "contact", "id": .string(contact.id), "external_id": contact["external_id"].json ?? .null,
              "role": contact["role"].json ?? .null,
            ])
        }),
    ])
  }
}

extension Tickets {
  /// The searchable fields (Documentation.docc/Search.md, "Ticket fields"). Times are compared by the second.
  static let searchFields: [SearchField] = [
    .serial("id"),
    .text("title") { attributeValue(TicketTypeAttributes.defaultTitle, of: $0) },
    .text("description") { attributeValue(TicketTypeAttributes.defaultDescription, of: $0) },
    .linked("category", text: categoryName),
    .text("ticket_type_id", index: "ticket_type_id"),
    .members("contact_ids") { id, workspace in .rows(workspace[model].rows(in: "contact_ids", under: id)) },
    .members("teammate_ids", relation: recordsWithTeammate),
    .integer("admin_assignee_id"), .integer("team_assignee_id"),
    .boolean("open"),
    .linked("state", text: stateName),
    .date("created_at"), .date("updated_at"), .date("snoozed_until"),
    .attributes("ticket_attribute", reading: attribute),
  ]

  private static func attributeValue(_ name: String, of ticket: Record) -> String? {
    ticket["ticket_attributes"].object?[name]?.string
  }

  /// Queries and answers have different names for the categories.
  private static let categoryName = LinkedText(
    from: .init(to: TicketTypes.model, index: "ticket_type_id") { searchName(ofCategory: $0["category"].string) },
    missing: searchName(ofCategory: nil))

  /// A ticket without a category is a customer ticket, as in answers (`category(of:in:)`).
  private static func searchName(ofCategory name: String?) -> String {
    switch name {
    case TicketTypes.backOffice: "task"
    case TicketTypes.tracker: "tracker"
    default: "request"
    }
  }

  private static let stateName = LinkedText(
    from: .init(to: TicketStates.model, index: "ticket_state_id") { $0["category"].string })

  /// The tickets that show an admin among the teammates of their conversation.
  private static func recordsWithTeammate(_ id: String, in workspace: Workspace) -> Predicate {
    .named(by: Conversations.model.schema, index: "teammate_ids", key: id) { conversation in
      TicketConversations.isTicket(conversation) ? conversation.id : nil
    }
  }

  /// Returns the attribute with this id; nil if there is none. Only tickets of the attribute's type have a value.
  private static func attribute(withID id: String, in workspace: Workspace) -> SearchAttribute? {
    guard let definition = workspace[TicketTypeAttributes.model][id], let name = definition["name"].string,
      let type = definition["ticket_type_id"].integer.map(String.init)
    else { return nil }
    return SearchAttribute(DataAttributes.searchKind(ofType: definition["data_type"].string ?? "")) { ticket in
      ticket["ticket_type_id"].string == type ? ticket["ticket_attributes"].object?[name] : nil
    }
  }
}

/// Tags on tickets.
extension Tickets {
  static func attachTag(in call: Call) throws -> Reply {
    let ticket = try call.find(model, parameter: "ticket_id")
    return try Conversations.attachTag(to: try TicketConversations.conversation(of: ticket, in: call), in: call)
  }

  static func detachTag(in call: Call) throws -> Reply {
    let ticket = try call.find(model, parameter: "ticket_id")
    let conversation = try TicketConversations.conversation(of: ticket, in: call)
    return try Conversations.detachTag(call.pathParameter("id"), from: conversation, in: call)
  }
}
