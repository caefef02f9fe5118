import API
import JSON
import Store

/// Messages that admins send to contacts, and messages of contacts that start a conversation.
enum Messages: Resource {
  static let operations: [Operation] = [
    .post("/messages", id: "createMessage", requestSchema: createRequest, handler: create),
    .get(
      "/messages/status", id: "getWhatsAppMessageStatus", handler: WhatsAppMessages.statuses, available: .since(.v2_16)),
    .get(
      "/messages/whatsapp/status", id: "retrieveWhatsAppMessageStatus", handler: WhatsAppMessages.status,
      available: .since(.v2_16)),
  ]

  /// The messages that admins sent. The API returns a message only when it is created.
  static let model = Model(
    name: "message", collection: "messages", ids: .sequence(from: 403_918_001), sequence: "message",
    // A message is still counted and exported after a recipient or its conversation is deleted.
    references: [
      Reference("admin_id", to: "admins"), Reference("conversation_id", to: "conversations", onDelete: .keep),
    ]
      + ["contact_ids", "cc_ids", "bcc_ids"].map { Reference($0, to: "contacts", onDelete: .keep) },
    fields: [
      .type("admin_message"), .string("id"), .timestamp("created_at"), .string("subject", options: .sparse),
      .string("body"),
      .string("message_type"), .derived("owner", from: owner), .string("conversation_id", options: .sparse),
      .string("template", options: .hidden), .string("admin_id", options: .hidden),
      .array("contact_ids", options: .hidden),
      .array("cc_ids", options: .hidden), .array("bcc_ids", options: .hidden),
    ])

  static let models = [WhatsAppMessages.model, WhatsAppMessages.ruleset]

  static let deferredTasks = WhatsAppMessages.deferredTasks

