import API
import JSON
import Store

/// Teams: groups of admins that share an inbox.
enum Teams: Resource {
  static let operations: [Operation] = [
    .get("/teams", "listTeams", list),
    .get("/teams/{id}", "retrieveTeam", retrieve),
    .put("/teams/{id}", "updateTeamMembers", updateMembers, .since(.preview)),
    .get("/teams/{team_id}/metrics", "getTeamMetrics", metrics, .since(.v2_16)),
  ]

  static let model = Model(
    "team", collection: "teams", ids: .sequence(from: 1), notFound: Model.NotFound("team_not_found", "Team not found"),
    references: [Reference("admin_ids", to: "admins")], indexes: [adminIndex],
    [
      .type("team"), .string("id"), .string("name"), .array("admin_ids"),
      .model("admin_priority_level", priorityLevels, .sparse), .integer("assignment_limit", .sparse),
      .string("distribution_method"),
    ])

  /// Only teams that balance assignment have one.
  static let priorityLevels = Model(
    "admin_priority_level",
    [.array("primary_admin_ids", .sparse, initial: nil), .array("secondary_admin_ids", .sparse, initial: nil)])

  static let listing = Listing.whole(type: "team.list", key: "teams")

  private static let adminIndex = CollectionDefinition.Index("admins") { team in
    team["admin_ids"].array?.compactMap(\.integer).map(String.init) ?? []
  }

  // MARK: What admins show

  private static func of(_ admin: String, _ call: Call) -> [Record] {
    call.workspace[model].records(in: "admins", under: admin)
  }

  /// The `team_ids` of an admin.
  static func ids(of admin: String, _ call: Call) -> JSON {
    numbers(of(admin, call))
  }

  static func ids(of admin: Record, _ call: Call) -> Node? {
    .json(ids(of: admin.id, call))
  }

  /// The `team_priority_level` of an admin: `{}` for one who is in no team that has levels (recorded).
  static func priorityLevel(of admin: Record, _ call: Call) -> Node? {
    let teams = of(admin.id, call)
    let id = Int64(admin.id) ?? 0
    let primary = teams.filter { PriorityLevels($0).primary.contains(id) }
    let secondary = teams.filter { PriorityLevels($0).secondary.contains(id) }
    var levels = JSONObject()
    if !primary.isEmpty { levels["primary_team_ids"] = numbers(primary) }
    if !secondary.isEmpty { levels["secondary_team_ids"] = numbers(secondary) }
    return .json(.object(levels))
  }

  private static func numbers(_ teams: [Record]) -> JSON {
    .array(teams.compactMap { Int64($0.id) }.map(JSON.integer))
  }
}
