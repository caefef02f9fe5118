import API
import HTTPTypes
import JSON
import Store

/// Replies, which answer with the part that they leave, not with the ticket.
extension Tickets {
  static func reply(_ call: Call) throws -> Reply {
    let ticket = try findInGeneral(call, "id")
    guard let kind = try call.text("message_type"), ["comment", "note", "quick_reply"].contains(kind) else {
      throw APIError.parameterInvalid("message_type must be one of comment, note, quick_reply")
    }
    switch try call.text("type") {
    case "user": return try replyAsContact(kind, to: ticket, call)
    case "admin": return try replyAsAdmin(kind, to: ticket, call)
    default: throw APIError.parameterInvalid("type must be user or admin")
    }
  }

  /// Unknown: whether a contact's reply opens a ticket; here it does, as it opens a conversation.
  private static func replyAsContact(_ kind: String, to found: Record, _ call: Call) throws -> Reply {
    if category(of: found, call.workspace) == TicketTypes.backOffice, call.honours(.closesBackOffice) {
      throw APIError(.badRequest, "parameter_mismatch", "User replies are not allowed on Backoffice tickets")
    }
    guard kind != "note" else { throw APIError.parameterInvalid("A user cannot write a note") }
    let contact = try contact(call)
    let part = try part(kind, by: .contact(contact), call)
    var ticket = found
    let ids = ticket["contact_ids"].strings
    if !ids.contains(contact.id) { ticket["contact_ids"] = .strings(ids + [contact.id]) }
    ticket["open"] = true
    ticket["snoozed_until"] = .absent
    return keep(part, on: ticket, call)
  }

  private static func replyAsAdmin(_ kind: String, to ticket: Record, _ call: Call) throws -> Reply {
    let admin = Author.admin(try call.admin())
    let part = try part(kind, by: admin, call)
    if kind == "note", try call.flag("cross_post") == true { crossPost(part, by: admin, from: ticket, call) }
    return keep(part, on: ticket, call)
  }

  private static func keep(_ part: Record, on ticket: Record, _ call: Call) -> Reply {
    var ticket = ticket
    ticket["updated_at"] = .integer(call.now)
    call.workspace[model].replace(ticket)
    return .ok(TicketParts.append(part, to: ticket.id, call.workspace))
  }

  /// The body's part, not stored yet. A quick reply has options instead of a body.
  private static func part(_ kind: String, by author: Author, _ call: Call) throws -> Record {
    let body = try call.text("body") ?? ""
    let attachments = try Attachments.new(call.body, call)
    _ = try call.flag("skip_notifications")
    if kind == "quick_reply" {
      try checkOptions(call.body["reply_options"])
    } else if body.isEmpty, attachments.isEmpty {
      throw APIError.parameterMissing("body is a required parameter")
    }
    let time = try call.time("created_at") ?? call.now
    var part = TicketParts.new(kind, by: author, body: body.isEmpty || kind == "quick_reply" ? nil : body, at: time)
    part["attachments"] = .records(attachments)
    return part
  }

  private static func checkOptions(_ json: JSON?) throws {
    guard let json, !json.isNull else { throw APIError.parameterMissing("reply_options is a required parameter") }
    guard let items = json.array, !items.isEmpty,
      items.allSatisfy({ $0["text"]?.string != nil && $0["uuid"]?.string != nil })
    else { throw APIError.parameterInvalid("reply_options must be an array of options with text and uuid") }
  }

  private static func contact(_ call: Call) throws -> Record {
    let contacts = call.workspace[Contacts.model]
    if let id = try call.id("intercom_user_id") {
      guard let contact = contacts[id] else {
        throw ContactMerges.refusal(id: id, call) ?? .notFound(Contacts.model)
      }
      return contact
    }
    return try Participants.named(call.body, call)
  }

  /// A note may stand on the linked conversations, too.
  private static func crossPost(_ note: Record, by author: Author, from ticket: Record, _ call: Call) {
    for id in ticket["linked_ids"].strings {
      guard var conversation = call.workspace[Conversations.model][id] else { continue }
      let part = ConversationParts.new("note", by: author, body: note["body"].string, at: call.now)
      ConversationParts.append(part, to: &conversation, call.workspace)
      call.workspace[Conversations.model].replace(conversation)
    }
  }
}
