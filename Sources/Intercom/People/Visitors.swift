import API
import JSON
import Store

/// Visitors: people on your site of whom nothing is known yet. The Messenger makes them; the API reads, names and
/// converts them.
enum Visitors: Resource {
  static let operations: [Operation] = [
    .get("/visitors", "retrieveVisitorWithUserId", retrieve),
    .put("/visitors", "updateVisitor", update),
    .post("/visitors/convert", "convertVisitor", convert),
  ]

  static let model = Model(
    "visitor", collection: "visitors", ids: .objectID, notFound: Model.NotFound("not_found", "Visitor Not Found"),
    references: [
      Reference("owner_id", to: "admins"), Reference("company_ids", to: "companies"), Reference("tag_ids", to: "tags"),
      Reference("segment_ids", to: "segments"),
    ],
    [
      .type("visitor"),
      .string("id"),
      .string("user_id", .indexed),
      .boolean("anonymous", initial: true),
      .string("email", .indexed, initial: ""),
      .string("phone"),
      .string("name", .writable),
      .string("pseudonym"),
      .model("avatar", avatar, initial: [:]),
      .written("app_id", Profile.writeID),
      .derived("companies", companies),
      // Empty until the visitor was located.
      .object("location_data"),
      // The description misspells it `las_request_at`; recorded answers do not.
      .timestamp("last_request_at"),
      .timestamp("created_at"),
      .timestamp("remote_created_at"),
      .timestamp("signed_up_at"),
      .timestamp("updated_at"),
      .integer("session_count", initial: 0),
      .derived("social_profiles") { visitor, _ in
        list("social_profile", "social_profiles", visitor["social_accounts"].records.compactMap { $0["url"].string })
      },
      .string("owner_id"),
      .boolean("unsubscribed_from_emails", initial: false),
      .boolean("marked_email_as_spam", initial: false),
      .boolean("has_hard_bounced", initial: false),
      .derived("tags", tags),
      .derived("segments") { visitor, _ in list("segment", "segments", visitor["segment_ids"].strings) },
      .object("custom_attributes"),
      .string("referrer"),
      .string("utm_campaign"),
      .string("utm_content"),
      .string("utm_medium"),
      .string("utm_source"),
      .string("utm_term"),
      .boolean("do_not_track"),
      .array("company_ids", [.hidden, .indexed]),
      .array("tag_ids", [.hidden, .indexed]),
      .array("segment_ids", .hidden),
      .models("social_accounts", Contacts.socialProfile, .hidden),
    ])

  private static let avatar = Model("visitor_avatar", [.type("avatar"), .string("image_url")])

  // MARK: Behaviour

  static func retrieve(_ call: Call) throws -> Reply {
    .ok(try named(id: call.query("id").map(JSON.string), userID: call.query("user_id").map(JSON.string), call))
  }

  static func update(_ call: Call) throws -> Reply {
    var visitor = try named(id: call.body["id"], userID: call.body["user_id"], call)
    try model.write(call.body, to: &visitor, call)
    try CustomAttributes.write(call.body["custom_attributes"], to: &visitor, of: .contact, call)
    call.workspace[model].replace(visitor)
    return .ok(visitor)
  }

  // MARK: Shared

  /// The visitor that a request names by one of three members, the first that is there.
  static func named(id: JSON?, userID: JSON?, email: JSON? = nil, _ call: Call) throws -> Record {
    let visitors = call.workspace[model]
    let found: Record?
    if let id = text(id) {
      found = visitors[id]
    } else if let userID = text(userID) {
      found = visitors.first(in: "user_id", under: userID)
    } else if let email = text(email) {
      found = visitors.first(in: "email", under: email)
    } else {
      throw APIError.parameterMissing("Visitor id or user_id must be supplied")
    }
    guard let found else { throw APIError.notFound(model) }
    return found
  }

  private static func text(_ json: JSON?) -> String? {
    guard let text = json?.string ?? json?.integral.map(String.init), !text.isEmpty else { return nil }
    return text
  }

  /// Takes the id of a company or tag that goes out of the visitors that have it.
  static func forget(_ id: String, in links: String, _ call: Call) {
    for visitor in call.workspace[model].records(in: links, under: id) {
      var visitor = visitor
      visitor[links] = .strings(visitor[links].strings.filter { $0 != id })
      call.workspace[model].replace(visitor)
    }
  }

  // MARK: Derived

  private static func companies(of visitor: Record, _ call: Call) -> Node? {
    let companies = visitor["company_ids"].strings.compactMap { call.workspace[Companies.model][$0] }
    return .members(["type": "company.list", "companies": .records(companies)])
  }

  private static func tags(of visitor: Record, _ call: Call) -> Node? {
    let tags = visitor["tag_ids"].strings.compactMap { call.workspace[Tags.model][$0] }
    return .members(["type": "tag.list", "tags": .records(tags)])
  }

  private static func list(_ type: String, _ key: String, _ texts: [String]) -> Node {
    .object([
      Node.Member("type", .string("\(type).list")), Node.Member(key, .json(.array(texts.map(JSON.string)))),
    ])
  }
}

/// Converting: a visitor becomes a user or a lead, or is taken up by one who is there already (state-machine.md, 10).
extension Visitors {
  /// What a contact takes over from the visitor when it has none of its own.
  private static let adopted = [
    "phone", "name", "owner_id", "referrer", "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term",
  ]

  static func convert(_ call: Call) throws -> Reply {
    guard let role = call.body["type"]?.string, ["user", "lead"].contains(role) else {
      throw APIError.parameterInvalid("type must be either user or lead")
    }
    let (visitor, user) = (try visitor(call), try user(call, role))
    let known = try contact(for: user, role, call)
    let contact = try known ?? new(from: visitor, user, role, call)
    return .ok(take(visitor, up: contact, email: user["email"]?.string, isKnown: known != nil, call))
  }

