import API
import HTTPTypes
import JSON
import Store

extension Behaviour {
  /// Tickets show what contacts wrote; before, only what admins and the bot did.
  static let ticketsTakeReplies = Behaviour("tickets take replies of contacts")
  /// A ticket's state is an object; before, the name of its category, with the two labels beside it.
  static let showsTicketStates = Behaviour("ticket states are objects")
  /// Contacts may not reply to back-office tickets.
  static let rejectsBackOfficeReplies = Behaviour("back-office tickets are closed to contacts")
}

/// Tickets: what a workspace has to get done, for a contact or behind the scenes (state-machine.md, 6).
enum Tickets: Resource {
  static let operations: [Operation] = [
    .post(
      "/tickets", id: "createTicket", requestSchema: "create_ticket_request", handler: create, available: .since(.v2_9)),
    .post(
      "/tickets/enqueue", id: "enqueueCreateTicket", requestSchema: "create_ticket_request", handler: enqueue,
      available: .since(.v2_14)),
    .post("/tickets/search", id: "searchTickets", kind: .search, handler: search, available: .since(.v2_10)),
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
      Reference("previous_ticket_state_id", to: "ticket_states"), Reference("contact_ids", to: "contacts"),
      Reference("company_id", to: "companies"),
    ],
    orders: [numberOrder, snoozeOrder], fields: fields)

  static let models = [TicketParts.model]

  /// Unknown: which way the results of a search run; here as conversations do.
  static let listing = Listing.cursor(
    type: "ticket.list", key: "tickets", perPage: 20, order: ListOrder(name: "updated_at", descending: true),
    members: [.type, .pages, .total, .items])

  static let searchDefinition = SearchDefinition(fields: searchFields, exactTimes: true)

  static let agenda = [Agenda.Entry(schema: model.schema, order: "snoozed_until", action: unsnooze)]

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
    for part in TicketParts.parts(of: ticket.id, in: call.workspace) {
      call.workspace[TicketParts.model].remove(id: part.id)
    }
    Taggings.removeAll(from: ticket.id, type: "ticket", in: call)
    TicketLinks.removeAll(to: ticket, in: call)
    call.workspace[model].remove(id: ticket.id)
    return .ok(.json(["id": .string(ticket.id), "object": "ticket", "deleted": true]))
  }

  // MARK: Shared

  /// The type of a ticket.
  static func type(of ticket: Record, in workspace: Workspace) -> Record? {
    ticket["ticket_type_id"].string.flatMap { workspace[TicketTypes.model][$0] }
  }

  static func category(of ticket: Record, in workspace: Workspace) -> String {
    type(of: ticket, in: workspace)?["category"].string ?? TicketTypes.customer
  }

  /// Gives the tickets of a contact to the one that it was merged into, or takes it off them when it goes.
  static func moveContact(from source: String, to target: String?, in call: Call) {
    for ticket in call.workspace[model].records(in: "contact_ids", under: source) {
      var ticket = ticket
      var ids = ticket["contact_ids"].strings.filter { $0 != source && $0 != target }
      if let target { ids.append(target) }
      ticket["contact_ids"] = .strings(ids)
      call.workspace[model].replace(ticket)
    }
  }

  /// A ticket whose absence is told in the general words.
  static func findWithGenericError(in call: Call, parameter: String) throws -> Record {
    guard let ticket = call.workspace[model][call.pathParameter(parameter)] else { throw APIError.resourceNotFound }
    return ticket
  }
}

extension Tickets {
  /// In the order that was recorded.
  static let fields: [Field] = [
    .type("ticket"),
    .string("id"),
    .string("ticket_id"),
    .object("ticket_attributes").shown(CustomObjectReferences.rendering(field: "ticket_attributes", of: .ticket)),
    .derived("ticket_state", from: state),
    .derived("ticket_type", from: typeNode),
    .derived("contacts", from: contacts),
    // 0 for nobody.
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
    .derived("ticket_state_internal_label") { label("internal_label", of: $0, in: $1) },
    .derived("ticket_state_external_label") { label("external_label", of: $0, in: $1) },
    .string("previous_ticket_state_id"),
    .string("ticket_type_id", options: [.hidden, .indexed]),
    .string("ticket_state_id", options: [.hidden, .indexed]),
    .array("contact_ids", options: [.hidden, .indexed]),
    .string("company_id", options: [.hidden, .indexed]),
    // `{"rating": 5, "remark": "Good"}`: given in the messenger, so that only fixtures and tests write it.
    .object("rating", options: .hidden, initial: nil),
    // The other side keeps the link, too.
    .array("linked_ids", options: [.hidden, .indexed]),
  ]

