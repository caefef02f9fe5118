import API
import HTTPTypes
import JSON
import Store

/// What requests to Fin have in common, checked.
struct FinRequest {
  /// Most attributes, earlier messages and attachments of one request.
  private static let limit = 10
  static let longestText = 10_000

  /// The client's own id of the conversation.
  let conversation: String
  let user: User
  let message: Message?
  /// Of the conversation.
  let attributes: JSONObject
  let attachments: [Record]
  /// Whether Fin may ask back and escalate.
  let asksBack: Bool

  struct User {
    let id: String
    let name: String?
    let email: String?
    let attributes: JSONObject
  }

  struct Message {
    let author: String
    let body: String
    let timestamp: String?
  }

  /// - Parameter missing: what is said of a request that names no conversation
  init(_ call: Call, without missing: String) throws {
    guard let id = try call.id("conversation_id") else { throw APIError.parameterInvalid(missing) }
    conversation = id
    user = try Self.user(call)
    message = try Self.object("message", call.body).map(Self.message)
    let metadata = try Self.object("conversation_metadata", call.body) ?? [:]
    let history = try Self.list("history", metadata)
    guard history.count <= Self.limit else {
      throw APIError.parameterInvalid("Conversation history cannot contain more than \(Self.limit) items")
    }
    for item in history { _ = try Self.message(item.object ?? [:]) }
    attributes = try Self.attributes(metadata)
    attachments = try Self.attachments(call.body)
    let settings = try Self.object("settings", call.body) ?? [:]
    asksBack = try Self.flag("follow_up_questions", settings) ?? true
    _ = try Self.flag("email", settings)
  }

  /// The message of an operation that needs one.
  func required() throws -> Message {
    guard let message else { throw APIError.parameterInvalid("message is required") }
    return message
  }

  // MARK: Members

  static func user(_ call: Call) throws -> User {
    let object = try object("user", call.body) ?? [:]
    guard let id = try call.id("id", in: object) else { throw APIError.parameterInvalid("User ID is required") }
    return User(
      id: id, name: try text("name", object), email: try text("email", object), attributes: try attributes(object))
  }

  private static func message(_ object: JSONObject) throws -> Message {
    guard let author = try text("author", object), ["user", "agent", "fin"].contains(author) else {
      throw APIError.parameterInvalid("message author must be one of user, agent, fin")
    }
    guard let body = try text("body", object), !body.isEmpty else {
      throw APIError.parameterInvalid("message body is required")
    }
    guard body.count <= longestText else {
      throw APIError.parameterInvalid("message body cannot be longer than \(longestText) characters")
    }
    return Message(author: author, body: body, timestamp: try text("timestamp", object))
  }

  private static func attributes(_ object: JSONObject) throws -> JSONObject {
    let attributes = try self.object("attributes", object) ?? [:]
    guard attributes.count <= limit else {
      throw APIError.parameterInvalid("Cannot update more than \(limit) attributes at once.")
    }
    return attributes
  }

  private static func attachments(_ body: JSONObject) throws -> [Record] {
    let items = try list("attachments", body)
    guard items.count <= limit else {
      throw APIError.parameterInvalid("Cannot send more than \(limit) attachments at once.")
    }
    return try items.map { item in
      var attachment = Attachments.model.blank()
      switch item["type"]?.string {
      case "url":
        guard let url = item["url"]?.string, !url.isEmpty else { throw APIError.parameterInvalid("url is required") }
        attachment["url"] = .string(url)
        attachment["name"] = .string(url.split(separator: "/").last.map(String.init) ?? url)
      case "file":
        guard let name = item["name"]?.string, let data = item["data"]?.string, let bytes = Base64.decode(data) else {
          throw APIError.parameterInvalid("name and data are required of a file")
        }
        attachment["name"] = .string(name)
        attachment["content_type"] = .string(item["content_type"]?.string)
        attachment["filesize"] = .integer(bytes.count)
      default: throw APIError.parameterInvalid("attachment type must be one of url, file")
      }
      return attachment
    }
  }

