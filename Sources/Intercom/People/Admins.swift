import API
import JSON
import Store

/// Admins: the teammates of a workspace.
enum Admins: Resource {
  static let operations: [Operation] = [
    .get("/me", id: "identifyAdmin", handler: identify),
    .get("/admins", id: "listAdmins", handler: list),
    .get("/admins/{id}", id: "retrieveAdmin", handler: retrieve),
    .put("/admins/{id}/away", id: "setAwayAdmin", requestSchema: setAwayRequest, handler: setAway),
    .get("/admins/activity_logs", id: "listActivityLogs", slicedHandler: ActivityLogs.list),
    .post(
      "/admins/activity_logs/search", id: "searchActivityLogs", kind: .search, slicedHandler: ActivityLogs.search,
      available: .since(.v2_16)),
    .get(
      "/admins/activity_log_event_types", id: "listActivityLogEventTypes", handler: ActivityLogs.listEventTypes,
      available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "admin", collection: "admins", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "admin_not_found", message: "Admin not found"),
    references: [Reference("away_status_reason_id", to: "away_status_reasons")],
    fields: [.type("admin"), .string("id"), .string("name"), .string("email")] + fields)

  /// A list entry: `email` comes before `id`, and there is no `away_status_reason_id` (recorded). An entry of a list
  /// that shows avatars has a null one if the admin has none.
  static let listEntry = Model(
    name: "admin",
    fields: [.type("admin"), .string("email"), .string("id"), .string("name")]
      + fields.filter { $0.name != "away_status_reason_id" }.map {
        $0.name == "avatar" ? $0.shown { admin, _ in admin["avatar"].json.map { .json(image(at: $0)) } } : $0
      })

  /// Recorded: `job_title` and `avatar` are absent if they are unset.
  private static let fields: [Field] = [
    .string("job_title", options: .sparse).shown { admin, _ in admin["job_title"].string.map(Node.string) },
    .boolean("away_mode_enabled", initial: false), .boolean("away_mode_reassign", initial: false),
    .integer("away_status_reason_id"), .boolean("has_inbox_seat", initial: false),
    .derived("team_ids", from: Teams.ids), .derived("team_priority_level", from: Teams.priorityLevel),
    // Stored as a URL.
    .string("avatar", options: .sparse).shown { admin, _ in admin["avatar"].string.map { .json(image(at: .string($0))) }
    },
    .model("role", of: role, options: .sparse),
    .boolean("email_verified", options: .hidden, initial: true),
  ]

  /// The avatar with this URL; null for null (Documentation.docc/People-and-Companies.md, "Admins and teams").
  private static func image(at url: JSON) -> JSON {
    url.isNull ? .null : ["type": "avatar", "image_url": url]
  }

  static let role = Model(name: "role", fields: [.type("role"), .string("id"), .string("name")])

  static let models = [listEntry, ActivityLogs.model]

  static let listing = Listing.unpaged(type: "admin.list", key: "admins")

  // MARK: Behaviour

  /// Shows avatars only if the query has `display_avatar=true`.
  static func list(in call: Call) throws -> Reply {
    let showsAvatar = call.queryParameter("display_avatar") == "true"
    let entries = call.workspace[model].all.map { admin in
      var entry = listEntry.copy(of: admin)
      entry["avatar"] = showsAvatar ? .string(admin["avatar"].string) : .absent
      return entry
    }
    return try listing.reply(with: entries, in: call)
  }

  // MARK: Shared

  /// The id of the acting admin: the admin of the token, or the first admin of the workspace. Empty if there is no
  /// admin.
  static func actorID(in call: Call) -> String {
    call.adminID ?? call.workspace[model].page(orderedBy: listing.order, from: .offset(0), limit: 1).first?.id ?? ""
  }

  /// Returns the id of the admin in a request member, which may be a string or a number; nil if it is missing or null.
  ///
  /// Throws the generic 404 if the workspace has no such admin.
  static func adminID(from json: JSON?, in call: Call) throws -> String? {
    guard let json, !json.isNull else { return nil }
    guard let id = json.asID, call.workspace[model][id] != nil else {
      throw APIError.resourceNotFound
    }
    return id
  }
}

