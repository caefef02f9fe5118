import API
import JSON
import Store

/// Subscription types: what contacts may say yes or no to; made in the product, chosen here.
enum SubscriptionTypes: Resource {
  static let operations: [Operation] = [
    .get("/subscription_types", "listSubscriptionTypes", list),
    .get("/contacts/{contact_id}/subscriptions", "listSubscriptionsForAContact", listOfContact),
    .post("/contacts/{contact_id}/subscriptions", "attachSubscriptionTypeToContact", attachToContact),
    .delete("/contacts/{contact_id}/subscriptions/{id}", "detachSubscriptionTypeToContact", detachFromContact),
  ]

  static let model = Model(
    "subscription_type", collection: "subscription_types", ids: .sequence(from: 1),
    [
      .type("subscription"), .string("id"), .string("state", initial: "live", oneOf: ["live", "draft", "archived"]),
      .string("consent_type", initial: "opt_out", oneOf: ["opt_in", "opt_out"]),
      .model("default_translation", translation), .models("translations", translation), .array("content_types"),
    ])

  private static let translation = Model(
    "translation", [.string("name"), .string("description"), .string("locale")])

  static let models = [Subscriptions.model]

  // MARK: Behaviour

  static func listOfContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call, "contact_id")
    return try listing.reply(Subscriptions.types(chosenBy: contact.id, call.workspace), call)
  }

  /// Unknown: whether a draft or an archived type can be chosen, and what `opt_in` to an opt-out type does, or the
  /// reverse; here the first is allowed, and the second keeps the contact as it is by default.
  static func attachToContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call, "contact_id")
    guard let id = call.body["id"], !id.isNull else { throw APIError.parameterMissing("id is a required parameter") }
    guard let type = (id.string ?? id.integral.map(String.init)).flatMap({ call.workspace[model][$0] }) else {
      throw APIError.notFound(model)
    }
    Subscriptions.choose(try consent(call), of: type.id, for: contact.id, call)
    return .ok(type)
  }

  private static func consent(_ call: Call) throws -> String {
    guard let json = call.body["consent_type"], !json.isNull else {
      throw APIError.parameterMissing("consent_type is a required parameter")
    }
    guard let consent = json.string, ["opt_in", "opt_out"].contains(consent) else {
      throw APIError.parameterInvalid("consent_type must be one of opt_in, opt_out")
    }
    return consent
  }

  /// Unknown: what Intercom says when the contact made no such choice; here what it says of a type that is not there.
  static func detachFromContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call, "contact_id")
    let type = try call.find(model)
    guard let choice = Subscriptions.find(type.id, of: contact.id, call.workspace) else {
      throw APIError.notFound(model)
    }
    call.workspace[Subscriptions.model].remove(choice.id)
    return .ok(type)
  }
}
