/// When which workspace wants to be woken.
struct Alarms {
  private var times: [String: Int64] = [:]
  /// The earliest time of all, in milliseconds.
  private(set) var soonest: Int64?

  /// The workspaces that want to be woken.
  var names: [String] { Array(times.keys) }

  /// Sets the time of a workspace, or takes it away. Returns whether the earliest of all is another now.
  mutating func set(_ name: String, _ time: Int64?) -> Bool {
    guard times[name] != time else { return false }
    times[name] = time
    let before = soonest
    soonest = times.values.min()
    return soonest != before
  }

  /// The workspaces whose time has come, the earliest first.
  func due(at now: Int64) -> [String] {
    times.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
  }
}
