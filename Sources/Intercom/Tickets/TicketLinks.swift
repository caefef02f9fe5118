import API
import HTTPTypes
import JSON
import Store

/// Links between tickets and conversations. Each side stores the id of the other in `linked_ids`.
enum TicketLinks {
  /// Maximum number of objects that a list of links shows.
  private static let displayLimit = 1000
  /// Maximum number of conversations of a ticket.
  static let limit = 2500

  static let alreadyTracked = APIError(
    status: .badRequest, code: "already_linked_to_tracker", message: "A conversation can only have one tracker ticket")
  static let conversationNotFound = APIError(
    status: .notFound, code: "conversation_not_found", message: "Conversation not found")

  /// The `linked_objects` of a ticket or a conversation.
  static func list(of record: Record, in call: Call) -> Node? {
    let ids = record["linked_ids"].strings
    return .members([
      "type": "list", "data": .json(.array(ids.prefix(displayLimit).map { entry(for: $0, in: call.workspace) })),
      "total_count": .integer(ids.count), "has_more": .boolean(ids.count > displayLimit),
    ])
  }

  private static func entry(for id: String, in workspace: Workspace) -> JSON {
    guard let ticket = workspace[Tickets.model][id] else {
      return ["type": "conversation", "id": .string(id), "category": .null]
    }
    return ["type": "ticket", "id": .string(id), "category": .string(Tickets.category(of: ticket, in: workspace))]
  }

  /// Returns the id of the conversation or ticket to link a new ticket to; nil if there is none
  /// (Documentation.docc/Conversations-and-Tickets.md, "Ticket rules").
  ///
  /// Unknown: how a pair that cannot be linked is refused.
  static func target(forNew type: Record, in call: Call) throws -> String? {
    guard let id = try call.body.optional("conversation_to_link_id", as: .id) else { return nil }
    guard type["category"].string != TicketTypes.customer else {
      throw APIError.parameterInvalid("A customer ticket cannot be created with a link to a conversation")
    }
    if let ticket = call.workspace[Tickets.model][id] {
      guard Tickets.category(of: ticket, in: call.workspace) == TicketTypes.customer else {
        throw APIError.parameterInvalid("Only conversations and customer tickets can be linked to")
      }
    } else if call.workspace[Conversations.model][id] == nil {
      throw conversationNotFound
    }
    if type["category"].string == TicketTypes.tracker, hasTracker(id, in: call.workspace) { throw alreadyTracked }
    return id
  }

  /// Whether a conversation or ticket is linked to a tracker ticket.
  static func hasTracker(_ id: String, in workspace: Workspace) -> Bool {
    workspace[Tickets.model].records(in: "linked_ids", under: id).contains {
      Tickets.category(of: $0, in: workspace) == TicketTypes.tracker
    }
  }

  // MARK: Both sides

  /// Links a ticket to a conversation or another ticket; returns the ticket.
  @discardableResult
  static func add(_ id: String, to ticket: Record, in call: Call) -> Record {
    let ticket = updateLinks(of: ticket, in: call) { $0.contains(id) ? $0 : $0 + [id] }
    if let other = call.workspace[Tickets.model][id] {
      _ = updateLinks(of: other, in: call) { $0.contains(ticket.id) ? $0 : $0 + [ticket.id] }
    }
    Conversations.link(ticket.id, to: id, in: call.workspace)
    return ticket
  }

  static func remove(_ id: String, from ticket: Record, in call: Call) {
    _ = updateLinks(of: ticket, in: call) { $0.filter { $0 != id } }
    if let other = call.workspace[Tickets.model][id] {
      _ = updateLinks(of: other, in: call) { $0.filter { $0 != ticket.id } }
    }
    Conversations.unlink(id, from: ticket.id, in: call.workspace)
  }

  private static func updateLinks(of ticket: Record, in call: Call, _ change: ([String]) -> [String]) -> Record {
    var ticket = ticket
    ticket["linked_ids"] = .strings(change(ticket["linked_ids"].strings))
    ticket["updated_at"] = .integer(call.now)
    call.workspace[Tickets.model].replace(ticket)
    return ticket
  }
}

/// `linked_conversations`: the conversations of a tracker ticket.
extension Tickets {
  static func linkConversation(in call: Call) throws -> Reply {
    let ticket = try call.find(model, parameter: "ticket_id")
    guard category(of: ticket, in: call.workspace) == TicketTypes.tracker else {
      throw APIError(
        status: .badRequest, code: "invalid_ticket_type", message: "Only tracker tickets support linking conversations")
    }
    guard let id = try call.body.optional("conversation_id", as: .id) else {
      throw APIError.parameterMissing("conversation_id not specified")
    }
    _ = try conversation(id: id, in: call)
    guard !TicketLinks.hasTracker(id, in: call.workspace) else { throw TicketLinks.alreadyTracked }
    guard ticket["linked_ids"].strings.count < TicketLinks.limit else {
      throw APIError(
        status: .badRequest, code: "linked_conversation_limit_exceeded",
        message: "Ticket has reached the maximum number of conversations that can be linked")
    }
    TicketLinks.add(id, to: ticket, in: call)
    return Conversations.makeReply(for: try conversation(id: id, in: call), in: call)
  }

  static func unlinkConversation(in call: Call) throws -> Reply {
    let ticket = try call.find(model, parameter: "ticket_id")
    guard category(of: ticket, in: call.workspace) == TicketTypes.tracker else {
      throw APIError(
        status: .badRequest, code: "invalid_ticket_type",
        message: "Only tracker tickets support unlinking conversations")
    }
    let id = call.pathParameter("id")
    guard ticket["linked_ids"].strings.contains(id), call.workspace[Conversations.model][id] != nil else {
      throw APIError(
        status: .notFound, code: "conversation_not_found", message: "Conversation is not linked to this ticket")
    }
    TicketLinks.remove(id, from: ticket, in: call)
    return Conversations.makeReply(for: try conversation(id: id, in: call), in: call)
  }

  private static func conversation(id: String, in call: Call) throws -> Record {
    guard let conversation = call.workspace[Conversations.model][id] else { throw TicketLinks.conversationNotFound }
    return conversation
  }
}
