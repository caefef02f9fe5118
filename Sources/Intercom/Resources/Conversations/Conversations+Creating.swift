import API
import JSON
import Store

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
