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
