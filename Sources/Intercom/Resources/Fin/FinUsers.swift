import API
import HTTPTypes
import JSON
import Store

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
