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
  static let closesBackOffice = Behaviour("back-office tickets are closed to contacts")
}

/// Tickets: what a workspace has to get done, for a contact or behind the scenes (state-machine.md, 6).
enum Tickets: Resource {
  static let operations: [Operation] = [
    .post("/tickets", "createTicket", takes: "create_ticket_request", create, .since(.v2_9)),
    .post("/tickets/enqueue", "enqueueCreateTicket", takes: "create_ticket_request", enqueue, .since(.v2_14)),
    .post("/tickets/search", "searchTickets", search, .since(.v2_10)),
    .get("/tickets/{id}", "getTicket", retrieve, .since(.v2_9)),
    .put("/tickets/{id}", "updateTicket", takes: "update_ticket_request", update, .since(.v2_9)),
    .delete("/tickets/{id}", "deleteTicket", delete, .since(.v2_13)),
    .post("/tickets/{id}/reply", "replyTicket", takes: "reply_ticket_request", reply, .since(.v2_9)),
    .post("/tickets/{ticket_id}/tags", "attachTagToTicket", attachTag, .since(.v2_10)),
    .delete("/tickets/{ticket_id}/tags/{id}", "detachTagFromTicket", detachTag, .since(.v2_10)),
    .post("/tickets/{ticket_id}/change_type", "changeTicketType", changeType, .since(.v2_16)),
    .post("/tickets/{ticket_id}/linked_conversations", "linkConversationToTicket", linkConversation, .since(.v2_16)),
    .delete(
      "/tickets/{ticket_id}/linked_conversations/{id}", "unlinkConversationFromTicket", unlinkConversation,
      .since(.v2_16)),
    .post(
      "/conversations/{id}/convert", "convertConversationToTicket", takes: "convert_conversation_to_ticket_request",
      convertConversation, .since(.v2_10)),
  ]

  static let model = Model(
    "ticket", collection: "tickets", ids: .sequence(from: 1),
    notFound: Model.NotFound("ticket_not_found", "Ticket not found"), sequence: "conversation",
    references: [
      Reference("ticket_type_id", to: "ticket_types"), Reference("ticket_state_id", to: "ticket_states"),
      Reference("previous_ticket_state_id", to: "ticket_states"), Reference("contact_ids", to: "contacts"),
      Reference("company_id", to: "companies"),
    ],
    orders: [numbers, snoozes], fields)

  static let models = [TicketParts.model]

  /// Unknown: which way the results of a search run; here as conversations do.
  static let listing = Listing.cursor(
    type: "ticket.list", key: "tickets", perPage: 20, order: ListOrder("updated_at", descending: true),
    members: [.type, .pages, .total, .items])

  static let searching = Searching(searchFields, exactTimes: true)

  static let agenda = [Agenda.Entry(model.schema, order: "snoozed_until", wake)]

  static let errands = [creation, NewTicket.beginning]

