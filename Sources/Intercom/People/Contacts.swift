import API
import JSON
import Store

/// Contacts: the people who use a product (`user`) or may use it later (`lead`).
enum Contacts: Resource {
  static let operations: [Operation] = [
    .get("/contacts", id: "listContacts", handler: list),
    .post("/contacts", id: "createContact", requestSchema: "create_contact_request", handler: create),
    .post("/contacts/search", id: "searchContacts", kind: .search, slicedHandler: search),
    .post("/contacts/merge", id: "mergeContact", requestSchema: "merge_contacts_request", handler: merge),
    .post("/contacts/merge/preview", id: "previewMergeContact", handler: previewMerge, available: .since(.preview)),
    .post("/contacts/bulk", id: "bulkCreateContacts", handler: bulkCreate, available: .since(.preview)),
    .put("/contacts/bulk", id: "bulkUpdateContacts", handler: bulkUpdate, available: .since(.preview)),
    .post("/contacts/bulk/delete", id: "bulkDeleteContacts", handler: bulkDelete, available: .since(.preview)),
    .get("/contacts/bulk/{id}", id: "showBulkUpdateContactsJob", handler: retrieveBulkJob, available: .since(.preview)),
    .get(
      "/contacts/activities", id: "listContactActivities", handler: ContactActivities.list, available: .since(.preview)),
    .get(
      "/contacts/find_by_external_id/{external_id}", id: "showContactByExternalId", handler: retrieveByExternalID,
      available: .since(.v2_13)),
    .get("/contacts/{id}", id: "showContact", handler: retrieve),
    .put("/contacts/{id}", id: "updateContact", requestSchema: "update_contact_request", handler: update),
    .delete("/contacts/{id}", id: "deleteContact", handler: delete),
    .post("/contacts/{id}/archive", id: "archiveContact", handler: archive),
    .post("/contacts/{id}/unarchive", id: "unarchiveContact", handler: unarchive),
    .post("/contacts/{id}/block", id: "blockContact", handler: block, available: .since(.v2_13)),
    .get(
      "/contacts/{id}/merge_history", id: "listContactMergeHistory", handler: listMergeHistory,
      available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "contact", collection: "contacts", ids: .objectID,
    notFound: Model.NotFound(code: "not_found", message: "User Not Found"),
    references: [
      Reference("owner_id", to: "admins"), Reference("company_ids", to: "companies", onDelete: .remove),
      Reference("segment_ids", to: "segments"),
    ],
    isOrderedByID: false, isListed: { $0["archived"] != true },
    indexes: [emailIndex, memberIndex, segmentMemberIndex, .caseVariants(of: "id"), .caseVariants(of: "external_id")],
    completion: completeLead,
    fields: fields)

  /// Gives a lead without an external id a UUID (recorded; Documentation.docc/People-and-Companies.md, "Contacts").
  private static let completeLead: @Sendable (inout Record, Workspace) -> Void = { contact, workspace in
    guard contact["role"] == "lead", contact["external_id"].isEmpty else { return }
    contact["external_id"] = .string(workspace.ids.uuid())
  }

  /// E-mail addresses are compared without case.
  private static let emailIndex = CollectionDefinition.Index(name: "email") { contact in
    contact["email"].string.map { [CaseFolding.folded($0)] } ?? []
  }

  /// Contacts by segment, without archived contacts.
  private static let segmentMemberIndex = CollectionDefinition.Index(name: "in_segment") { contact in
    contact["archived"] == true ? [] : contact["segment_ids"].strings
  }

  /// Contacts by company, without archived contacts.
  private static let memberIndex = CollectionDefinition.Index(name: "member_of") { contact in
    contact["archived"] == true ? [] : contact["company_ids"].strings
  }

  static let models = [ContactMerges.model, ContactActivities.model]

  static let listing = Listing.cursor(perPage: 10, order: ListOrder(name: "created_at", descending: false))

  static let searchDefinition = SearchDefinition(
    fields: searchFields, listing: .cursor(perPage: 50, order: listing.order))

  static let deletedShape = "contact_deleted"
  static let archivedShape = "contact_archived"

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    let contact = try makeContact(from: call.body, in: call)
    call.workspace[model].insert(contact)
    ContactActivities.record("contact.created", of: contact, in: call)
    return .ok(contact)
  }