  /// The lead that a visitor becomes by writing; nil when there is no such visitor.
  static func lead(of id: String, _ call: Call) throws -> Record? {
    guard let visitor = call.workspace[model][id] ?? call.workspace[model].first(in: "user_id", under: id) else {
      return nil
    }
    return take(visitor, up: try new(from: visitor, [:], "lead", call), email: nil, isKnown: false, call)
  }

  /// Hands what a visitor has over to a contact, which is stored, and lets go of the visitor.
  private static func take(
    _ visitor: Record, up contact: Record, email: String?, isKnown: Bool, _ call: Call
  ) -> Record {
    var contact = contact
    address(&contact, email ?? visitor["email"].string ?? "", call)
    adopt(visitor, &contact, call)
    if !isKnown {
      call.workspace[Contacts.model].insert(contact)
      ContactActivities.record("contact.created", of: contact, call)
    } else {
      call.workspace[Contacts.model].replace(contact)
    }
    for tag in visitor["tag_ids"].strings where call.workspace[Tags.model][tag] != nil {
      Taggings.add(tag, to: "contact", contact.id, by: nil, call)
    }
    call.workspace[model].remove(visitor.id)
    return contact
  }

  private static func visitor(_ call: Call) throws -> Record {
    guard let object = call.body["visitor"]?.object else {
      throw APIError.parameterMissing("visitor is a required parameter")
    }
    return try named(id: object["id"], userID: object["user_id"], email: object["email"], call)
  }

  /// A lead needs no identifiers: it keeps the visitor's.
  private static func user(_ call: Call, _ role: String) throws -> JSONObject {
    let json = call.body["user"] ?? .null
    if json.isNull, role == "lead" { return [:] }
    guard let object = json.object else { throw APIError.parameterMissing("user is a required parameter") }
    guard role == "lead" || ["id", "user_id", "email"].contains(where: { !(object[$0] ?? .null).isNull }) else {
      throw APIError.parameterMissing("user id, user_id or email is a required parameter")
    }
    return object
  }

  /// The contact that takes the visitor up: the one of this id, else one of this role with the external id, else one
  /// with the e-mail address whose external id is not another.
  private static func contact(for user: JSONObject, _ role: String, _ call: Call) throws -> Record? {
    if let id = user["id"], !id.isNull {
      guard let contact = Contacts.named(id: id, call) else { throw APIError.notFound(Contacts.model) }
      return contact
    }
    let externalID = user["user_id"] ?? .null
    let known = Contacts.named(externalID: externalID, call)
    if let known, known["role"].string == role { return known }
    guard let namesake = Contacts.named(email: user["email"], call), namesake["role"].string == role else { return nil }
    return externalID.isNull || namesake["external_id"].isEmpty ? namesake : nil
  }

  /// Recorded: the contact is as old as the visitor and has its id, and a user has no external id unless it is given.
  /// Unknown: the external id of a lead; here the visitor's `user_id`, as those of leads are.
  private static func new(
    from visitor: Record, _ user: JSONObject, _ role: String, _ call: Call
  ) throws -> Record {
    let externalID = user["user_id"] ?? (role == "lead" ? visitor["user_id"].stored : nil) ?? .null
    var contact = try Contacts.new(
      ["role": .string(role), "external_id": externalID, "email": user["email"] ?? .null], call)
    if call.workspace[Contacts.model][visitor.id] == nil { contact["id"] = visitor["id"] }
    contact["created_at"] = visitor["created_at"]
    contact["signed_up_at"] = visitor["signed_up_at"]
    return contact
  }

  /// An address that the contact lacks becomes its own, unless a user has it already.
  private static func address(_ contact: inout Record, _ email: String, _ call: Call) {
    guard contact["email"].isEmpty, !email.isEmpty else { return }
    var addressed = contact
    addressed["email"] = .string(email)
    if Contacts.twin(of: addressed, call) == nil { contact = addressed }
  }

  /// What was known of the visitor is known of the contact; where both have something, the contact's stays.
  private static func adopt(_ visitor: Record, _ contact: inout Record, _ call: Call) {
    for field in adopted where contact[field].isEmpty { contact[field] = visitor[field] }
    adoptProfile(visitor, &contact)
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

  /// The picture, the place and the accounts elsewhere, which contacts and visitors keep in different shapes.
  private static func adoptProfile(_ visitor: Record, _ contact: inout Record) {
    if contact["avatar"].isEmpty, let url = visitor["avatar"].record?["image_url"].string {
      contact["avatar"] = .record(Contacts.avatar.record(from: ["image_url": .string(url)]))
    }
    let place = visitor["location_data"].object ?? [:]
    if contact["location"].record?["country"].isEmpty ?? true, !place.isEmpty {
      var location = Contacts.location.blank()
      for (own, theirs) in placeNames { location[own] = .json(place[theirs] ?? .null) }
      contact["location"] = .record(location)
    }
    let accounts = visitor["social_accounts"].records
    if contact["social_profiles"].record?["data"].records.isEmpty ?? true, !accounts.isEmpty {
      var profiles = Contacts.socialProfiles.blank()
      profiles["data"] = .records(accounts)
      contact["social_profiles"] = .record(profiles)
    }
  }

  /// Members of a contact's location by those of a visitor's.
  private static let placeNames = [
    "country": "country_name", "region": "region_name", "city": "city_name", "country_code": "country_code",
    "continent_code": "continent_code",
  ]
}
