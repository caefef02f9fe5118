import API
import JSON
import Store

/// Visitors: anonymous people on a website. The Messenger creates them; the API reads, updates and converts them.
enum Visitors: Resource {
  static let operations: [Operation] = [
    .get("/visitors", id: "retrieveVisitorWithUserId", handler: retrieve),
    .put("/visitors", id: "updateVisitor", handler: update),
    .post("/visitors/convert", id: "convertVisitor", handler: convert),
  ]

  static let model = Model(
    name: "visitor", collection: "visitors", ids: .objectID,
    notFound: Model.NotFound(code: "not_found", message: "Visitor Not Found"),
    references: [
      Reference("owner_id", to: "admins"), Reference("company_ids", to: "companies", onDelete: .remove),
      Reference("tag_ids", to: "tags", onDelete: .remove), Reference("segment_ids", to: "segments"),
    ],
    fields: [
      .type("visitor"),
      .string("id"),
      .string("user_id", options: .indexed),
      .boolean("anonymous", initial: true),
      .string("email", options: .indexed, initial: ""),
      .string("phone"),
      .string("name", options: .writable),
      .string("pseudonym"),
      .model("avatar", of: avatar, initial: [:]),
      .written("app_id", with: WorkspaceProfile.writeID),
      .derived("companies", from: companies),
      // Empty until the visitor is located.
      .object("location_data"),
      // The description misspells it `las_request_at`; recorded answers do not.
      .timestamp("last_request_at"),
      .timestamp("created_at"),
      .timestamp("remote_created_at"),
      .timestamp("signed_up_at"),
      .timestamp("updated_at"),
      .integer("session_count", initial: 0),
      .derived("social_profiles") { visitor, _ in
        list(
          type: "social_profile", key: "social_profiles",
          texts: visitor["social_accounts"].records.compactMap { $0["url"].string })
      },
      .string("owner_id"),
      .boolean("unsubscribed_from_emails", initial: false),
      .boolean("marked_email_as_spam", initial: false),
      .boolean("has_hard_bounced", initial: false),
      .derived("tags", from: tags),
      .derived("segments") { visitor, _ in list(type: "segment", key: "segments", texts: visitor["segment_ids"].strings)
      },
      .object("custom_attributes"),
      .string("referrer"),
      .string("utm_campaign"),
      .string("utm_content"),
      .string("utm_medium"),
      .string("utm_source"),
      .string("utm_term"),
      .boolean("do_not_track"),
      .array("company_ids", options: [.hidden, .indexed]),
      .array("tag_ids", options: [.hidden, .indexed]),
      .array("segment_ids", options: .hidden),
      .models("social_accounts", of: Contacts.socialProfile, options: .hidden),
    ])

  private static let avatar = Model(name: "visitor_avatar", fields: [.type("avatar"), .string("image_url")])

  // MARK: Behaviour

  static func retrieve(in call: Call) throws -> Reply {
    .ok(
      try find(
        id: call.queryParameter("id").map(JSON.string), userID: call.queryParameter("user_id").map(JSON.string),
        in: call))
  }

  static func update(in call: Call) throws -> Reply {
    var visitor = try find(id: call.body["id"], userID: call.body["user_id"], in: call)
    try model.write(call.body, to: &visitor, in: call)
    try CustomAttributes.write(call.body["custom_attributes"], to: &visitor, of: .contact, in: call)
    call.workspace[model].replace(visitor)
    return .ok(visitor)
  }

  // MARK: Shared

  /// Returns the visitor in a request, by the first member that is present. Throws `parameter_not_found` if none is
  /// present, 404 if there is no such visitor.
  static func find(id: JSON?, userID: JSON?, email: JSON? = nil, in call: Call) throws -> Record {
    let visitors = call.workspace[model]
    let found: Record?
    if let id = id?.asNonEmptyID {
      found = visitors[id]
    } else if let userID = userID?.asNonEmptyID {
      found = visitors.first(in: "user_id", under: userID)
    } else if let email = email?.asNonEmptyID {
      found = visitors.first(in: "email", under: email)
    } else {
      throw APIError.parameterMissing("Visitor id or user_id must be supplied")
    }
    guard let found else { throw APIError.notFound(for: model) }
    return found
  }

