import API
import JSON
import Store

/// Admins: the teammates of a workspace.
enum Admins: Resource {
  static let operations: [Operation] = [
    .get("/me", "identifyAdmin", identify),
    .get("/admins", "listAdmins", list),
    .get("/admins/{id}", "retrieveAdmin", retrieve),
    .put("/admins/{id}/away", "setAwayAdmin", takes: setAwayRequest, setAway),
    .get("/admins/activity_logs", "listActivityLogs", ActivityLogs.list),
    .post("/admins/activity_logs/search", "searchActivityLogs", ActivityLogs.search, .since(.v2_16)),
    .get(
      "/admins/activity_log_event_types", "listActivityLogEventTypes", ActivityLogs.listEventTypes, .since(.v2_16)),
  ]

  static let model = Model(
    "admin", collection: "admins", ids: .sequence(from: 1),
    notFound: Model.NotFound("admin_not_found", "Admin not found"),
    references: [Reference("away_status_reason_id", to: "away_status_reasons")],
    [.type("admin"), .string("id"), .string("name"), .string("email")] + fields)

  /// An entry of the list, where the e-mail address comes first (recorded).
  static let entry = Model("admin", [.type("admin"), .string("email"), .string("id"), .string("name")] + fields)

  private static let fields: [Field] = [
    .string("job_title", .sparse),
    .boolean("away_mode_enabled", initial: false), .boolean("away_mode_reassign", initial: false),
    .integer("away_status_reason_id"), .boolean("has_inbox_seat", initial: false),
    .derived("team_ids", Teams.ids), .derived("team_priority_level", Teams.priorityLevel),
    .string("avatar", .sparse), .model("role", role, .sparse),
    .boolean("email_verified", .hidden, initial: true),
  ]

  static let role = Model("role", [.type("role"), .string("id"), .string("name")])

  static let models = [entry, ActivityLogs.model]

  static let listing = Listing.whole(type: "admin.list", key: "admins")

  // MARK: Behaviour

  /// Avatars come only when they are asked for.
  static func list(_ call: Call) throws -> Reply {
    let showsAvatar = call.query("display_avatar") == "true"
    let entries = call.workspace[model].all.map { admin in
      var copy = Record(entry.schema)
      for name in entry.schema.slots where name != "avatar" || showsAvatar { copy[name] = admin[name] }
      return copy
    }
    return try listing.reply(entries, call)
  }

  // MARK: Shared

  /// The id of the admin who acts: the token's, else the first of the workspace.
  static func actor(_ call: Call) -> String {
    call.adminID ?? call.workspace[model].page(listing.order, from: .offset(0), limit: 1).first?.id ?? ""
  }

  /// The id of the admin that a request's member names, as text or number; nil when it names none.
  ///
  /// Throws 404 in the general words for one that is not there.
  static func named(_ json: JSON?, _ call: Call) throws -> String? {
    guard let json, !json.isNull else { return nil }
    guard let id = json.string ?? json.integral.map(String.init), call.workspace[model][id] != nil else {
      throw APIError.resourceNotFound
    }
    return id
  }
}

extension Behaviour {
  /// Who goes away may say why.
  static let awayStatusReasons = Behaviour("away status reasons")
}

/// `PUT /admins/{id}/away`: leaving the inbox and coming back (state-machine.md, 2).
extension Admins {
  static let setAwayRequest = "set_away_admin_request"

  static func setAway(_ call: Call) throws -> Reply {
    guard let before = call.workspace[model][call.parameter("id")] else {
      throw APIError(.notFound, "admin_not_found", "Admin for admin_id not found")
    }
    var admin = before
    admin["away_mode_enabled"] = .boolean(try flag("away_mode_enabled", call))
    admin["away_mode_reassign"] = .boolean(try flag("away_mode_reassign", call))
    admin["away_status_reason_id"] = .integer(try reason(of: admin, call))
    if admin != before {
      call.workspace[model].replace(admin)
      ActivityLogs.recordAwayMode(of: admin, call)
    }
    return .ok(admin)
  }

  /// Unknown: Intercom's wording for a missing or wrong flag.
  private static func flag(_ name: String, _ call: Call) throws -> Bool {
    guard let json = call.body[name], !json.isNull else {
      throw APIError.parameterMissing("\(name) is a required parameter")
    }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }

  /// Why the admin is away; nothing for one who is there, and what it was when the request does not say.
  ///
  /// Unknown: when Intercom demands a reason. Most clients go away without one, so here it does only in a workspace
  /// whose profile says `"away_status_reason_mandatory": true`.
  private static func reason(of admin: Record, _ call: Call) throws -> Int64? {
    let named = try AwayStatusReasons.named(call.body["away_status_reason_id"], call)
    guard admin["away_mode_enabled"] == true else { return nil }
    if let named { return named }
    let kept = call.body["away_status_reason_id"] == nil ? admin["away_status_reason_id"].integer : nil
    if kept == nil, call.honours(.awayStatusReasons), call.workspace.profile["away_status_reason_mandatory"] == true {
      throw AwayStatusReasons.mandatory
    }
    return kept
  }
}

/// `GET /me`: who the token is, and in which workspace.
extension Admins {
  static let withApp = "admin_with_app"

  static func identify(_ call: Call) throws -> Reply {
    guard let admin = call.workspace[model][actor(call)] else { throw APIError.notFound(model) }
    var me = JSONObject()
    me["type"] = "admin"
    for name in ["id", "email", "name", "job_title", "email_verified"] { me[name] = admin[name].stored }
    me["app"] = .object(app(call))
    me["avatar"] = ["type": "avatar", "image_url": admin["avatar"].stored ?? .null]
    for name in ["has_inbox_seat", "away_mode_enabled", "away_mode_reassign"] { me[name] = admin[name].stored }
    me["team_ids"] = Teams.ids(of: admin.id, call)
    me["role"] = admin["role"].record.map { $0.stored }.flatMap(\.object).map(role)
    return .ok(.shape(withApp, me))
  }

  private static func role(_ stored: JSONObject) -> JSON {
    ["type": "role", "id": stored["id"] ?? .null, "name": stored["name"] ?? .null]
  }

  private static func app(_ call: Call) -> JSONObject {
    var app: JSONObject = ["type": "app"]
    let members = ["id_code", "name", "created_at", "secure", "identity_verification", "timezone", "region"]
    for name in members { app[name] = call.workspace.profile[name] }
    return app
  }
}
