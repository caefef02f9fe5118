import API
import JSON
import Store

/// Messages: what admins send to contacts, and the first word of a contact.
enum Messages: Resource {
  static let operations: [Operation] = [
    .post("/messages", "createMessage", takes: createRequest, create),
    .get("/messages/status", "getWhatsAppMessageStatus", WhatsAppMessages.statuses, .since(.v2_16)),
    .get("/messages/whatsapp/status", "retrieveWhatsAppMessageStatus", WhatsAppMessages.status, .since(.v2_16)),
  ]

  /// What admins sent. The API never shows a message again.
  static let model = Model(
    "message", collection: "messages", ids: .sequence(from: 403_918_001), sequence: "message",
    // Not to contacts: what was sent to one outlives them.
    references: [Reference("admin_id", to: "admins")],
    [
      .type("admin_message"), .string("id"), .timestamp("created_at"), .string("subject", .sparse), .string("body"),
      .string("message_type"), .derived("owner", owner), .string("conversation_id", .sparse),
      .string("template", .hidden), .string("admin_id", .hidden), .array("contact_ids", .hidden),
      .array("cc_ids", .hidden), .array("bcc_ids", .hidden),
    ])

  static let models = [WhatsAppMessages.model, WhatsAppMessages.ruleset]

  static let errands = WhatsAppMessages.errands

  static let createRequest = "create_message_request"

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    guard let json = call.body["from"], !json.isNull else {
      throw APIError.parameterMissing("from is a required parameter")
    }
    guard let from = json.object else { throw APIError.parameterInvalid("from must be an object") }
    switch from["type"]?.string {
    case "admin": return try send(from, call)
    case "user", "lead", "contact": return try receive(from, call)
    default: throw APIError.parameterInvalid("from.type must be one of admin, user, lead, contact")
    }
  }

  // MARK: From an admin

  /// Checks everything before anything is written.
  private static func send(_ from: JSONObject, _ call: Call) throws -> Reply {
    let kind = try MessageKind(call)
    guard kind != .whatsapp else { return try sendWhatsApp(from, call) }
    var message = try content(kind, call)
    message["admin_id"] = .string(try admin(from, call))
    let contacts = try MessageRecipients.contacts("to", call)
    guard !contacts.isEmpty else { throw APIError.parameterMissing("to is a required parameter") }
    message["contact_ids"] = .strings(contacts.map(\.id))
    for name in ["cc", "bcc"] {
      message["\(name)_ids"] = .strings(try MessageRecipients.contacts(name, call).map(\.id))
    }
    message["id"] = .json(call.workspace.nextID(for: model))
    if try flag("create_conversation_without_contact_reply", call) {
      message["conversation_id"] = .string(open(message, as: kind, contacts, call))
    }
    return keep(message, contacts, call)
  }

  /// What is said, with the documented refusals.
  private static func content(_ kind: MessageKind, _ call: Call) throws -> Record {
    guard let body = try text("body", call) else { throw APIError.parameterInvalid("Body is required") }
    // Unknown: what else the service refuses; the one documented example has a link.
    if kind == .sms, body.contains("http://") || body.contains("https://") {
      throw APIError.parameterInvalid("Invalid SMS message body")
    }
    let subject = try text("subject", call)
    if kind == .email, subject == nil {
      throw APIError(.unprocessableContent, "parameter_not_found", "No subject supplied for email message")
    }
    var message = model.blank()
    message["created_at"] = .integer(try time("created_at", call) ?? call.now)
    message["body"] = .string(body)
    // Recorded: a message without a subject shows its body there.
    message["subject"] = .string(subject ?? body)
    message["message_type"] = .string(kind.rawValue)
    if let template = try text("template", call) {
      guard kind != .email || ["plain", "personal"].contains(template) else {
        throw APIError.parameterInvalid("template must be one of plain, personal")
      }
      message["template"] = .string(template)
    }
    return message
  }

  /// Unknown: what the service answers; here the id is WhatsApp's own, which `/messages/whatsapp/status` asks for. The
  /// text of a template is not known, so its parameters stand for it.
  private static func sendWhatsApp(_ from: JSONObject, _ call: Call) throws -> Reply {
    let admin = try admin(from, call)
    guard let template = try text("template", call) else {
      throw APIError.parameterMissing("template is a required parameter")
    }
    let said = try parameters(call)
    let contact = try MessageRecipients.byPhone(call)
    var message = model.blank()
    message["created_at"] = .integer(call.now)
    message["body"] = .string(said.isEmpty ? template : said.joined(separator: " "))
    message["message_type"] = .string(MessageKind.whatsapp.rawValue)
    message["template"] = .string(template)
    message["admin_id"] = .string(admin)
    message["contact_ids"] = .strings([contact.id])
    let conversation = open(message, as: .whatsapp, [contact], call)
    message["conversation_id"] = .string(conversation)
    message["id"] = .string(WhatsAppMessages.keep(template, to: contact, in: conversation, call).id)
    return keep(message, [contact], call)
  }

  private static func keep(_ message: Record, _ contacts: [Record], _ call: Call) -> Reply {
    call.workspace[model].insert(message)
    for contact in contacts {
      guard var contact = call.workspace[Contacts.model][contact.id] else { continue }
      contact["last_contacted_at"] = .integer(call.now)
      call.workspace[Contacts.model].replace(contact)
    }
    return .ok(message)
  }

  /// The texts that fill a template in: `components[].parameters[].text`.
  private static func parameters(_ call: Call) throws -> [String] {
    guard let json = call.body["components"], !json.isNull else { return [] }
    guard let components = json.array else { throw APIError.parameterInvalid("components must be an array") }
    return components.flatMap { $0["parameters"]?.array ?? [] }.compactMap { $0["text"]?.string }
  }

  private static func owner(_ message: Record, _ call: Call) -> Node? {
    guard let admin = message["admin_id"].string.flatMap({ call.workspace[Admins.model][$0] }) else { return nil }
    return .json([
      "type": "admin", "id": .string(admin.id), "name": admin["name"].stored ?? .null,
      "email": admin["email"].stored ?? .null, "away_mode_enabled": admin["away_mode_enabled"].stored ?? false,
      "away_mode_reassign": admin["away_mode_reassign"].stored ?? false,
    ])
  }

  private static func admin(_ from: JSONObject, _ call: Call) throws -> String {
    guard let id = try Admins.named(from["id"], call) else {
      throw APIError.parameterMissing("from.id is a required parameter")
    }
    return id
  }

  // MARK: Members of the body

  /// A text that says something.
  static func text(_ name: String, _ call: Call) throws -> String? {
    guard let json = call.body[name], !json.isNull else { return nil }
    guard let text = json.string else { throw APIError.parameterInvalid("\(name) must be a string") }
    return text.allSatisfy(\.isWhitespace) ? nil : text
  }

  static func time(_ name: String, _ call: Call) throws -> Int64? {
    guard let json = call.body[name], !json.isNull else { return nil }
    guard let time = json.integral ?? json.string.flatMap({ Int64($0) }), (0..<1 << 40).contains(time) else {
      throw APIError.parameterInvalid("\(name) must be a Unix timestamp in seconds")
    }
    return time
  }

  private static func flag(_ name: String, _ call: Call) throws -> Bool {
    guard let json = call.body[name], !json.isNull else { return false }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }
}