  /// Creates a contact from a body without storing it. Throws if a member is invalid or another contact has the same
  /// identifiers.
  static func makeContact(from body: JSONObject, in call: Call) throws -> Record {
    guard ["email", "external_id", "role"].contains(where: { !(body[$0] ?? .null).isNull }) else {
      throw APIError.parameterMissing("email, external_id or role is a required parameter")
    }
    var contact = try model.makeRecord(from: normalised(body, in: call), in: call)
    try CustomAttributes.write(body["custom_attributes"], to: &contact, of: .contact, in: call)
    model.complete(&contact, in: call.workspace)
    try checkUniqueness(of: contact, in: call)
    return contact
  }

  static func retrieve(in call: Call) throws -> Reply {
    .ok(try find(in: call))
  }

  static func retrieveByExternalID(in call: Call) throws -> Reply {
    let externalID = call.pathParameter("external_id")
    let contact = call.workspace[model].records(in: "external_id", under: externalID).first {
      $0["role"] == "user" && $0["archived"] != true
    }
    if let contact { return .ok(contact) }
    throw ContactMerges.mergedError(externalID: externalID, in: call) ?? .notFound(for: model)
  }

  static func update(in call: Call) throws -> Reply {
    let before = try find(in: call)
    let contact = try updated(before, with: call.body, in: call)
    call.workspace[model].replace(contact)
    if contact["role"] != before["role"] { ContactActivities.record("contact.role_updated", of: contact, in: call) }
    return .ok(contact)
  }

  /// Returns a copy of a contact with the members of a body applied; stores nothing. Throws like `makeContact`.
  static func updated(_ before: Record, with body: JSONObject, in call: Call) throws -> Record {
    var contact = before
    try model.write(normalised(body, in: call), to: &contact, in: call)
    try CustomAttributes.write(body["custom_attributes"], to: &contact, of: .contact, in: call)
    if before["role"] != "lead" { model.complete(&contact, in: call.workspace) }
    try checkUniqueness(of: contact, in: call)
    return contact
  }

  static func delete(in call: Call) throws -> Reply {
    let contact = try find(in: call)
    call.delete(contact, of: model)
    ContactActivities.record("contact.deleted", of: contact, in: call)
    return .ok(summary(of: contact, shape: deletedShape, flag: "deleted", value: true))
  }

  static func archive(in call: Call) throws -> Reply {
    try setArchived(true, in: call)
  }

  static func unarchive(in call: Call) throws -> Reply {
    try setArchived(false, in: call)
  }

  private static func setArchived(_ flag: Bool, in call: Call) throws -> Reply {
    var contact = try find(in: call)
    contact["archived"] = .boolean(flag)
    contact["updated_at"] = .integer(call.now)
    call.workspace[model].replace(contact)
    return .ok(summary(of: contact, shape: archivedShape, flag: "archived", value: flag))
  }

  static func block(in call: Call) throws -> Reply {
    var contact = try find(in: call)
    contact["blocked"] = true
    call.workspace[model].replace(contact)
    Conversations.closeAll(of: contact.id, in: call)
    return .ok(
      .json([
        "type": "contact", "id": .string(contact.id), "external_id": contact["external_id"].json ?? .null,
        "blocked": true,
      ]))
  }

  // MARK: Shared

  /// Returns the contact in the path, also an archived one. Throws 404 for an unknown contact, and 410 or 404 for a merged one, depending on
  /// the version.
  static func find(in call: Call, parameter: String = "id") throws -> Record {
    // Unknown: whether an archived contact is found; versions before those of this server did not find it.
    let id = call.pathParameter(parameter)
    if let contact = call.workspace[model][id] { return contact }
    throw ContactMerges.mergedError(id: id, in: call) ?? .notFound(for: model)
  }

  private static func summary(of contact: Record, shape: String, flag key: String, value flag: Bool) -> Node {
    .shape(
      shape,
      [
        "id": .string(contact.id), "external_id": contact["external_id"].json ?? .null, "type": "contact",
        key: .boolean(flag),
      ])
  }

