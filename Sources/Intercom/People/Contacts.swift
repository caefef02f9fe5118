import API
import JSON
import Store

/// Contacts: the people who use your product ("users") or may one day ("leads").
enum Contacts: Resource {
  static let operations: [Operation] = [
    .get("/contacts", "listContacts", list),
    .post("/contacts", "createContact", takes: "create_contact_request", create),
    .post("/contacts/search", "searchContacts", search),
    .post("/contacts/merge", "mergeContact", takes: "merge_contacts_request", merge),
    .post("/contacts/merge/preview", "previewMergeContact", previewMerge, .since(.preview)),
    .post("/contacts/bulk", "bulkCreateContacts", bulkCreate, .since(.preview)),
    .put("/contacts/bulk", "bulkUpdateContacts", bulkUpdate, .since(.preview)),
    .post("/contacts/bulk/delete", "bulkDeleteContacts", bulkDelete, .since(.preview)),
    .get("/contacts/bulk/{id}", "showBulkUpdateContactsJob", bulkJob, .since(.preview)),
    .get("/contacts/activities", "listContactActivities", ContactActivities.list, .since(.preview)),
    .get(
      "/contacts/find_by_external_id/{external_id}", "showContactByExternalId", retrieveByExternalID, .since(.v2_13)),
    .get("/contacts/{id}", "showContact", retrieve),
    .put("/contacts/{id}", "updateContact", takes: "update_contact_request", update),
    .delete("/contacts/{id}", "deleteContact", delete),
    .post("/contacts/{id}/archive", "archiveContact", archive),
    .post("/contacts/{id}/unarchive", "unarchiveContact", unarchive),
    .post("/contacts/{id}/block", "blockContact", block, .since(.v2_13)),
    .get("/contacts/{id}/merge_history", "listContactMergeHistory", mergeHistory, .since(.v2_16)),
  ]

  static let model = Model(
    "contact", collection: "contacts", ids: .objectID, notFound: Model.NotFound("not_found", "User Not Found"),
    references: [
      Reference("owner_id", to: "admins"), Reference("company_ids", to: "companies"),
      Reference("segment_ids", to: "segments"),
    ],
    isOrderedByID: false, isListed: { $0["archived"] != true }, indexes: [emailIndex, memberIndex], fields)

  /// People are found by e-mail whatever its case.
  private static let emailIndex = CollectionDefinition.Index("email") { contact in
    contact["email"].string.map { [TextFolding.folded($0)] } ?? []
  }

  /// The companies of contacts that lists show.
  private static let memberIndex = CollectionDefinition.Index("member_of") { contact in
    contact["archived"] == true ? [] : contact["company_ids"].strings
  }

  static let models = [ContactMerges.model, ContactActivities.model]

  static let listing = Listing.cursor(perPage: 10, order: ListOrder("created_at", descending: false))

  static let searching = Searching(searchFields, listing: .cursor(perPage: 50, order: listing.order))