  // MARK: Derived

  private static func companies(of visitor: Record, in call: Call) -> Node? {
    let companies = visitor["company_ids"].strings.compactMap { call.workspace[Companies.model][$0] }
    return .members(["type": "company.list", "companies": .records(companies)])
  }

  private static func tags(of visitor: Record, in call: Call) -> Node? {
    let tags = visitor["tag_ids"].strings.compactMap { call.workspace[Tags.model][$0] }
    return .members(["type": "tag.list", "tags": .records(tags)])
  }

  private static func list(type: String, key: String, texts: [String]) -> Node {
    .object([
      Node.Member(key: "type", value: .string("\(type).list")),
      Node.Member(key: key, value: .json(.array(texts.map(JSON.string)))),
    ])
  }
}

/// Conversion: a visitor becomes a user or a lead, or is merged into an existing contact
/// (Documentation.docc/People-and-Companies.md, "Visitors").
extension Visitors {
  /// Fields that a contact takes from the visitor if its own field is empty.
  private static let copiedFields = [
    "phone", "name", "owner_id", "referrer", "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term",
  ]

  static func convert(in call: Call) throws -> Reply {
    let role = try call.body.required(
      "type", as: .choice(of: ["user", "lead"]), orThrow: .parameterInvalid("type must be either user or lead"))
    let (visitor, user) = (try visitor(in: call), try user(in: call, role: role))
    let known = try existingContact(for: user, role: role, in: call)
    let contact = try known ?? makeContact(from: visitor, user: user, role: role, in: call)
    return .ok(merge(visitor, into: contact, email: user["email"]?.string, isKnown: known != nil, in: call))
  }

  /// Converts a visitor who writes a message to a lead; returns nil if there is no such visitor.
  static func convertToLead(id: String, in call: Call) throws -> Record? {
    guard let visitor = call.workspace[model][id] ?? call.workspace[model].first(in: "user_id", under: id) else {
      return nil
    }
    return merge(
      visitor, into: try makeContact(from: visitor, user: [:], role: "lead", in: call), email: nil, isKnown: false,
      in: call)
  }

  /// Copies the data of a visitor to a contact, stores the contact and deletes the visitor.
  private static func merge(
    _ visitor: Record, into contact: Record, email: String?, isKnown: Bool, in call: Call
  ) -> Record {
    var contact = contact
    setEmail(of: &contact, to: email ?? visitor["email"].string ?? "", in: call)
    copyData(from: visitor, to: &contact, in: call)
    if !isKnown {
      call.workspace[Contacts.model].insert(contact)
      ContactActivities.record("contact.created", of: contact, in: call)
    } else {
      call.workspace[Contacts.model].replace(contact)
    }
    for tag in visitor["tag_ids"].strings where call.workspace[Tags.model][tag] != nil {
      Taggings.add(tag, toType: "contact", id: contact.id, by: nil, in: call)
    }
    call.delete(visitor, of: model)
    return contact
  }

  private static func visitor(in call: Call) throws -> Record {
    let object = try call.body.required(
      "visitor", as: .object, orThrow: .parameterMissing("visitor is a required parameter"))
    return try find(id: object["id"], userID: object["user_id"], email: object["email"], in: call)
  }

  /// A lead needs no identifiers: it takes those of the visitor.
  private static func user(in call: Call, role: String) throws -> JSONObject {
    if role == "lead", (call.body["user"] ?? .null).isNull { return [:] }
    let object = try call.body.required(
      "user", as: .object, orThrow: .parameterMissing("user is a required parameter"))
    guard role == "lead" || ["id", "user_id", "email"].contains(where: { !(object[$0] ?? .null).isNull }) else {
      throw APIError.parameterMissing("user id, user_id or email is a required parameter")
    }
    return object
  }

