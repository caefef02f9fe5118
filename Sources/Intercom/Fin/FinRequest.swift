import API
import HTTPTypes
import JSON
import Store

/// The validated members that all requests to Fin share.
struct FinRequest {
  /// The maximum number of attributes, history messages or attachments in one request.
  private static let maximumItems = 10
  static let maximumTextLength = 10_000

  /// The client's id of the conversation.
  let conversationID: String
  let user: User
  let message: Message?
  /// The attributes of the conversation.
  let attributes: JSONObject
  let attachments: [Record]
  /// Whether Fin may ask follow-up questions and escalate.
  let allowsFollowUpQuestions: Bool

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

  /// - Parameter missing: the error message for a request without `conversation_id`
  init(in call: Call, missingIDMessage missing: String) throws {
    conversationID = try call.body.required("conversation_id", as: .id, missing: .parameterInvalid(missing))
    user = try Self.user(in: call)
    message = try call.body.optional("message", as: .object).map(Self.message)
    let metadata = try call.body.optional("conversation_metadata", as: .object) ?? [:]
    let history = try metadata.optional("history", as: .array) ?? []
    guard history.count <= Self.maximumItems else {
      throw APIError.parameterInvalid("Conversation history cannot contain more than \(Self.maximumItems) items")
    }
    for item in history { _ = try Self.message(from: item.object ?? [:]) }
    attributes = try Self.attributes(from: metadata)
    attachments = try Self.attachments(from: call.body)
    let settings = try call.body.optional("settings", as: .object) ?? [:]
    allowsFollowUpQuestions = try settings.optional("follow_up_questions", as: .boolean) ?? true
    _ = try settings.optional("email", as: .boolean)
  }

  /// Returns the message, or throws `parameter_invalid` if the request has none.
  func requireMessage() throws -> Message {
    guard let message else { throw APIError.parameterInvalid("message is required") }
    return message
  }

  // MARK: Members

  /// The `user` of the request. Throws `parameter_invalid` without an id.
  static func user(in call: Call) throws -> User {
    let object = try call.body.optional("user", as: .object) ?? [:]
    return User(
      id: try object.required("id", as: .id, missing: .parameterInvalid("User ID is required")),
      name: try object.optional("name", as: .string), email: try object.optional("email", as: .string),
      attributes: try attributes(from: object))
  }

  private static func message(from object: JSONObject) throws -> Message {
    guard let author = try object.optional("author", as: .string), ["user", "agent", "fin"].contains(author) else {
      throw APIError.parameterInvalid("message author must be one of user, agent, fin")
    }
    let body = try object.required(
      "body", as: .nonEmptyString, missing: .parameterInvalid("message body is required"))
    guard body.count <= maximumTextLength else {
      throw APIError.parameterInvalid("message body cannot be longer than \(maximumTextLength) characters")
    }
    return Message(author: author, body: body, timestamp: try object.optional("timestamp", as: .string))
  }

  private static func attributes(from object: JSONObject) throws -> JSONObject {
    let attributes = try object.optional("attributes", as: .object) ?? [:]
    guard attributes.count <= maximumItems else {
      throw APIError.parameterInvalid("Cannot update more than \(maximumItems) attributes at once.")
    }
    return attributes
  }

  private static func attachments(from body: JSONObject) throws -> [Record] {
    let items = try body.optional("attachments", as: .array) ?? []
    guard items.count <= maximumItems else {
      throw APIError.parameterInvalid("Cannot send more than \(maximumItems) attachments at once.")
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
          throw APIError.parameterInvalid("name and data are required for a file")
        }
        attachment["name"] = .string(name)
        attachment["content_type"] = .string(item["content_type"]?.string)
        attachment["filesize"] = .integer(bytes.count)
      default: throw APIError.parameterInvalid("attachment type must be one of url, file")
      }
      return attachment
    }
  }
}

/// The users that talk with Fin. They are found by the client's id, and created if they do not exist.
enum FinUsers {
  /// Creates or updates the user. Attributes that cannot be written are skipped and returned as errors.
  static func upsert(_ user: FinRequest.User, in call: Call) throws -> (Record, FinAttributeErrors) {
    let known = call.workspace[Contacts.model].records(in: "external_id", under: user.id).first {
      $0["role"] == "user" && $0["archived"] != true
    }
    var contact = try known.map { try updatedContact($0, from: user, in: call) } ?? makeContact(for: user, in: call)
    var errors: JSONObject = [:]
    for (name, value) in user.attributes {
      do { try CustomAttributes.write(.object([name: value]), to: &contact, of: .contact, in: call) } catch let error
        as APIError
      {
        let isDefined = DataAttributes.attribute(named: name, of: "contact", in: call) != nil
        errors[name] = .string(isDefined ? error.message ?? "" : "User attribute '\(name)' does not exist")
      }
    }
    call.workspace[Contacts.model].insert(contact)
    if known == nil { ContactActivities.record("contact.created", of: contact, in: call) }
    return (contact, FinAttributeErrors(user: errors))
  }

  /// Unknown: how the service handles an email address that belongs to another user; here the address is ignored.
  private static func makeContact(for user: FinRequest.User, in call: Call) throws -> Record {
    var body: JSONObject = ["role": "user", "external_id": .string(user.id)]
    if let name = user.name { body["name"] = .string(name) }
    guard let email = user.email else { return try Contacts.makeContact(from: body, in: call) }
    do {
      return try Contacts.makeContact(from: adding(email, to: body), in: call)
    } catch let error as APIError where error.status == .conflict {
      return try Contacts.makeContact(from: body, in: call)
    }
  }

  private static func updatedContact(_ contact: Record, from user: FinRequest.User, in call: Call) throws -> Record {
    var body: JSONObject = [:]
    if let name = user.name { body["name"] = .string(name) }
    guard let email = user.email else { return try Contacts.updated(contact, with: body, in: call) }
    do {
      return try Contacts.updated(contact, with: adding(email, to: body), in: call)
    } catch let error as APIError where error.status == .conflict {
      return try Contacts.updated(contact, with: body, in: call)
    }
  }

  private static func adding(_ email: String, to body: JSONObject) -> JSONObject {
    var body = body
    body["email"] = .string(email)
    return body
  }
}

/// The attributes that could not be written, each with the reason. They do not fail the request.
struct FinAttributeErrors {
  private var user: JSONObject
  private var conversation: JSONObject

  init(user: JSONObject = [:], conversation: JSONObject = [:]) {
    self.user = user
    self.conversation = conversation
  }

  /// Combines two sets of errors. For each owner, user and conversation, only one of the two has errors.
  func merging(_ other: FinAttributeErrors) -> FinAttributeErrors {
    FinAttributeErrors(
      user: user.isEmpty ? other.user : user,
      conversation: conversation.isEmpty ? other.conversation : conversation)
  }

  /// The `errors` member of the response, or nil if there are no errors.
  var node: Node? {
    guard !user.isEmpty || !conversation.isEmpty else { return nil }
    return .members([
      "user": user.isEmpty ? nil : .json(["attributes": .object(user)]),
      "conversation": conversation.isEmpty ? nil : .json(["attributes": .object(conversation)]),
    ])
  }
}
