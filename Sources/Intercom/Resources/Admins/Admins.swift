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
