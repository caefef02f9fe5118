import API
import JSON
import Store

/// `GET /teams/{team_id}/metrics`: what lies before each member of a team.
extension Teams {
  private struct Load {
    var open = 0
    var idle = 0
    var snoozed = 0
  }

  /// Unknown: what makes a conversation idle; here it is open and has not changed for `idle_threshold` seconds.
  static func metrics(_ call: Call) throws -> Reply {
    try Feature.monitoring.demand(call)
    let team = try call.find(model, "team_id")
    let threshold = Int64(min(max(try call.integer("idle_threshold") ?? 1800, 1), 86_400))
    let members = team["admin_ids"].array?.compactMap(\.integer) ?? []
    let loads = loads(of: Set(members), idleSince: call.now - threshold, call)
    let items = members.map { id in node(String(id), loads[id] ?? Load()) }
    return .ok(.members(["type": "team_metric.list", "data": .array(items)]))
  }

  private static func node(_ admin: String, _ load: Load) -> Node {
    .members([
      "type": "team_metric", "admin_id": .string(admin), "open": .integer(load.open), "idle": .integer(load.idle),
      "snoozed": .integer(load.snoozed),
    ])
  }

  /// Reads `admin_assignee_id`, `state` and `updated_at` of every conversation; with an index by assignee it need not.
  private static func loads(of admins: Set<Int64>, idleSince: Int64, _ call: Call) -> [Int64: Load] {
    var loads: [Int64: Load] = [:]
    for conversation in call.workspace.collection(named: "conversations")?.all ?? [] {
      let assignee = conversation["admin_assignee_id"]
      guard let id = assignee.integer ?? assignee.string.flatMap({ Int64($0) }), admins.contains(id) else { continue }
      switch conversation["state"].string {
      case "open":
        loads[id, default: Load()].open += 1
        if conversation["updated_at"].integer ?? .max <= idleSince { loads[id, default: Load()].idle += 1 }
      case "snoozed": loads[id, default: Load()].snoozed += 1
      default: break
      }
    }
    return loads
  }
}
