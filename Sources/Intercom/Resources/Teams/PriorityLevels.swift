import API
import JSON
import Store

/// Which members of a team take work first, and which only when those are busy.
struct PriorityLevels: Equatable {
  var primary: [Int64] = []
  var secondary: [Int64] = []

  init() {}

  /// The levels that a team has.
  init(_ team: Record) {
    guard let levels = team["admin_priority_level"].record else { return }
    primary = levels["primary_admin_ids"].array?.compactMap(\.integer) ?? []
    secondary = levels["secondary_admin_ids"].array?.compactMap(\.integer) ?? []
  }

  /// As the team keeps them.
  var record: Record {
    var record = Teams.priorityLevels.blank()
    record["primary_admin_ids"] = .json(.array(primary.map(JSON.integer)))
    record["secondary_admin_ids"] = .json(.array(secondary.map(JSON.integer)))
    return record
  }

  func holdsAtBoth(_ admin: Int64) -> Bool {
    primary.contains(admin) && secondary.contains(admin)
  }

  /// The levels after a change: who is named gets that level, who is not keeps theirs, who is new becomes primary, and
  /// who is no member any more has none.
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
