import API
import JSON
import Store

extension Contacts {
  /// The contact that a request names by one of several members, the first that is there: by Intercom's id, by the
  /// `external_id` or by e-mail. Nil when the contact is not there, or when the request names none.
  ///
  /// - Parameters:
  ///   - id: Intercom's own id
  ///   - externalID: the client's id, which older operations call `user_id`
  ///   - email: whatever its case; a user comes before a lead
  static func named(id: JSON? = nil, externalID: JSON? = nil, email: JSON? = nil, _ call: Call) -> Record? {
    let contacts = call.workspace[model]
    if let id = text(id) { return contacts[id] }
    if let externalID = text(externalID) { return contacts.first(in: "external_id", under: externalID) }
    guard let email = text(email) else { return nil }
    let found = contacts.records(in: "email", under: TextFolding.folded(email))
    return found.first { $0["role"] == "user" } ?? found.first
  }

  /// Clients send ids as texts or as numbers.
  private static func text(_ json: JSON?) -> String? {
    guard let text = json?.string ?? json?.integral.map(String.init), !text.isEmpty else { return nil }
    return text
  }
}