extension Messages {
  /// A message of a contact opens a conversation at once; nothing else is kept of it.
  static func receive(_ from: JSONObject, _ call: Call) throws -> Reply {
    let contact = try MessageRecipients.contact(from, "from", call)
    guard let body = try text("body", call) else { throw APIError.parameterInvalid("Body is required") }
    var beginning = Conversations.Beginning(
      author: .contact(contact), contacts: [contact.id], body: body, time: try time("created_at", call) ?? call.now)
    beginning.subject = try text("subject", call) ?? ""
    // The page that the contact wrote from.
    beginning.url = try text("referer", call)
    let conversation = Conversations.begin(beginning, call)
    call.workspace[Conversations.model].insert(conversation)
    return .ok(
      .members([
        "type": "user_message", "id": (conversation["source"].record?["id"].stored).map(Node.json),
        "created_at": .json(.integer(beginning.time)), "body": .string(body), "message_type": "inapp",
        "conversation_id": .string(conversation.id),
      ]))
  }

  /// The id of a conversation that is there before its contacts answer. Its source is the message, by which one finds
  /// the conversation.
  static func open(_ message: Record, as kind: MessageKind, _ contacts: [Record], _ call: Call) -> String {
    var beginning = Conversations.Beginning(
      author: .admin(message["admin_id"].string ?? ""), contacts: contacts.map(\.id),
      body: message["body"].string ?? "", time: message["created_at"].integer ?? call.now)
    beginning.deliveredAs = "admin_initiated"
    switch kind {
    case .email:
      beginning.type = "email"
      beginning.subject = message["subject"].string ?? ""
    case .whatsapp, .sms: beginning.type = kind.rawValue
    case .inapp: break
    }
    var conversation = Conversations.begin(beginning, call)
    if var source = conversation["source"].record, !message["id"].isEmpty {
      source["id"] = message["id"]
      conversation["source"] = .record(source)
    }
    call.workspace[Conversations.model].insert(conversation)
    return conversation.id
  }
}

