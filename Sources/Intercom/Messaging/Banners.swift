import API
import JSON
import Store

/// Banners that a contact sees outside the Messenger. The API lists and dismisses them, but cannot create them.
enum Banners: Resource {
  static let operations: [Operation] = [
    .get("/contacts/{id}/banners", id: "listContactBanners", handler: listForContact, available: .since(.v2_16)),
    .post(
      "/contacts/{id}/banners/{view_id}/dismiss", id: "dismissContactBanner", handler: dismiss,
      available: .since(.v2_16)),
  ]

  /// The view of one banner by one contact.
  static let model = Model(
    name: "banner", collection: "banners", ids: .sequence(from: 1),
    references: [Reference("contact_id", to: "contacts", onDelete: .cascade)],
    fields: [
      .type("banner"), .string("id"), .string("view_id", options: .indexed), .string("title"), .string("body"),
      .string("style", initial: "inline"), .string("position", initial: "top"),
      .boolean("show_dismiss_button", initial: true), .model("action", of: action),
      // Reserved by Intercom; always null.
      .constant("client_targeting", value: .null),
      .timestamp("created_at"), .string("contact_id", options: [.hidden, .indexed]),
      .boolean("dismissed", options: .hidden, initial: false),
      .integer("impressions", options: .hidden, initial: 0),
    ])

  /// The members depend on `type`: `label` and `target` for `url`, `reaction_set` for `reaction`, `tour_id` and
  /// `tour_url` for `product_tour`.
  private static let action = Model(
    name: "banner_action",
    fields: [
      .string("type"), .string("label", options: .sparse), .string("target", options: .sparse),
      .array("reaction_set", options: .sparse, initial: nil), .string("tour_id", options: .sparse),
      .string("tour_url", options: .sparse),
    ])

  // MARK: Behaviour

  /// Lists the contact's banners that are not dismissed, and counts an impression of each.
  static func listForContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call)
    let shown = call.workspace[model].records(in: "contact_id", under: contact.id).filter { $0["dismissed"] != true }
    for var banner in shown {
      banner["impressions"] = .integer((banner["impressions"].integer ?? 0) + 1)
      call.workspace[model].replace(banner)
    }
    return try listing.reply(with: shown, in: call)
  }

  static func dismiss(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call)
    let views = call.workspace[model].records(in: "view_id", under: call.pathParameter("view_id"))
    guard var banner = views.first(where: { $0["contact_id"].string == contact.id }) else {
      throw APIError.notFound(for: model)
    }
    if banner["dismissed"] != true {
      banner["dismissed"] = true
      call.workspace[model].replace(banner)
    }
    return .ok(
      .members(["type": "banner_dismiss", "view_id": .string(banner["view_id"].string), "dismissed": true]))
  }
}
