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