  static let createRequest = "create_message_request"

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    let from = try call.body.required("from", as: .object)
    switch from["type"]?.string {
    case "admin": return try send(from: from, in: call)
    case "user", "lead", "contact": return try receive(from: from, in: call)
    default: throw APIError.parameterInvalid("from.type must be one of admin, user, lead, contact")
    }
  }

  // MARK: From an admin

  /// Sends an admin's message. All members are validated before anything is written.
  private static func send(from: JSONObject, in call: Call) throws -> Reply {
    let kind = try MessageKind(in: call)
    guard kind != .whatsapp else { return try sendWhatsApp(from: from, in: call) }
    var message = try makeMessage(of: kind, in: call)
    message["admin_id"] = .string(try admin(from: from, in: call))
    let contacts = try MessageRecipients.contacts(member: "to", in: call)
    guard !contacts.isEmpty else { throw APIError.parameterMissing("to is a required parameter") }
    message["contact_ids"] = .strings(contacts.map(\.id))
    for name in ["cc", "bcc"] {
      message["\(name)_ids"] = .strings(try MessageRecipients.contacts(member: name, in: call).map(\.id))
    }
    message["id"] = .json(call.workspace.nextID(for: model))
    if try call.body.optional("create_conversation_without_contact_reply", as: .boolean) ?? false {
      message["conversation_id"] = .string(openConversation(for: message, as: kind, contacts: contacts, in: call))
    }
    return store(message, sentTo: contacts, in: call)
  }

  /// Creates a message from the request's content. Throws the documented errors; the caller sets the recipients.
  private static func makeMessage(of kind: MessageKind, in call: Call) throws -> Record {
    let body = try call.body.required("body", as: .nonBlankString, missing: .parameterInvalid("Body is required"))
    // Unknown: other SMS bodies that the service refuses; the one documented example contains a link.
    if kind == .sms, body.contains("http://") || body.contains("https://") {
      throw APIError.parameterInvalid("Invalid SMS message body")
    }
    let subject = try call.body.optional("subject", as: .nonBlankString)
    if kind == .email, subject == nil {
      throw APIError(
        status: .unprocessableContent, code: "parameter_not_found", message: "No subject supplied for email message")
    }
    var message = model.blank()
    message["created_at"] = .integer(try call.body.optional("created_at", as: .unixTime(in: creationTimes)) ?? call.now)
    message["body"] = .string(body)
    // Recorded: `subject` is the body if the request has no subject.
    message["subject"] = .string(subject ?? body)
    message["message_type"] = .string(kind.rawValue)
    if let template = try call.body.optional("template", as: .nonBlankString) {
      guard kind != .email || ["plain", "personal"].contains(template) else {
        throw APIError.parameterInvalid("template must be one of plain, personal")
      }
      message["template"] = .string(template)
    }
    return message
  }

  /// Sends a WhatsApp template.
  ///
  /// Unknown: the service's response; here `id` is the WhatsApp message id that `/messages/whatsapp/status` accepts.
  /// The text of the template is unknown, so the body consists of its parameters.
  private static func sendWhatsApp(from: JSONObject, in call: Call) throws -> Reply {
    let admin = try admin(from: from, in: call)
    let template = try call.body.required("template", as: .nonBlankString)
    let parameters = try templateParameters(in: call)
    let contact = try MessageRecipients.whatsAppRecipient(in: call)
    var message = model.blank()
    message["created_at"] = .integer(call.now)
    message["body"] = .string(parameters.isEmpty ? template : parameters.joined(separator: " "))
    message["message_type"] = .string(MessageKind.whatsapp.rawValue)
    message["template"] = .string(template)
    message["admin_id"] = .string(admin)
    message["contact_ids"] = .strings([contact.id])
    let conversation = openConversation(for: message, as: .whatsapp, contacts: [contact], in: call)
    message["conversation_id"] = .string(conversation)
    message["id"] = .string(
      WhatsAppMessages.recordSent(template: template, to: contact, conversation: conversation, in: call).id)
    return store(message, sentTo: [contact], in: call)
  }

  private static func store(_ message: Record, sentTo contacts: [Record], in call: Call) -> Reply {
    call.workspace[model].insert(message)
    for contact in contacts {
      guard var contact = call.workspace[Contacts.model][contact.id] else { continue }
      contact["last_contacted_at"] = .integer(call.now)
      call.workspace[Contacts.model].replace(contact)
    }
    return .ok(message)
  }

  /// The values of the template's parameters, from `components[].parameters[].text`.
  private static func templateParameters(in call: Call) throws -> [String] {
    let components = try call.body.optional("components", as: .array) ?? []
    return components.flatMap { $0["parameters"]?.array ?? [] }.compactMap { $0["text"]?.string }
  }

  private static func owner(of message: Record, in call: Call) -> Node? {
    guard let admin = message["admin_id"].string.flatMap({ call.workspace[Admins.model][$0] }) else { return nil }
    return .json([
      "type": "admin", "id": .string(admin.id), "name": admin["name"].json ?? .null,
      "email": admin["email"].json ?? .null, "away_mode_enabled": admin["away_mode_enabled"].json ?? false,
      "away_mode_reassign": admin["away_mode_reassign"].json ?? false,
    ])
  }

  private static func admin(from: JSONObject, in call: Call) throws -> String {
    guard let id = try Admins.adminID(from: from["id"], in: call) else {
      throw APIError.parameterMissing("from.id is a required parameter")
    }
    return id
  }

  // MARK: Members of the body

  /// The times that `created_at` accepts, in Unix seconds.
  static let creationTimes: ClosedRange<Int64> = 0...(1 << 40) - 1
}

extension Messages {
  /// Creates a conversation from a contact's message. The message itself is not stored.
  static func receive(from: JSONObject, in call: Call) throws -> Reply {
    let contact = try MessageRecipients.contact(from: from, member: "from", in: call)
    let body = try call.body.required("body", as: .nonBlankString, missing: .parameterInvalid("Body is required"))
    var initialMessage = Conversations.InitialMessage(
      author: .contact(contact), contacts: [contact.id], body: body,
      time: try call.body.optional("created_at", as: .unixTime(in: creationTimes)) ?? call.now)
    initialMessage.subject = try call.body.optional("subject", as: .nonBlankString) ?? ""
    // The URL of the page that the contact was on.
    initialMessage.url = try call.body.optional("referer", as: .nonBlankString)
    let conversation = Conversations.makeConversation(from: initialMessage, in: call)
    call.workspace[Conversations.model].insert(conversation)
    return .ok(
      .members([
        "type": "user_message", "id": (conversation["source"].record?["id"].json).map(Node.json),
        "created_at": .json(.integer(initialMessage.time)), "body": .string(body), "message_type": "inapp",
        "conversation_id": .string(conversation.id),
      ]))
  }

  /// Creates the conversation of an admin's message before a contact replies, and returns its id. Its source has the
  /// message's id.
  static func openConversation(for message: Record, as kind: MessageKind, contacts: [Record], in call: Call) -> String {
    var initialMessage = Conversations.InitialMessage(
      author: .admin(message["admin_id"].string ?? ""), contacts: contacts.map(\.id),
      body: message["body"].string ?? "", time: message["created_at"].integer ?? call.now)
    initialMessage.deliveredAs = "admin_initiated"
    switch kind {
    case .email:
      initialMessage.type = "email"
      initialMessage.subject = message["subject"].string ?? ""
    case .whatsapp, .sms: initialMessage.type = kind.rawValue
    case .inapp: break
    }
    var conversation = Conversations.makeConversation(from: initialMessage, in: call)
    if var source = conversation["source"].record, !message["id"].isEmpty {
      source["id"] = message["id"]
      conversation["source"] = .record(source)
    }
    call.workspace[Conversations.model].insert(conversation)
    return conversation.id
  }
}

