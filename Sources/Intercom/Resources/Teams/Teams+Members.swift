import API
import JSON
import Store

/// `PUT /teams/{id}`: who is in a team, as one complete list (state-machine.md, 2).
///
/// Unknown: the wordings that no example shows.
extension Teams {
  /// Most members of a team.
  private static let memberLimit = 1000

  static func updateMembers(_ call: Call) throws -> Reply {
    try Feature.teamMemberships.demand(call)
    let before = try call.find(model)
    try refuseQuery(call)
    try refuseOtherChanges(to: before, call)
    let members = try members(call)
    let held = PriorityLevels(before)
    let asked = try levels(call, of: before, held, members)
    var team = before
    team["admin_ids"] = .json(.array(members.map(JSON.integer)))
    if balances(team) { team["admin_priority_level"] = .record(held.changed(by: asked, members: members).record) }
    if team != before { call.workspace[model].replace(team) }
    return .ok(team)
  }

  /// Only a team that balances assignment uses levels and shows them.
  private static func balances(_ team: Record) -> Bool {
    team["distribution_method"] == "load_balanced"
  }

  private static func refuseQuery(_ call: Call) throws {
    guard let parameter = call.query.first else { return }
    throw APIError.parameterInvalid("\(parameter.name) must be sent in the body, not in the query string")
  }

  /// A team may be sent back whole, so its other members pass as long as they are what they were.
  private static func refuseOtherChanges(to team: Record, _ call: Call) throws {
    let own: JSONObject = [
      "type": "team", "id": .string(team.id), "name": team["name"].stored ?? .null,
      "assignment_limit": team["assignment_limit"].stored ?? .null,
      "distribution_method": team["distribution_method"].stored ?? .null,
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

  private static func members(_ call: Call) throws -> [Int64] {
    guard let json = call.body["admin_ids"], !json.isNull else {
      throw APIError.parameterMissing("admin_ids is a required parameter")
    }
    let ids = unique(try numbers(json, "admin_ids"))
    guard !ids.isEmpty else { throw APIError.parameterInvalid("admin_ids must contain at least one admin id") }
    guard ids.count <= memberLimit else {
      throw APIError.parameterInvalid("admin_ids must contain no more than \(memberLimit) admin ids")
    }
    if let stranger = ids.first(where: { call.workspace[Admins.model][String($0)] == nil }) {
      throw APIError.parameterInvalid("admin_ids names \(stranger), which is not an admin of this workspace")
    }
    return ids
  }

  /// The levels that a request names, checked against the team and its members to be.
  private static func levels(
    _ call: Call, of team: Record, _ held: PriorityLevels, _ members: [Int64]
  ) throws -> PriorityLevels {
    let asked = try asked(call.body["admin_priority_level"])
    let known = Set(members + (team["admin_ids"].array?.compactMap(\.integer) ?? []))
    if let stranger = (asked.primary + asked.secondary).first(where: { !known.contains($0) }) {
      throw APIError.parameterInvalid(
        "admin_priority_level names \(stranger), which is on neither the team nor admin_ids")
    }
    if let twice = asked.primary.first(where: { asked.holdsAtBoth($0) && !held.holdsAtBoth($0) }) {
      throw APIError.parameterInvalid("admin_priority_level gives \(twice) more than one priority level")
    }
    guard asked.secondary.isEmpty || balances(team) else {
      throw APIError.parameterInvalid("secondary_admin_ids can only be set on a load balanced team")
    }
    return asked
  }

  private static func asked(_ json: JSON?) throws -> PriorityLevels {
    var levels = PriorityLevels()
    guard let json, !json.isNull else { return levels }
    guard let object = json.object else { throw APIError.parameterInvalid("admin_priority_level must be an object") }
    if let name = object.keys.first(where: { $0 != "primary_admin_ids" && $0 != "secondary_admin_ids" }) {
      throw APIError.parameterInvalid("admin_priority_level has no \(name)")
    }
    levels.primary = try numbers(object["primary_admin_ids"] ?? .null, "primary_admin_ids")
    levels.secondary = try numbers(object["secondary_admin_ids"] ?? .null, "secondary_admin_ids")
    return levels
  }

  private static func numbers(_ json: JSON, _ name: String) throws -> [Int64] {
    if json.isNull { return [] }
    guard let items = json.array else { throw APIError.parameterInvalid("\(name) must be an array") }
    return try items.map { item in
      guard let id = item.integral ?? item.string.flatMap({ Int64($0) }) else {
        throw APIError.parameterInvalid("\(name) must contain only numeric admin ids")
      }
      return id
    }
  }

  private static func unique(_ ids: [Int64]) -> [Int64] {
    var seen: Set<Int64> = []
    return ids.filter { seen.insert($0).inserted }
  }
}