  static let deleted = "contact_deleted"
  static let archived = "contact_archived"

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    let contact = try new(call.body, call)
    call.workspace[model].insert(contact)
    ContactActivities.record("contact.created", of: contact, call)
    return .ok(contact)
  }

  /// A checked contact that is not stored yet.
  static func new(_ body: JSONObject, _ call: Call) throws -> Record {
    guard ["email", "external_id", "role"].contains(where: { !(body[$0] ?? .null).isNull }) else {
      throw APIError.parameterMissing("email, external_id or role is a required parameter")
    }
    var contact = try model.make(from: normalised(body, call), call)
    try CustomAttributes.write(body["custom_attributes"], to: &contact, of: .contact, call)
    try refuseTwin(of: contact, call)
    return contact
  }

  static func retrieve(_ call: Call) throws -> Reply {
    .ok(try find(call))
  }

  static func retrieveByExternalID(_ call: Call) throws -> Reply {
    let externalID = call.parameter("external_id")
    let contact = call.workspace[model].records(in: "external_id", under: externalID).first {
      $0["role"] == "user" && $0["archived"] != true
    }
    if let contact { return .ok(contact) }
    throw ContactMerges.refusal(externalID: externalID, call) ?? .notFound(model)
  }

  static func update(_ call: Call) throws -> Reply {
    let before = try find(call)
    let contact = try changed(before, call.body, call)
    call.workspace[model].replace(contact)
    if contact["role"] != before["role"] { ContactActivities.record("contact.role_updated", of: contact, call) }
    return .ok(contact)
  }

  /// A contact with the members of a body written to it, checked and not stored yet.
  static func changed(_ before: Record, _ body: JSONObject, _ call: Call) throws -> Record {
    var contact = before
    try model.write(normalised(body, call), to: &contact, call)
    try CustomAttributes.write(body["custom_attributes"], to: &contact, of: .contact, call)
    try refuseTwin(of: contact, call)
    return contact
  }

  static func delete(_ call: Call) throws -> Reply {
    let contact = try find(call)
    remove(contact, call)
    ContactActivities.record("contact.deleted", of: contact, call)
    return .ok(summary(contact, deleted, "deleted", true))
  }

  /// Takes a contact out with all that hangs on it.
  static func remove(_ contact: Record, _ call: Call) {
    for note in call.workspace[Notes.model].records(in: "contact_id", under: contact.id) {
      call.workspace[Notes.model].remove(note.id)
    }
    for subscription in call.workspace[Subscriptions.model].records(in: "contact_id", under: contact.id) {
      call.workspace[Subscriptions.model].remove(subscription.id)
    }
    for banner in call.workspace[Banners.model].records(in: "contact_id", under: contact.id) {
      call.workspace[Banners.model].remove(banner.id)
    }
    Taggings.removeAll(from: contact.id, call)
    DataEvents.removeAll(of: contact.id, call)
    Conversations.forget(contact: contact.id, call)
    Links.move(contact: contact.id, to: nil, call)
    Tickets.move(from: contact.id, to: nil, call)
    call.workspace[model].remove(contact.id)
  }

  static func archive(_ call: Call) throws -> Reply {
    try setArchived(true, call)
  }

  static func unarchive(_ call: Call) throws -> Reply {
    try setArchived(false, call)
  }

  private static func setArchived(_ flag: Bool, _ call: Call) throws -> Reply {
    var contact = try find(call)
    contact["archived"] = .boolean(flag)
    contact["updated_at"] = .integer(call.now)
    call.workspace[model].replace(contact)
    return .ok(summary(contact, archived, "archived", flag))
  }

  static func block(_ call: Call) throws -> Reply {
    var contact = try find(call)
    contact["blocked"] = true
    call.workspace[model].replace(contact)
    Conversations.closeAll(of: contact.id, call)
    return .ok(
      .json([
        "type": "contact", "id": .string(contact.id), "external_id": contact["external_id"].stored ?? .null,
        "blocked": true,
      ]))
  }

  // MARK: Shared

  /// The contact that the path names. One that was merged away answers as the version does.
  static func find(_ call: Call, _ parameter: String = "id") throws -> Record {
    let id = call.parameter(parameter)
    if let contact = call.workspace[model][id] { return contact }
    throw ContactMerges.refusal(id: id, call) ?? .notFound(model)
  }

  private static func summary(_ contact: Record, _ shape: String, _ key: String, _ flag: Bool) -> Node {
    .shape(
      shape,
      [
        "id": .string(contact.id), "external_id": contact["external_id"].stored ?? .null, "type": "contact",
        key: .boolean(flag),
      ])
  }

  /// A body in the form that is kept: an avatar is sent as a URL and shown as an object, a language that is none is null.
  private static func normalised(_ body: JSONObject, _ call: Call) throws -> JSONObject {
    var body = body
    try checkVerification(body)
    if let url = body["avatar"]?.string { body["avatar"] = ["type": "avatar", "image_url": .string(url)] }
    if let language = body["language_override"]?.string, !Languages.isCode(language) {
      body["language_override"] = .null
    }
    if let owner = body["owner_id"], !owner.isNull {
      let id = owner.string ?? owner.integral.map(String.init) ?? ""
      guard call.workspace[Admins.model][id] != nil else {
        throw APIError.parameterInvalid("The owner specified is not a member of the workspace")
      }
      body["owner_id"] = .string(id)
    }
    return body
  }

  /// That an address is verified is said together with the address (errors.md, 4). Nothing shows it.
  ///
  /// Unknown: the words.
  private static func checkVerification(_ body: JSONObject) throws {
    guard let flag = body["email_verified"], !flag.isNull else { return }
    guard flag.boolean != nil else { throw APIError.parameterInvalid("email_verified must be a boolean") }
    guard !(body["email"] ?? .null).isNull else {
      throw APIError.parameterInvalid("email_verified can only be set together with email")
    }
  }

  /// External ids are unique, e-mail addresses among users; the message is what clients read the id from.
  private static func refuseTwin(of contact: Record, _ call: Call) throws {
    guard let twin = twin(of: contact, call) else { return }
    let kind = twin["archived"] == true ? "An archived" : "A"
    throw APIError.conflict("\(kind) contact matching those details already exists with id=\(twin.id)")
  }

  static func twin(of contact: Record, _ call: Call) -> Record? {
    let contacts = call.workspace[model]
    if let key = contact["external_id"].string, !key.isEmpty {
      if let twin = contacts.records(in: "external_id", under: key).first(where: { $0.id != contact.id }) {
        return twin
      }
    }
    guard contact["role"] == "user", let email = contact["email"].string, !email.isEmpty else { return nil }
    return contacts.records(in: "email", under: TextFolding.folded(email)).first {
      $0.id != contact.id && $0["role"] == "user"
    }
  }
}