extension Behaviour {
  /// A message may be addressed to several contacts, with copies.
  static let severalRecipients = Behaviour("messages have several recipients")
  static let sendsWhatsApp = Behaviour("messages go by WhatsApp")
  static let sendsSMS = Behaviour("messages go by SMS")
}

/// By which way a message goes, as answers name it.
enum MessageKind: String {
  case inapp, email, whatsapp, sms

  /// Descriptions say `in_app`, their examples `inapp` and `conversation`: all are taken.
  ///
  /// Throws `parameter_invalid` for another one, or one that the version does not have.
  init(_ call: Call) throws {
    switch call.body["message_type"] ?? .null {
    case .null, "in_app", "inapp", "conversation": self = .inapp
    case "email": self = .email
    case "whatsapp" where call.honours(.sendsWhatsApp): self = .whatsapp
    case "sms" where call.honours(.sendsSMS): self = .sms
    default: throw APIError.parameterInvalid("message_type must be one of \(Self.names(call).joined(separator: ", "))")
    }
  }

  private static func names(_ call: Call) -> [String] {
    ["in_app", "email"] + (call.honours(.sendsWhatsApp) ? ["whatsapp"] : [])
      + (call.honours(.sendsSMS) ? ["sms"] : [])
  }
}

/// Whom a message goes to, or comes from.
enum MessageRecipients {
  /// The contacts that a member names: one, or, where the version has it, several.
  static func contacts(_ name: String, _ call: Call) throws -> [Record] {
    guard let json = call.body[name], !json.isNull else { return [] }
    if let object = json.object { return [try contact(object, name, call)] }
    guard call.honours(.severalRecipients), let items = json.array else {
      throw APIError.parameterInvalid("\(name) must be an object")
    }
    var seen: Set<String> = []
    return try items.map { item in
      guard let object = item.object else { throw APIError.parameterInvalid("\(name) must hold objects") }
      return try contact(object, name, call)
    }.filter { seen.insert($0.id).inserted }
  }

  /// The contact that `{"type", "id"}` names; `user_id` and `email` do, too.
  static func contact(_ object: JSONObject, _ name: String, _ call: Call) throws -> Record {
    if let type = object["type"], !type.isNull, !["user", "lead", "contact"].contains(type) {
      throw APIError.parameterInvalid("\(name).type must be one of user, lead, contact")
    }
    let contacts = call.workspace[Contacts.model]
    if let id = text(object["id"]) {
      if let contact = contacts[id] { return contact }
      throw ContactMerges.refusal(id: id, call) ?? .notFound(Contacts.model)
    }
    let found: Record?
    if let id = text(object["user_id"]) ?? text(object["external_id"]) {
      found = contacts.first(in: "external_id", under: id)
    } else if let email = text(object["email"]) {
      found = contacts.first(in: "email", under: TextFolding.folded(email))
    } else {
      throw APIError.parameterMissing("\(name).id is a required parameter")
    }
    guard let found else { throw APIError.notFound(Contacts.model) }
    return found
  }

  /// The contact that WhatsApp reaches: by id, or by phone, in which case a lead is made of a number that is new.
  ///
  /// Unknown: whether the service makes a lead or a user.
  static func byPhone(_ call: Call) throws -> Record {
    guard let to = call.body["to"]?.object else { throw APIError.parameterMissing("to is a required parameter") }
    guard let number = text(to["phone"]) else { return try contact(to, "to", call) }
    let digits = number.filter { $0.isASCII && $0.isNumber }
    guard (8...15).contains(digits.count) else { throw APIError.parameterInvalid("to.phone must be a phone number") }
    let known = call.workspace[Contacts.model].all.first {
      $0["phone"].string?.filter { $0.isASCII && $0.isNumber } == digits
    }
    if let known { return known }
    let lead = try Contacts.new(["role": "lead", "phone": .string("+\(digits)"), "name": to["name"] ?? .null], call)
    call.workspace[Contacts.model].insert(lead)
    return lead
  }

  private static func text(_ json: JSON?) -> String? {
    guard let text = json?.string ?? json?.integral.map(String.init), !text.isEmpty else { return nil }
    return text
  }
}