/// `PUT /admins/{id}/away`: switches away mode on and off (Documentation.docc/People-and-Companies.md, "Admins and
/// teams").
extension Admins {
  static let setAwayRequest = "set_away_admin_request"

  static func setAway(in call: Call) throws -> Reply {
    guard let before = call.workspace[model][call.pathParameter("id")] else {
      throw APIError(status: .notFound, code: "admin_not_found", message: "Admin for admin_id not found")
    }
    var admin = before
    // Unknown: Intercom's wording for a missing or invalid flag.
    admin["away_mode_enabled"] = .boolean(try call.body.required("away_mode_enabled", as: .boolean))
    admin["away_mode_reassign"] = .boolean(try call.body.required("away_mode_reassign", as: .boolean))
    admin["away_status_reason_id"] = .integer(try reasonID(of: admin, in: call))
    if admin != before {
      call.workspace[model].replace(admin)
      ActivityLogs.recordAwayMode(of: admin, in: call)
    }
    return .ok(admin)
  }

  /// Returns the id of the away reason: nil if the admin is not away, the stored reason if the request has none.
  ///
  /// Unknown: when Intercom requires a reason. Most clients set away mode without one, so here it is required only in a
  /// workspace whose profile has `"away_status_reason_mandatory": true`.
  private static func reasonID(of admin: Record, in call: Call) throws -> Int64? {
    let requested = try AwayStatusReasons.reasonID(from: call.body["away_status_reason_id"], in: call)
    guard admin["away_mode_enabled"] == true else { return nil }
    if let requested { return requested }
    let stored = call.body["away_status_reason_id"] == nil ? admin["away_status_reason_id"].integer : nil
    if stored == nil, call.honours(.awayStatusReasons), call.workspace.profile["away_status_reason_mandatory"] == true {
      throw AwayStatusReasons.reasonMandatory
    }
    return stored
  }
}

/// `GET /me`: the admin of the token, and the workspace.
extension Admins {
  static let adminWithAppShape = "admin_with_app"

  static func identify(in call: Call) throws -> Reply {
    guard let admin = call.workspace[model][actorID(in: call)] else { throw APIError.notFound(for: model) }
    var me = JSONObject()
    me["type"] = "admin"
    for name in ["id", "email", "name", "job_title", "email_verified"] { me[name] = admin[name].json }
    me["app"] = .object(appObject(in: call))
    // Never null here (recorded).
    me["avatar"] = ["type": "avatar", "image_url": admin["avatar"].json ?? .null]
    for name in ["has_inbox_seat", "away_mode_enabled", "away_mode_reassign"] { me[name] = admin[name].json }
    me["team_ids"] = Teams.ids(of: admin.id, in: call)
    // Unknown: whether Intercom shows it; the change log of Preview states it, no recording does.
    me["role"] = admin["role"].record.map { $0.storedJSON }.flatMap(\.object).map(roleObject)
    return .ok(.shape(adminWithAppShape, me))
  }

  private static func roleObject(from stored: JSONObject) -> JSON {
    ["type": "role", "id": stored["id"] ?? .null, "name": stored["name"] ?? .null]
  }

  private static func appObject(in call: Call) -> JSONObject {
    var app: JSONObject = ["type": "app"]
    let members = ["id_code", "name", "created_at", "secure", "identity_verification", "timezone", "region"]
    for name in members { app[name] = call.workspace.profile[name] }
    return app
  }
}

extension Call {
  /// Returns the body's `admin_id`. Throws `parameter_not_found` if it is missing, 404 if there is no such admin.
  func admin() throws -> String {
    guard let admin = try Admins.adminID(from: body["admin_id"], in: self) else {
      throw APIError.parameterMissing("admin_id is a required parameter")
    }
    return admin
  }
}