  /// By the number that people see.
  static let numberOrder = CollectionDefinition.Order(name: "ticket_id") {
    $0["ticket_id"].string.flatMap { Int64($0) }
  }

  /// Those that sleep, by the time they wake.
  static let snoozeOrder = CollectionDefinition.Order(name: "snoozed_until") { $0["snoozed_until"].integer }

  /// The next number that people see; it counts apart from the ids.
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
  /// search.md, 6. Times are matched to the second.
  static let searchFields: [SearchField] = [
    .serial("id"),
    .text("title") { attributeValue(TicketTypeAttributes.defaultTitle, of: $0) },
    .text("description") { attributeValue(TicketTypeAttributes.defaultDescription, of: $0) },
    .linked("category", to: TicketTypes.model, index: "ticket_type_id", read: categoryName),
    .text("ticket_type_id", index: "ticket_type_id"),
    .members("contact_ids") { id, workspace in workspace[model].rows(in: "contact_ids", under: id) },
    .members("teammate_ids", relation: rowsWithTeammate),
    .integer("admin_assignee_id"), .integer("team_assignee_id"),
    .boolean("open"),
    .linked("state", to: TicketStates.model, index: "ticket_state_id") { $0["category"].string },
    .date("created_at"), .date("updated_at"), .date("snoozed_until"),
    .attributes("ticket_attribute", reading: attributeReader),
  ]

  private static func attributeValue(_ name: String, of ticket: Record) -> String? {
    ticket["ticket_attributes"].object?[name]?.string
  }

  /// Queries call the categories otherwise than answers do.
  private static func categoryName(of type: Record) -> String? {
    switch type["category"].string {
    case TicketTypes.customer: "request"
    case TicketTypes.backOffice: "task"
    case TicketTypes.tracker: "tracker"
    default: nil
    }
  }

  /// The tickets that an admin is assigned to or has written on.
  private static func rowsWithTeammate(_ id: String, in workspace: Workspace) -> RowSet {
    let assigned = workspace[model].records(in: "admin_assignee_id", under: id).map(\.id)
    let parts = workspace[TicketParts.model].records(in: "author_admin", under: id)
    return workspace[model].rows(ofIDs: assigned + parts.compactMap { $0["ticket_id"].string })
  }

  /// The value of the attribute with this id: only tickets of its type have one.
  private static func attributeReader(for id: String, in workspace: Workspace) -> SearchField.AttributeReader? {
    guard let definition = workspace[TicketTypeAttributes.model][id], let name = definition["name"].string,
      let type = definition["ticket_type_id"].integer.map(String.init)
    else { return nil }
    return { ticket in
      ticket["ticket_type_id"].string == type ? ticket["ticket_attributes"].object?[name] : nil
    }
  }
}

/// Tags on tickets.
extension Tickets {
  private static let tagNotFound = APIError(status: .notFound, code: "tag_not_found", message: "Tag not found")

  static func attachTag(in call: Call) throws -> Reply {
    let ticket = try call.find(model, parameter: "ticket_id")
    guard let id = try call.id("id") else {
      throw APIError.parameterMissing("id is a required parameter")
    }
    guard let tag = call.workspace[Tags.model][id] else { throw tagNotFound }
    let tagging = Taggings.add(tag.id, toType: "ticket", id: ticket.id, by: try call.admin(), in: call)
    return .ok(Taggings.appliedTag(of: tagging, in: call.workspace) ?? .record(tag))
  }

  static func detachTag(in call: Call) throws -> Reply {
    let ticket = try call.find(model, parameter: "ticket_id")
    _ = try Admins.adminID(from: call.body["admin_id"], in: call)
    guard let tagging = Taggings.find(call.pathParameter("id"), onType: "ticket", id: ticket.id, in: call.workspace),
      let answer = Taggings.appliedTag(of: tagging, in: call.workspace)
    else { throw tagNotFound }
    call.workspace[Taggings.model].remove(id: tagging.id)
    return .ok(answer)
  }
}

/// How requests about tickets looked before.
extension Tickets {
  /// Before there were kinds of replies: a note of an admin.
  static let asAdminNote: VersionChange.Rewriting = { body in
    var note = body
    note["type"] = "admin"
    note["message_type"] = "note"
    return note
  }

  /// Before the ids stood in the request itself: in an `assignment`.
  static let flattenAssignment: VersionChange.Rewriting = { body in
    var flat = body
    flat["admin_id"] = body["assignment"]?["admin_id"]
    flat["assignee_id"] = body["assignment"]?["assignee_id"]
    flat["assignment"] = nil
    return flat
  }
}
