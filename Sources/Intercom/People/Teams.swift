import API
import JSON
import Store

/// Teams: groups of admins that share an inbox.
enum Teams: Resource {
  static let operations: [Operation] = [
    .get("/teams", id: "listTeams", handler: list),
    .get("/teams/{id}", id: "retrieveTeam", handler: retrieve),
    .put("/teams/{id}", id: "updateTeamMembers", handler: updateMembers, available: .since(.preview)),
    .get("/teams/{team_id}/metrics", id: "getTeamMetrics", handler: metrics, available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "team", collection: "teams", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "team_not_found", message: "Team not found"),
    references: [
      Reference("admin_ids", to: "admins"),
      Reference("admin_priority_level.primary_admin_ids", to: "admins", isChecked: false),
      Reference("admin_priority_level.secondary_admin_ids", to: "admins", isChecked: false),
    ], indexes: [adminIndex],
    fields: [
      .type("team"), .string("id"), .string("name"), .array("admin_ids"),
      .model("admin_priority_level", of: priorityLevels, options: .sparse),
      .integer("assignment_limit", options: .sparse),
      .string("distribution_method"),
    ])

  /// Only teams that balance assignments have levels.
  static let priorityLevels = Model(
    name: "admin_priority_level",
    fields: [
      .array("primary_admin_ids", options: .sparse, initial: nil),
      .array("secondary_admin_ids", options: .sparse, initial: nil),
    ])

  static let listing = Listing.unpaged(type: "team.list", key: "teams")

  private static let adminIndex = CollectionDefinition.Index(name: "admins") { team in
    team["admin_ids"].array?.compactMap(\.integer).map(String.init) ?? []
  }

  // MARK: What admins show

  private static func teams(of admin: String, in call: Call) -> [Record] {
    call.workspace[model].records(in: "admins", under: admin)
  }

  /// The `team_ids` of an admin.
  static func ids(of admin: String, in call: Call) -> JSON {
    idNumbers(of: teams(of: admin, in: call))
  }

  static func ids(of admin: Record, in call: Call) -> Node? {
    .json(ids(of: admin.id, in: call))
  }

  /// The `team_priority_level` of an admin: `{}` if no team of the admin has levels (recorded).
  static func priorityLevel(of admin: Record, in call: Call) -> Node? {
    let teams = teams(of: admin.id, in: call)
    let id = Int64(admin.id) ?? 0
    let primary = teams.filter { PriorityLevels(of: $0).primary.contains(id) }
    let secondary = teams.filter { PriorityLevels(of: $0).secondary.contains(id) }
    var levels = JSONObject()
    if !primary.isEmpty { levels["primary_team_ids"] = idNumbers(of: primary) }
    if !secondary.isEmpty { levels["secondary_team_ids"] = idNumbers(of: secondary) }
    return .json(.object(levels))
  }

  private static func idNumbers(of teams: [Record]) -> JSON {
    .array(teams.compactMap { Int64($0.id) }.map(JSON.integer))
  }
}

/// `PUT /teams/{id}`: replaces all members of a team (Documentation.docc/People-and-Companies.md, "Admins and teams").
///
/// Unknown: the wordings that no example shows.
extension Teams {
  /// Maximum number of members of a team.
  private static let memberLimit = 1000

  static func updateMembers(in call: Call) throws -> Reply {
    try PlanFeature.teamMemberships.require(in: call)
    let before = try call.find(model)
    try rejectQuery(in: call)
    try rejectOtherChanges(to: before, in: call)
    let members = try members(in: call)
    let current = PriorityLevels(of: before)
    let requested = try requestedLevels(in: call, of: before, current: current, members: members)
    var team = before
    team["admin_ids"] = .json(.array(members.map(JSON.integer)))
    if isLoadBalanced(team) {
      team["admin_priority_level"] = .record(current.changed(by: requested, members: members).record)
    }
    if team != before { call.workspace[model].replace(team) }
    return .ok(team)
  }

