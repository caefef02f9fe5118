import API
import JSON
import Store

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