  /// Returns the contact to merge the visitor into: the one with this id; else the one of this role with the external
  /// id; else the one of this role with the e-mail address and no other external id. Returns nil if there is none;
  /// throws 404 for an unknown id.
  private static func existingContact(for user: JSONObject, role: String, in call: Call) throws -> Record? {
    if let id = user["id"], !id.isNull {
      guard let contact = Contacts.lookUp(id: id, in: call) else { throw APIError.notFound(for: Contacts.model) }
      return contact
    }
    let externalID = user["user_id"] ?? .null
    let known = Contacts.lookUp(externalID: externalID, in: call)
    if let known, known["role"].string == role { return known }
    guard let match = Contacts.lookUp(email: user["email"], in: call), match["role"].string == role else {
      return nil
    }
    return externalID.isNull || match["external_id"].isEmpty ? match : nil
  }

  /// Recorded: the contact has the visitor's id and creation time; a user has no external id unless the request sets
  /// it. Unknown: the external id of a lead; here the visitor's `user_id`, as leads have.
  private static func makeContact(
    from visitor: Record, user: JSONObject, role: String, in call: Call
  ) throws -> Record {
    let externalID = user["user_id"] ?? (role == "lead" ? visitor["user_id"].json : nil) ?? .null
    var contact = try Contacts.makeContact(
      from: ["role": .string(role), "external_id": externalID, "email": user["email"] ?? .null], in: call)
    if call.workspace[Contacts.model][visitor.id] == nil { contact["id"] = visitor["id"] }
    contact["created_at"] = visitor["created_at"]
    contact["signed_up_at"] = visitor["signed_up_at"]
    return contact
  }

  /// Sets the e-mail address of a contact that has none, unless another user has it.
  private static func setEmail(of contact: inout Record, to email: String, in call: Call) {
    guard contact["email"].isEmpty, !email.isEmpty else { return }
    var addressed = contact
    addressed["email"] = .string(email)
    if Contacts.duplicate(of: addressed, in: call) == nil { contact = addressed }
  }

  /// Copies the visitor's data; existing values of the contact are kept.
  private static func copyData(from visitor: Record, to contact: inout Record, in call: Call) {
    for field in copiedFields where contact[field].isEmpty { contact[field] = visitor[field] }
    copyProfile(from: visitor, to: &contact)
    var attributes = visitor["custom_attributes"].object ?? [:]
    for (name, value) in contact["custom_attributes"].object ?? [:] { attributes[name] = value }
    contact["custom_attributes"] = .json(.object(attributes))
    for links in ["company_ids", "segment_ids"] {
      let own = contact[links].strings
      contact[links] = .strings(own + visitor[links].strings.filter { !own.contains($0) })
    }
    let seen = max(contact["last_seen_at"].integer ?? 0, visitor["last_request_at"].integer ?? 0)
    if seen > 0 { contact["last_seen_at"] = .integer(seen) }
    contact["updated_at"] = .integer(call.now)
  }

  /// Copies avatar, location and social profiles, which contacts and visitors store in different shapes.
  private static func copyProfile(from visitor: Record, to contact: inout Record) {
    if contact["avatar"].isEmpty, let url = visitor["avatar"].record?["image_url"].string {
      contact["avatar"] = .record(Contacts.avatar.record(from: ["image_url": .string(url)]))
    }
    let visitorLocation = visitor["location_data"].object ?? [:]
    if contact["location"].record?["country"].isEmpty ?? true, !visitorLocation.isEmpty {
      var location = Contacts.location.blank()
      for (own, theirs) in locationMembers { location[own] = .json(visitorLocation[theirs] ?? .null) }
      contact["location"] = .record(location)
    }
    let accounts = visitor["social_accounts"].records
    if contact["social_profiles"].record?["data"].records.isEmpty ?? true, !accounts.isEmpty {
      var profiles = Contacts.socialProfiles.blank()
      profiles["data"] = .records(accounts)
      contact["social_profiles"] = .record(profiles)
    }
  }

  /// Members of a contact's location, and the corresponding members of a visitor's.
  private static let locationMembers = [
    "country": "country_name", "region": "region_name", "city": "city_name", "country_code": "country_code",
    "continent_code": "continent_code",
  ]
}