  static func object(_ name: String, _ body: JSONObject) throws -> JSONObject? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let object = json.object else { throw APIError.parameterInvalid("\(name) must be an object") }
    return object
  }

  private static func list(_ name: String, _ body: JSONObject) throws -> [JSON] {
    guard let json = body[name], !json.isNull else { return [] }
    guard let list = json.array else { throw APIError.parameterInvalid("\(name) must be an array") }
    return list
  }

  static func text(_ name: String, _ body: JSONObject) throws -> String? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let text = json.string else { throw APIError.parameterInvalid("\(name) must be a string") }
    return text
  }

  private static func flag(_ name: String, _ body: JSONObject) throws -> Bool? {
    guard let json = body[name], !json.isNull else { return nil }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }
}

/// The people that Fin talks with: users, found by the client's id, made when there are none.
enum FinUsers {
  /// The user, with what the request says of them. Attributes that do not exist are told and passed over.
  static func keep(_ user: FinRequest.User, _ call: Call) throws -> (Record, FinAttributeErrors) {
    let known = call.workspace[Contacts.model].records(in: "external_id", under: user.id).first {
      $0["role"] == "user" && $0["archived"] != true
    }
    var contact = try known.map { try changed($0, user, call) } ?? new(user, call)
    var errors: JSONObject = [:]
    for (name, value) in user.attributes {
      do { try CustomAttributes.write(.object([name: value]), to: &contact, of: .contact, call) } catch let error
        as APIError
      {
        let isDefined = DataAttributes.defined(name, of: "contact", call) != nil
        errors[name] = .string(isDefined ? error.message ?? "" : "User attribute '\(name)' does not exist")
      }
    }
    call.workspace[Contacts.model].insert(contact)
    if known == nil { ContactActivities.record("contact.created", of: contact, call) }
    return (contact, FinAttributeErrors(user: errors))
  }

  /// Unknown: what the service does with an address that is another user's; here it is not taken over.
  private static func new(_ user: FinRequest.User, _ call: Call) throws -> Record {
    var body: JSONObject = ["role": "user", "external_id": .string(user.id)]
    if let name = user.name { body["name"] = .string(name) }
    guard let email = user.email else { return try Contacts.new(body, call) }
    do {
      return try Contacts.new(adding(email, to: body), call)
    } catch let error as APIError where error.status == .conflict {
      return try Contacts.new(body, call)
    }
  }

  private static func changed(_ contact: Record, _ user: FinRequest.User, _ call: Call) throws -> Record {
    var body: JSONObject = [:]
    if let name = user.name { body["name"] = .string(name) }
    guard let email = user.email else { return try Contacts.changed(contact, body, call) }
    do {
      return try Contacts.changed(contact, adding(email, to: body), call)
    } catch let error as APIError where error.status == .conflict {
      return try Contacts.changed(contact, body, call)
    }
  }

  private static func adding(_ email: String, to body: JSONObject) -> JSONObject {
    var body = body
    body["email"] = .string(email)
    return body
  }
}

/// The attributes of a request that could not be written, each with its reason. They do not stop a request.
struct FinAttributeErrors {
  private var user: JSONObject
  private var conversation: JSONObject

  init(user: JSONObject = [:], conversation: JSONObject = [:]) {
    self.user = user
    self.conversation = conversation
  }

  /// The faults of both; each tells of the user or of the conversation.
  func adding(_ other: FinAttributeErrors) -> FinAttributeErrors {
    FinAttributeErrors(
      user: user.isEmpty ? other.user : user,
      conversation: conversation.isEmpty ? other.conversation : conversation)
  }

  /// Nil when there are none.
  var node: Node? {
    guard !user.isEmpty || !conversation.isEmpty else { return nil }
    return .members([
      "user": user.isEmpty ? nil : .json(["attributes": .object(user)]),
      "conversation": conversation.isEmpty ? nil : .json(["attributes": .object(conversation)]),
    ])
  }
}