extension Contacts {
  /// In the order that was recorded.
  static let fields: [Field] = [
    .type("contact"),
    .string("id"),
    .written("workspace_id", Profile.writeID),
    .string("external_id", [.writable, .indexed]),
    .string("role", .writable, initial: "user", oneOf: ["user", "lead"]),
    .string("email", .writable),
    .written("email_domain", writeDomain),
    .string("phone", .writable),
    .derived("formatted_phone", formattedPhone),
    .string("name", .writable),
    .model("avatar", avatar, .writable),
    .string("owner_id", .writable),
    .model("social_profiles", socialProfiles, initial: [:]),
    .boolean("has_hard_bounced", initial: false),
    .boolean("marked_email_as_spam", initial: false),
    .boolean("unsubscribed_from_emails", .writable, initial: false),
    .timestamp("created_at", .ordered),
    .timestamp("updated_at", .ordered),
    .timestamp("signed_up_at", .writable),
    .timestamp("last_seen_at", .writable),
    .timestamp("last_replied_at"),
    .timestamp("last_contacted_at"),
    .timestamp("last_email_opened_at"),
    .timestamp("last_email_clicked_at"),
    .string("language_override", .writable),
    .string("browser"), .string("browser_version"), .string("browser_language"), .string("os"),
    .model("location", location, initial: [:]),
    .string("android_app_name"), .string("android_app_version"), .string("android_device"),
    .string("android_os_version"), .string("android_sdk_version"), .timestamp("android_last_seen_at"),
    .string("ios_app_name"), .string("ios_app_version"), .string("ios_device"),
    .string("ios_os_version"), .string("ios_sdk_version"), .timestamp("ios_last_seen_at"),
    .object("custom_attributes").shown(CustomObjectReferences.shown("custom_attributes", of: .contact)),
    .written("tags", Taggings.writeList),
    .written("notes", Notes.writeList),
    .written("companies", Companies.writeList),
    .written("opted_out_subscription_types", Subscriptions.writeOptedOut),
    .written("opted_in_subscription_types", Subscriptions.writeOptedIn),
    .string("utm_campaign"), .string("utm_content"), .string("utm_medium"), .string("utm_source"), .string("utm_term"),
    .string("referrer"),
    .boolean("enabled_push_messaging"),
    .derived("merge_history", ContactMerges.history),
    .array("company_ids", [.hidden, .indexed]),
    .array("segment_ids", [.hidden, .indexed]),
    .boolean("archived", .hidden, initial: false),
    .boolean("blocked", .hidden, initial: false),
  ]