  /// Converts a body to the stored form: an invalid language becomes null.
  private static func normalised(_ body: JSONObject, in call: Call) throws -> JSONObject {
    var body = body
    try checkEmailVerified(of: body)
    if let language = body["language_override"]?.string, !Languages.isCode(language) {
      body["language_override"] = .null
    }
    if let owner = body["owner_id"], !owner.isNull {
      let id = owner.asID ?? ""
      guard call.workspace[Admins.model][id] != nil else {
        throw APIError.parameterInvalid("The owner specified is not a member of the workspace")
      }
      body["owner_id"] = .string(id)
    }
    return body
  }

  /// `email_verified` must be sent together with `email` (Documentation.docc/Errors.md, "Documented errors"). No answer
  /// shows it.
  ///
  /// Unknown: the wording.
  private static func checkEmailVerified(of body: JSONObject) throws {
    guard try body.optional("email_verified", as: .boolean) != nil else { return }
    guard !(body["email"] ?? .null).isNull else {
      throw APIError.parameterInvalid("email_verified can only be set together with email")
    }
  }

  /// External ids are unique; e-mail addresses are unique among users. Clients read the id from the message.
  private static func checkUniqueness(of contact: Record, in call: Call) throws {
    guard let existing = duplicate(of: contact, in: call) else { return }
    let kind = existing["archived"] == true ? "An archived" : "A"
    throw APIError.conflict("\(kind) contact matching those details already exists with id=\(existing.id)")
  }

  static func duplicate(of contact: Record, in call: Call) -> Record? {
    let contacts = call.workspace[model]
    if let key = contact["external_id"].string, !key.isEmpty {
      if let existing = contacts.records(in: "external_id", under: key).first(where: { $0.id != contact.id }) {
        return existing
      }
    }
    guard contact["role"] == "user", let email = contact["email"].string, !email.isEmpty else { return nil }
    return contacts.records(in: "email", under: CaseFolding.folded(email)).first {
      $0.id != contact.id && $0["role"] == "user"
    }
  }
}

extension Contacts {
  /// In the recorded order.
  static let fields: [Field] = [
    .type("contact"),
    .string("id"),
    .written("workspace_id", with: WorkspaceProfile.writeID),
    .string("external_id", options: [.writable, .indexed]),
    .string("role", options: .writable, initial: "user", oneOf: ["user", "lead"]),
    .string("email", options: .writable),
    .written("email_domain", with: writeEmailDomain),
    .string("phone", options: .writable),
    .derived("formatted_phone", from: formattedPhone),
    .string("name", options: .writable),
    .string("avatar", options: .writable),
    .string("owner_id", options: .writable),
    .model("social_profiles", of: socialProfiles, initial: [:]),
    .boolean("has_hard_bounced", initial: false),
    .boolean("marked_email_as_spam", initial: false),
    .boolean("unsubscribed_from_emails", options: .writable, initial: false),
    .timestamp("created_at", options: .ordered),
    .timestamp("updated_at", options: .ordered),
    .timestamp("signed_up_at", options: .writable),
    .timestamp("last_seen_at", options: .writable),
    .timestamp("last_replied_at"),
    .timestamp("last_contacted_at"),
    .timestamp("last_email_opened_at"),
    .timestamp("last_email_clicked_at"),
    .string("language_override", options: .writable),
    .string("browser"), .string("browser_version"), .string("browser_language"), .string("os"),
    .model("location", of: location, initial: [:]),
    .string("android_app_name"), .string("android_app_version"), .string("android_device"),
    .string("android_os_version"), .string("android_sdk_version"), .timestamp("android_last_seen_at"),
    .string("ios_app_name"), .string("ios_app_version"), .string("ios_device"),
    .string("ios_os_version"), .string("ios_sdk_version"), .timestamp("ios_last_seen_at"),
    .object("custom_attributes").shown(CustomObjectReferences.rendering(field: "custom_attributes", of: .contact)),
    .written("tags", with: Taggings.writeList),
    .written("notes", with: Notes.writeList),
    .written("companies", with: Companies.writeList),
    .written("opted_out_subscription_types", with: Subscriptions.writeOptedOut),
    .written("opted_in_subscription_types", with: Subscriptions.writeOptedIn),
    .string("utm_campaign"), .string("utm_content"), .string("utm_medium"), .string("utm_source"), .string("utm_term"),
    .string("referrer"),
    .boolean("sms_consent", initial: false), .boolean("unsubscribed_from_sms", initial: false),
    .boolean("enabled_push_messaging"),
    .derived("merge_history", from: ContactMerges.history),
    .array("company_ids", options: [.hidden, .indexed]),
    .array("segment_ids", options: [.hidden, .indexed]),
    .boolean("archived", options: .hidden, initial: false),
    .boolean("blocked", options: .hidden, initial: false),
  ]

