import API
import JSON
import Store

/// The one contact that a new ticket is for.
struct TicketContact {
  private let contact: Record
  private let isNew: Bool

  /// The contact that a request's `contacts` name by `id`, `external_id` or `email`; an address that nobody has makes one.
  init(_ call: Call) throws {
    let (key, text) = try Self.asked(call)
    let contacts = call.workspace[Contacts.model]
    switch key {
    case "id":
      guard let contact = contacts[text] else {
        throw ContactMerges.refusal(id: text, call) ?? .notFound(Contacts.model)
      }
      (self.contact, isNew) = (contact, false)
    case "external_id":
      guard let contact = contacts.first(in: "external_id", under: text) else {
        throw APIError.notFound(Contacts.model)
      }
      (self.contact, isNew) = (contact, false)
    default:
      let known = contacts.records(in: "email", under: TextFolding.folded(text))
      if let contact = known.first(where: { $0["role"] == "user" }) ?? known.first {
        (self.contact, isNew) = (contact, false)
      } else {
        (contact, isNew) = (try Contacts.new(["email": .string(text)], call), true)
      }
    }
  }

  /// By which member a request names the contact, and its value.
  ///
  /// Unknown: how more than one is refused; the description says that one is allowed.
  static func asked(_ call: Call) throws -> (key: String, text: String) {
    let missing = APIError.parameterMissing("contacts is a required parameter")
    guard let json = call.body["contacts"], !json.isNull else { throw missing }
    guard let items = json.array, items.count < 2 else {
      throw APIError.parameterInvalid("contacts must be an array of one contact")
    }
    guard let item = items.first?.object else { throw missing }
    for key in ["id", "external_id", "email"] {
      if let text = try call.id(key, in: item) { return (key, text) }
    }
    throw APIError.parameterMissing("contacts must have an id, external_id or email")
  }

  /// The contact's id; one that is new is kept now.
  func keep(_ call: Call) -> String {
    if isNew {
      call.workspace[Contacts.model].insert(contact)
      ContactActivities.record("contact.created", of: contact, call)
    }
    return contact.id
  }
}
