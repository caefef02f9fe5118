import API
import HTTPTypes
import JSON
import Store

/// `linked_conversations`: what a tracker ticket tracks.
extension Tickets {
  static func linkConversation(_ call: Call) throws -> Reply {
    let ticket = try call.find(model, "ticket_id")
    guard category(of: ticket, call.workspace) == TicketTypes.tracker else {
      throw APIError(.badRequest, "invalid_ticket_type", "Only tracker tickets support linking conversations")
    }
    guard let id = try call.id("conversation_id") else {
      throw APIError.parameterMissing("conversation_id not specified")
    }
    _ = try conversation(id, call)
    guard !TicketLinks.hasTracker(id, call.workspace) else { throw TicketLinks.alreadyTracked }
    guard ticket["linked_ids"].strings.count < TicketLinks.limit else {
      throw APIError(
        .badRequest, "linked_conversation_limit_exceeded",
        "Ticket has reached the maximum number of conversations that can be linked")
    }
    TicketLinks.add(id, to: ticket, call)
    return Conversations.answer(try conversation(id, call), call)
  }

  static func unlinkConversation(_ call: Call) throws -> Reply {
    let ticket = try call.find(model, "ticket_id")
    guard category(of: ticket, call.workspace) == TicketTypes.tracker else {
      throw APIError(.badRequest, "invalid_ticket_type", "Only tracker tickets support unlinking conversations")
    }
    let id = call.parameter("id")
    guard ticket["linked_ids"].strings.contains(id), call.workspace[Conversations.model][id] != nil else {
      throw APIError(.notFound, "conversation_not_found", "Conversation is not linked to this ticket")
    }
    TicketLinks.remove(id, from: ticket, call)
    return Conversations.answer(try conversation(id, call), call)
  }

  private static func conversation(_ id: String, _ call: Call) throws -> Record {
    guard let conversation = call.workspace[Conversations.model][id] else { throw TicketLinks.noConversation }
    return conversation
  }
}