  static let avatar = Model("avatar", [.type("avatar"), .string("image_url")])

  static let location = Model(
    "contact_location",
    [
      .type("location"), .string("country"), .string("region"), .string("city"), .string("country_code"),
      .string("continent_code"),
    ])

  static let socialProfiles = Model(
    "contact_social_profiles", [.type("list"), .models("data", socialProfile)])

  static let socialProfile = Model(
    "social_profile", [.type("social_profile"), .string("name"), .string("url")])

  // Every contact of a list asks for these.
  private static let emailSlot = model.schema.slot("email") ?? 0
  static let companiesSlot = model.schema.slot("company_ids") ?? 0

  private static func writeDomain(_ contact: Record, _ call: Call, _ writer: inout JSONWriter) {
    let isDone: Void? = contact[slot: emailSlot].string?.utf8.withContiguousStorageIfAvailable { email in
      guard let at = email.lastIndex(of: UInt8(ascii: "@")) else { return writer.writeNull() }
      writer.write(string: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(email)[(at + 1)...]))
    }
    if isDone == nil { writer.writeNull() }
  }

  static func domain(of contact: Record) -> String? {
    guard let email = contact["email"].string, let at = email.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    return String(email[email.utf8.index(after: at)...])
  }

  /// Unknown: Intercom's own formatting; here the number as it was sent.
  private static func formattedPhone(_ contact: Record, _ call: Call) -> Node? {
    .string(contact["phone"].string)
  }
}

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

extension Contacts {
  /// search.md, 4.
  static let searchFields: [SearchField] = [
    .text("id", index: "id"), .text("role"), .text("name"), .text("avatar", at: "avatar.image_url"),
    .text("owner_id"), .text("email", index: "email", foldsIndex: true),
    .text("email_domain", from: domain), .text("phone"),
    .text("formatted_phone", at: "phone", .since(.v2_16)),
    .text("external_id", index: "external_id"),
    .date("created_at"), .date("signed_up_at"), .date("updated_at"), .date("last_seen_at"),
    .date("last_contacted_at"), .date("last_replied_at"), .date("last_email_opened_at"),
    .date("last_email_clicked_at"),
    .text("language_override"), .text("browser"), .text("browser_language"), .text("os"),
    .text("location.country"), .text("location.region"), .text("location.city"),
    .boolean("unsubscribed_from_emails"), .boolean("marked_email_as_spam"), .boolean("has_hard_bounced"),
    .date("ios_last_seen_at"), .text("ios_app_version"), .text("ios_device"), .text("ios_app_device", at: "ios_device"),
    .text("ios_os_version"), .text("ios_app_name"), .text("ios_sdk_version"),
    .date("android_last_seen_at"), .text("android_app_version"), .text("android_device"), .text("android_app_name"),
    // Misspelt in every version.
    .text("andoid_sdk_version", at: "android_sdk_version"),
    .ids("segment_id") { id, workspace in workspace[model].rows(in: "segment_ids", under: id) },
    .ids("tag_id", Taggings.contacts),
    .attributes("custom_attributes", attributeTime),
  ]

  private static func attributeTime(_ name: String, _ call: Call) -> SearchField.AttributeTime? {
    switch DataAttributes.defined(name, of: "contact", call)?["data_type"].string {
    case "date": .day
    case "datetime": .time
    default: nil
    }
  }

  static func search(_ call: Call) throws -> Reply {
    try searching.reply(call.workspace[model], among: notArchived, listing, call)
  }

  /// Archived contacts are hidden until they come back. Unknown: whether the real search shows them.
  private static let notArchived = Predicate.not(
    .column(.field(-1), .number { $0["archived"] == true ? 1 : nil }, .present))
}