  static let invalidState = APIError(
    .badRequest, "ticket_state_id_invalid",
    "Ticket state id is not valid or is not associated with the ticket type")

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    .ok(try NewTicket(call).insert())
  }

  static func enqueue(_ call: Call) throws -> Reply {
    try NewTicket.check(call)
    return .ok(Jobs.begin("ticket", creation, call))
  }

  private static let creation = Errand("ticket.creation", .job) { arguments, call in
    Jobs.finish(arguments, call) { try NewTicket(call).insert().id }
  }

  static func update(_ call: Call) throws -> Reply {
    var change = try TicketChange(of: try call.find(model), call)
    try change.setAttributes(call.body["ticket_attributes"])
    try change.setShared()
    try change.setCompany()
    try change.setState()
    try change.assign()
    try change.setOpen()
    try change.snooze()
    return .ok(change.commit())
  }

  static func delete(_ call: Call) throws -> Reply {
    let ticket = try call.find(model)
    for part in TicketParts.of(ticket.id, call.workspace) { call.workspace[TicketParts.model].remove(part.id) }
    Taggings.removeAll(from: ticket.id, as: "ticket", call)
    TicketLinks.removeAll(to: ticket, call)
    call.workspace[model].remove(ticket.id)
    return .ok(.json(["id": .string(ticket.id), "object": "ticket", "deleted": true]))
  }

  // MARK: Shared

  /// The type of a ticket.
  static func type(of ticket: Record, _ workspace: Workspace) -> Record? {
    ticket["ticket_type_id"].string.flatMap { workspace[TicketTypes.model][$0] }
  }

  static func category(of ticket: Record, _ workspace: Workspace) -> String {
    type(of: ticket, workspace)?["category"].string ?? TicketTypes.customer
  }

  /// Gives the tickets of a contact to the one that it was merged into, or takes it off them when it goes.
  static func move(from source: String, to target: String?, _ call: Call) {
    for ticket in call.workspace[model].records(in: "contact_ids", under: source) {
      var ticket = ticket
      var ids = ticket["contact_ids"].strings.filter { $0 != source && $0 != target }
      if let target { ids.append(target) }
      ticket["contact_ids"] = .strings(ids)
      call.workspace[model].replace(ticket)
    }
  }

  /// A ticket whose absence is told in the general words.
  static func findInGeneral(_ call: Call, _ parameter: String) throws -> Record {
    guard let ticket = call.workspace[model][call.parameter(parameter)] else { throw APIError.resourceNotFound }
    return ticket
  }
}

extension Tickets {
  /// In the order that was recorded.
  static let fields: [Field] = [
    .type("ticket"),
    .string("id"),
    .string("ticket_id"),
    .object("ticket_attributes").shown(CustomObjectReferences.shown("ticket_attributes", of: .ticket)),
    .derived("ticket_state", state),
    .derived("ticket_type", shownType),
    .derived("contacts", contacts),
    // 0 for nobody.
    .integer("admin_assignee_id", .indexed, initial: 0),
    .integer("team_assignee_id", initial: 0),
    .timestamp("created_at", .ordered),
    .timestamp("updated_at", .ordered),
    .derived("ticket_parts", TicketParts.list),
    .boolean("open", initial: true),
    .timestamp("snoozed_until", .sparse),
    .derived("linked_objects", TicketLinks.list),
    .derived("category") { ticket, call in .string(category(of: ticket, call.workspace)) },
    .boolean("is_shared", initial: false),
    .derived("ticket_state_internal_label") { label("internal_label", of: $0, $1) },
    .derived("ticket_state_external_label") { label("external_label", of: $0, $1) },
    .string("previous_ticket_state_id"),
    .string("ticket_type_id", [.hidden, .indexed]),
    .string("ticket_state_id", [.hidden, .indexed]),
    .array("contact_ids", [.hidden, .indexed]),
    .string("company_id", [.hidden, .indexed]),
    // `{"rating": 5, "remark": "Good"}`: given in the messenger, so that only fixtures and tests write it.
    .object("rating", .hidden, initial: nil),
    // The other side keeps the link, too.
    .array("linked_ids", [.hidden, .indexed]),
  ]

  /// By the number that people see.
  static let numbers = CollectionDefinition.Order("ticket_id") { $0["ticket_id"].string.flatMap { Int64($0) } }

  /// Those that sleep, by the time they wake.
  static let snoozes = CollectionDefinition.Order("snoozed_until") { $0["snoozed_until"].integer }

  /// The next number that people see; it counts apart from the ids.
  static func nextNumber(_ workspace: Workspace) -> String {
    let top = workspace[model].page(ListOrder("ticket_id", descending: true), from: .offset(0), limit: 1).first
    let used = top.flatMap { $0["ticket_id"].string }.flatMap { UInt64($0) } ?? 0
    return String(workspace.ids.next("ticket number", from: used < .max ? used + 1 : used))
  }

  // MARK: Derived

  static func stateRecord(of ticket: Record, _ workspace: Workspace) -> Record? {
    ticket["ticket_state_id"].string.flatMap { workspace[TicketStates.model][$0] }
  }

