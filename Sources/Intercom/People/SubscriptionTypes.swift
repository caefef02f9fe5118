import API
import JSON
import Store

/// Subscription types: subjects that contacts can opt in to or out of. Created in the product; the API stores the
/// choices.
enum SubscriptionTypes: Resource {
  static let operations: [Operation] = [
    .get("/subscription_types", id: "listSubscriptionTypes", handler: list),
    .get("/contacts/{contact_id}/subscriptions", id: "listSubscriptionsForAContact", handler: listForContact),
    .post("/contacts/{contact_id}/subscriptions", id: "attachSubscriptionTypeToContact", handler: attachToContact),
    .delete(
      "/contacts/{contact_id}/subscriptions/{id}", id: "detachSubscriptionTypeToContact", handler: detachFromContact),
  ]

  static let model = Model(
    name: "subscription_type", collection: "subscription_types", ids: .sequence(from: 1),
    fields: [
      .type("subscription"), .string("id"), .string("state", initial: "live", oneOf: ["live", "draft", "archived"]),
      .string("consent_type", initial: "opt_out", oneOf: ["opt_in", "opt_out"]),
      .model("default_translation", of: translation), .models("translations", of: translation), .array("content_types"),
    ])

  private static let translation = Model(
    name: "translation", fields: [.string("name"), .string("description"), .string("locale")])

  static let models = [Subscriptions.model]

  // MARK: Behaviour

  static func listForContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    return try listing.reply(with: Subscriptions.types(chosenBy: contact.id, in: call.workspace), in: call)
  }

  /// Unknown: whether a draft or archived type can be chosen (here it can), and what `opt_in` to an opt-out type does,
  /// or the reverse (here the contact keeps the default).
  static func attachToContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    let id = try call.body.required("id", as: .any)
    guard let type = id.asID.flatMap({ call.workspace[model][$0] }) else {
      throw APIError.notFound(for: model)
    }
    let consent = try call.body.required("consent_type", as: .choice(of: ["opt_in", "opt_out"]))
    Subscriptions.setConsent(consent, toType: type.id, for: contact.id, in: call)
    return .ok(type)
  }

  /// Unknown: Intercom's answer if the contact has made no such choice; here the same as for a missing type.
  static func detachFromContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    let type = try call.find(model)
    guard let choice = Subscriptions.find(type: type.id, of: contact.id, in: call.workspace) else {
      throw APIError.notFound(for: model)
    }
    call.workspace[Subscriptions.model].remove(id: choice.id)
    return .ok(type)
  }
}

/// The choice of a contact for a subscription type.
enum Subscriptions {
  static let model = Model(
    name: "subscription", collection: "subscriptions", ids: .sequence(from: 1),
    references: [
      // A contact that has made a choice of its own keeps it.
      Reference(
        "contact_id", to: "contacts", onDelete: .cascade, onMerge: .followUnlessEqual(field: "subscription_type_id")),
      Reference("subscription_type_id", to: "subscription_types"),
    ],
    fields: [
      .string("id"), .string("contact_id", options: .indexed), .string("subscription_type_id"),
      .string("consent_type", oneOf: ["opt_in", "opt_out"]),
    ])

  private static let list = EmbeddedList(
    type: "subscription", entryPath: "/subscription_types/", listPath: "/subscriptions")

  static func subscriptions(of contact: String, in workspace: Workspace) -> [Record] {
    workspace[model].records(in: "contact_id", under: contact)
  }

  static func writeOptedIn(of contact: Record, in call: Call, to writer: inout JSONWriter) {
    write(consent: "opt_in", of: contact, in: call, to: &writer)
  }

  static func writeOptedOut(of contact: Record, in call: Call, to writer: inout JSONWriter) {
    write(consent: "opt_out", of: contact, in: call, to: &writer)
  }

  private static func write(consent: String, of contact: Record, in call: Call, to writer: inout JSONWriter) {
    let id = contact.id
    guard !call.workspace[model].isEmpty(in: "contact_id", under: id) else {
      return list.writeEmpty(of: id, to: &writer)
    }
    let types = types(chosenBy: id, in: call.workspace).filter { $0["consent_type"].string == consent }
    list.write(types.map(\.id), of: id, to: &writer)
  }

  /// The opt-out types that a contact opted out of, and the opt-in types that it opted in to. A choice that equals the
  /// default is not shown.
  static func types(chosenBy contact: String, in workspace: Workspace) -> [Record] {
    subscriptions(of: contact, in: workspace).compactMap { choice in
      let type = choice["subscription_type_id"].string.flatMap { workspace[SubscriptionTypes.model][$0] }
      return type?["consent_type"] == choice["consent_type"] ? type : nil
    }
  }

  /// Returns the choice of a contact for a type; nil if there is none.
  static func find(type: String, of contact: String, in workspace: Workspace) -> Record? {
    subscriptions(of: contact, in: workspace).first { $0["subscription_type_id"].string == type }
  }

  /// Stores the choice of a contact for a type; replaces an earlier choice.
  static func setConsent(_ consent: String, toType type: String, for contact: String, in call: Call) {
    var choice = find(type: type, of: contact, in: call.workspace) ?? model.blank()
    if choice.id.isEmpty { choice["id"] = .json(call.workspace.nextID(for: model)) }
    choice["contact_id"] = .string(contact)
    choice["subscription_type_id"] = .string(type)
    choice["consent_type"] = .string(consent)
    call.workspace[model].insert(choice)
  }
}
