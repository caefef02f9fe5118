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