  private static func state(of ticket: Record, _ call: Call) -> Node? {
    guard let state = stateRecord(of: ticket, call.workspace) else { return .null }
    return call.honours(.showsTicketStates) ? TicketStates.brief(state) : .string(state["category"].string)
  }

  private static func label(_ name: String, of ticket: Record, _ call: Call) -> Node? {
    .string(stateRecord(of: ticket, call.workspace)?[name].string)
  }

  private static func shownType(of ticket: Record, _ call: Call) -> Node? {
    type(of: ticket, call.workspace).map(TicketTypes.shownOnTicket) ?? .null
  }

  static let contactReference = "ticket_contact_reference"

  private static func contacts(of ticket: Record, _ call: Call) -> Node? {
    let contacts = ticket["contact_ids"].strings.compactMap { call.workspace[Contacts.model][$0] }
    return .members([
      "type": "contact.list",
      "contacts": .array(
        contacts.map { contact in
          .shape(
            contactReference,
            [
              "type": "contact", "id": .string(contact.id), "external_id": contact["external_id"].stored ?? .null,
              "role": contact["role"].stored ?? .null,
            ])
        }),
    ])
  }
}

extension Tickets {
  /// search.md, 6. Times are matched to the second.
  static let searchFields: [SearchField] = [
    .serial("id"),
    .text("title") { value(TicketTypeAttributes.title, of: $0) },
    .text("description") { value(TicketTypeAttributes.text, of: $0) },
    .linked("category", to: TicketTypes.model, index: "ticket_type_id", categoryName),
    .text("ticket_type_id", index: "ticket_type_id"),
    .members("contact_ids") { id, workspace in workspace[model].rows(in: "contact_ids", under: id) },
    .members("teammate_ids", withTeammate),
    .integer("admin_assignee_id"), .integer("team_assignee_id"),
    .boolean("open"),
    .linked("state", to: TicketStates.model, index: "ticket_state_id") { $0["category"].string },
    .date("created_at"), .date("updated_at"), .date("snoozed_until"),
    .attributes("ticket_attribute", reading: attribute),
  ]

  private static func value(_ name: String, of ticket: Record) -> String? {
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
  private static func withTeammate(_ id: String, _ workspace: Workspace) -> RowSet {
    let assigned = workspace[model].records(in: "admin_assignee_id", under: id).map(\.id)
    let parts = workspace[TicketParts.model].records(in: "author_admin", under: id)
    return workspace[model].rows(ofIDs: assigned + parts.compactMap { $0["ticket_id"].string })
  }

  /// The value of the attribute with this id: only tickets of its type have one.
  private static func attribute(_ id: String, _ workspace: Workspace) -> SearchField.AttributeReader? {
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
  private static let noTag = APIError(.notFound, "tag_not_found", "Tag not found")

  static func attachTag(_ call: Call) throws -> Reply {
    let ticket = try call.find(model, "ticket_id")
    guard let id = try call.id("id") else {
      throw APIError.parameterMissing("id is a required parameter")
    }
    guard let tag = call.workspace[Tags.model][id] else { throw noTag }
    let tagging = Taggings.add(tag.id, to: "ticket", ticket.id, by: try call.admin(), call)
    return .ok(Taggings.applied(tagging, call.workspace) ?? .record(tag))
  }

  static func detachTag(_ call: Call) throws -> Reply {
    let ticket = try call.find(model, "ticket_id")
    _ = try Admins.named(call.body["admin_id"], call)
    guard let tagging = Taggings.find(call.parameter("id"), on: "ticket", ticket.id, call.workspace),
      let answer = Taggings.applied(tagging, call.workspace)
    else { throw noTag }
    call.workspace[Taggings.model].remove(tagging.id)
    return .ok(answer)
  }
}

/// How requests about tickets looked before.
extension Tickets {
  /// Before there were kinds of replies: a note of an admin.
  static let note: VersionChange.Rewriting = { body in
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