  static let location = Model(
    name: "contact_location",
    fields: [
      .type("location"), .string("country"), .string("region"), .string("city"), .string("country_code"),
      .string("continent_code"),
    ])

  static let socialProfiles = Model(
    name: "contact_social_profiles", fields: [.type("list"), .models("data", of: socialProfile)])

  static let socialProfile = Model(
    name: "social_profile", fields: [.type("social_profile"), .string("name"), .string("url")])

  // Read for every contact of a list.
  private static let emailSlot = model.schema.slot(named: "email") ?? 0
  static let companiesSlot = model.schema.slot(named: "company_ids") ?? 0

  private static func writeEmailDomain(of contact: Record, in call: Call, to writer: inout JSONWriter) {
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

  /// Unknown: Intercom's formatting; here the number is shown as it was sent.
  private static func formattedPhone(of contact: Record, in call: Call) -> Node? {
    .string(contact["phone"].string)
  }
}

extension Contacts {
  /// Returns the contact in a request, by the first member that is present: Intercom's id, `external_id` or e-mail
  /// address. Returns nil if there is no such contact, or if no member is present.
  ///
  /// - Parameters:
  ///   - id: Intercom's id
  ///   - externalID: the client's id, called `user_id` in older operations
  ///   - email: compared without case; a user is preferred to a lead
  static func lookUp(id: JSON? = nil, externalID: JSON? = nil, email: JSON? = nil, in call: Call) -> Record? {
    let contacts = call.workspace[model]
    if let id = id?.asNonEmptyID { return contacts[id] }
    if let externalID = externalID?.asNonEmptyID { return contacts.first(in: "external_id", under: externalID) }
    guard let email = email?.asNonEmptyID else { return nil }
    let found = contacts.records(in: "email", under: CaseFolding.folded(email))
    return found.first { $0["role"] == "user" } ?? found.first
  }
}

extension Contacts {
  /// The searchable fields (Documentation.docc/Search.md, "Contact fields").
  static let searchFields: [SearchField] = [
    .text("id", index: "id"), .text("role"), .text("name"), .text("avatar"),
    .identifier("owner_id"), .text("email", index: "email", foldsIndex: true),
    .text("email_domain", from: domain), .text("phone"),
    .text("formatted_phone", at: "phone", available: .since(.v2_16)),
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
    // Misspelled in every version.
    .text("andoid_sdk_version", at: "android_sdk_version"),
    .ids("segment_id") { id, workspace in .rows(workspace[model].rows(in: "segment_ids", under: id)) },
    .ids("tag_id") { id, _ in Taggings.records(ofTypes: ["contact"], tagged: id) },
    .attributes("custom_attributes", type: attributeType),
  ]

  private static func attributeType(of name: String, in workspace: Workspace) -> SearchAttribute.Kind? {
    if CustomObjectTypes.identifier(of: name, owner: .contact, in: workspace) != nil { return .list }
    let kind = DataAttributes.searchKind(of: name, model: "contact", in: workspace)
    // Dates are compared by calendar day in every version.
    return kind == .time && DataAttributes.type(of: name, model: "contact", in: workspace) == "date" ? .day : kind
  }

  static func search(in call: Call) throws -> SlicedWork<Reply> {
    try searchDefinition.reply(with: call.workspace[model], among: notArchived, listing: listing, in: call)
  }

  /// Searches do not find archived contacts. Unknown: whether Intercom's search does.
  private static let notArchived = Predicate.not(isArchived)

  static let isArchived = Predicate.column(.field(-1), .number { $0["archived"] == true ? 1 : nil }, .present)
}