  /// Only a team that balances assignments uses and shows levels.
  private static func isLoadBalanced(_ team: Record) -> Bool {
    team["distribution_method"] == "load_balanced"
  }

  private static func rejectQuery(in call: Call) throws {
    guard let parameter = call.query.first else { return }
    throw APIError.parameterInvalid("\(parameter.name) must be sent in the body, not in the query string")
  }

  /// Clients may send back the complete team, so other members are accepted if they are unchanged.
  private static func rejectOtherChanges(to team: Record, in call: Call) throws {
    let own: JSONObject = [
      "type": "team", "id": .string(team.id), "name": team["name"].json ?? .null,
      "assignment_limit": team["assignment_limit"].json ?? .null,
      "distribution_method": team["distribution_method"].json ?? .null,
    ]
    let changed = call.body.filter { name, value in
      guard name != "admin_ids", name != "admin_priority_level" else { return false }
      if name == "id", let number = value.integral { return String(number) != team.id }
      return own[name] != value
    }
    guard !changed.isEmpty else { return }
    throw APIError.parameterInvalid(
      "Only admin_ids and admin_priority_level can be updated on a team, but the request changed "
        + changed.map(\.key).joined(separator: ", "))
  }

  private static func members(in call: Call) throws -> [Int64] {
    let ids = unique(try adminIDs(from: call.body.required("admin_ids", as: .array), member: "admin_ids"))
    guard !ids.isEmpty else { throw APIError.parameterInvalid("admin_ids must contain at least one admin id") }
    guard ids.count <= memberLimit else {
      throw APIError.parameterInvalid("admin_ids must contain no more than \(memberLimit) admin ids")
    }
    if let unknown = ids.first(where: { call.workspace[Admins.model][String($0)] == nil }) {
      throw APIError.parameterInvalid("admin_ids contains \(unknown), which is not an admin of this workspace")
    }
    return ids
  }

  /// Returns the levels in a request. Throws `parameter_invalid` if they do not fit the team and its new members.
  private static func requestedLevels(
    in call: Call, of team: Record, current: PriorityLevels, members: [Int64]
  ) throws -> PriorityLevels {
    let requested = try parseLevels(in: call.body)
    let known = Set(members + (team["admin_ids"].array?.compactMap(\.integer) ?? []))
    if let unknown = (requested.primary + requested.secondary).first(where: { !known.contains($0) }) {
      throw APIError.parameterInvalid(
        "admin_priority_level names \(unknown), which is on neither the team nor admin_ids")
    }
    if let duplicate = requested.primary.first(where: {
      requested.assignsBothLevels(to: $0) && !current.assignsBothLevels(to: $0)
    }) {
      throw APIError.parameterInvalid("admin_priority_level gives \(duplicate) more than one priority level")
    }
    guard requested.secondary.isEmpty || isLoadBalanced(team) else {
      throw APIError.parameterInvalid("secondary_admin_ids can only be set on a load balanced team")
    }
    return requested
  }

  private static func parseLevels(in body: JSONObject) throws -> PriorityLevels {
    var levels = PriorityLevels()
    guard let object = try body.optional("admin_priority_level", as: .object) else { return levels }
    if let name = object.keys.first(where: { $0 != "primary_admin_ids" && $0 != "secondary_admin_ids" }) {
      throw APIError.parameterInvalid("admin_priority_level has an unsupported member: \(name)")
    }
    levels.primary = try adminIDs(
      from: object.optional("primary_admin_ids", as: .array) ?? [], member: "primary_admin_ids")
    levels.secondary = try adminIDs(
      from: object.optional("secondary_admin_ids", as: .array) ?? [], member: "secondary_admin_ids")
    return levels
  }