/// The channel of a message, as responses show it.
enum MessageKind: String {
  case inapp, email, whatsapp, sms

  /// Reads `message_type`. The descriptions use `in_app`, their examples `inapp` and `conversation`; all three are
  /// accepted.
  ///
  /// Throws `parameter_invalid` for an unknown channel, or one that the version does not support.
  init(in call: Call) throws {
    switch call.body["message_type"] ?? .null {
    case .null, "in_app", "inapp", "conversation": self = .inapp
    case "email": self = .email
    case "whatsapp" where call.honours(.sendsWhatsApp): self = .whatsapp
    case "sms" where call.honours(.sendsSMS): self = .sms
    default:
      throw APIError.parameterInvalid(
        "message_type must be one of \(Self.supportedNames(in: call).joined(separator: ", "))")
    }
  }

  private static func supportedNames(in call: Call) -> [String] {
    ["in_app", "email"] + (call.honours(.sendsWhatsApp) ? ["whatsapp"] : [])
      + (call.honours(.sendsSMS) ? ["sms"] : [])
  }
}

/// Identifies the recipients and senders of messages.
enum MessageRecipients {
  /// The contacts in a member: one object, or in versions that support it a list.
  static func contacts(member name: String, in call: Call) throws -> [Record] {
    guard let json = call.body[name], !json.isNull else { return [] }
    if let object = json.object { return [try contact(from: object, member: name, in: call)] }
    guard call.honours(.severalRecipients), let items = json.array else {
      throw APIError.parameterInvalid("\(name) must be an object")
    }
    var seen: Set<String> = []
    return try items.map { item in
      let object = try item.read(as: .object, orThrow: .parameterInvalid("\(name) must be an array of objects"))
      return try contact(from: object, member: name, in: call)
    }.filter { seen.insert($0.id).inserted }
  }

  /// The contact identified by `id`, `user_id`, `external_id` or `email`.
  ///
  /// Throws `parameter_not_found` without any of them, and 404 if there is no such contact.
  static func contact(from object: JSONObject, member name: String, in call: Call) throws -> Record {
    if let type = object["type"], !type.isNull, !["user", "lead", "contact"].contains(type) {
      throw APIError.parameterInvalid("\(name).type must be one of user, lead, contact")
    }
    let contacts = call.workspace[Contacts.model]
    if let id = object["id"]?.asNonEmptyID {
      if let contact = contacts[id] { return contact }
      throw ContactMerges.mergedError(id: id, in: call) ?? .notFound(for: Contacts.model)
    }
    let found: Record?
    if let id = object["user_id"]?.asNonEmptyID ?? object["external_id"]?.asNonEmptyID {
      found = contacts.first(in: "external_id", under: id)
    } else if let email = object["email"]?.asNonEmptyID {
      found = contacts.first(in: "email", under: CaseFolding.folded(email))
    } else {
      throw APIError.parameterMissing("\(name).id is a required parameter")
    }
    guard let found else { throw APIError.notFound(for: Contacts.model) }
    return found
  }

  /// The recipient of a WhatsApp message, by id or phone number. A lead is created for an unknown number.
  ///
  /// Unknown: whether the service creates a lead or a user.
  static func whatsAppRecipient(in call: Call) throws -> Record {
    let to = try call.body.required("to", as: .object, orThrow: .parameterMissing("to is a required parameter"))
    guard let number = to["phone"]?.asNonEmptyID else { return try contact(from: to, member: "to", in: call) }
    let digits = number.filter { $0.isASCII && $0.isNumber }
    guard (8...15).contains(digits.count) else { throw APIError.parameterInvalid("to.phone must be a phone number") }
    let known = call.workspace[Contacts.model].all.first {
      $0["phone"].string?.filter { $0.isASCII && $0.isNumber } == digits
    }
    if let known { return known }
    let lead = try Contacts.makeContact(
      from: ["role": "lead", "phone": .string("+\(digits)"), "name": to["name"] ?? .null], in: call)
    call.workspace[Contacts.model].insert(lead)
    return lead
  }
}