  private static func adminIDs(from items: [JSON], member name: String) throws -> [Int64] {
    try items.map {
      try $0.read(as: .integer(), orThrow: .parameterInvalid("\(name) must contain only numeric admin ids"))
    }
  }

  private static func unique(_ ids: [Int64]) -> [Int64] {
    var seen: Set<Int64> = []
    return ids.filter { seen.insert($0).inserted }
  }
}

/// Members of a team that are assigned work first, and members that are assigned work only if the first are busy.
struct PriorityLevels: Equatable {
  var primary: [Int64] = []
  var secondary: [Int64] = []

  init() {}

  /// The levels of a team.
  init(of team: Record) {
    guard let levels = team["admin_priority_level"].record else { return }
    primary = levels["primary_admin_ids"].array?.compactMap(\.integer) ?? []
    secondary = levels["secondary_admin_ids"].array?.compactMap(\.integer) ?? []
  }

  /// The form that a team stores.
  var record: Record {
    var record = Teams.priorityLevels.blank()
    record["primary_admin_ids"] = .json(.array(primary.map(JSON.integer)))
    record["secondary_admin_ids"] = .json(.array(secondary.map(JSON.integer)))
    return record
  }

  func assignsBothLevels(to admin: Int64) -> Bool {
    primary.contains(admin) && secondary.contains(admin)
  }

  /// Returns the levels after an update: an admin in `asked` gets that level, another member keeps its level, a new
  /// member becomes primary, a removed member has no level.
  func changed(by asked: PriorityLevels, members: [Int64]) -> PriorityLevels {
    var levels = PriorityLevels()
    levels.primary = members.filter { id in
      asked.primary.contains(id)
        || (!asked.secondary.contains(id) && (primary.contains(id) || !secondary.contains(id)))
    }
    levels.secondary = members.filter { id in
      !asked.primary.contains(id) && (asked.secondary.contains(id) || secondary.contains(id))
    }
    return levels
  }
}

/// `GET /teams/{team_id}/metrics`: the workload of each member of a team.
extension Teams {
  private struct Workload {
    var open = 0
    var idle = 0
    var snoozed = 0
  }

  /// Unknown: when a conversation is idle; here if it is open and was not updated for `idle_threshold` seconds.
  static func metrics(in call: Call) throws -> Reply {
    try PlanFeature.monitoring.require(in: call)
    let team = try call.find(model, parameter: "team_id")
    let threshold = Int64(min(max(try call.integerQueryParameter("idle_threshold") ?? 1800, 1), 86_400))
    let members = team["admin_ids"].array?.compactMap(\.integer) ?? []
    let loads = loads(of: Set(members), idleSince: call.now - threshold, in: call)
    let items = members.map { id in node(for: String(id), load: loads[id] ?? Workload()) }
    return .ok(.members(["type": "team_metric.list", "data": .array(items)]))
  }

  private static func node(for admin: String, load: Workload) -> Node {
    .members([
      "type": "team_metric", "admin_id": .string(admin), "open": .integer(load.open), "idle": .integer(load.idle),
      "snoozed": .integer(load.snoozed),
    ])
  }

  /// Reads `admin_assignee_id`, `state` and `updated_at` of every conversation; an index by assignee would avoid that.
  private static func loads(of admins: Set<Int64>, idleSince: Int64, in call: Call) -> [Int64: Workload] {
    var loads: [Int64: Workload] = [:]
    for conversation in call.workspace.collection(named: "conversations")?.all ?? [] {
      let assignee = conversation["admin_assignee_id"]
      guard let id = assignee.integer ?? assignee.string.flatMap({ Int64($0) }), admins.contains(id) else { continue }
      switch conversation["state"].string {
      case "open":
        loads[id, default: Workload()].open += 1
        if conversation["updated_at"].integer ?? .max <= idleSince { loads[id, default: Workload()].idle += 1 }
      case "snoozed": loads[id, default: Workload()].snoozed += 1
      default: break
      }
    }
    return loads
  }
}
