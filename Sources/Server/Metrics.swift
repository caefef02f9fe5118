import HTTPTypes

/// What was asked and how long it took, counted for `/_mock/metrics`.
public struct Metrics {
  /// Upper bounds of the classes of durations, in microseconds.
  public static let bounds: [Int64] = [50, 100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 250_000]

  /// What requests of one operation came to.
  public struct Count {
    public internal(set) var statuses: [Int: Int] = [:]
    /// By class of duration; the last is for all that are longer.
    public internal(set) var durations = [Int](repeating: 0, count: Metrics.bounds.count + 1)
    public internal(set) var microseconds: Int64 = 0
    public internal(set) var total = 0
  }

  /// By operation; what no operation serves is under `none`.
  public private(set) var operations: [String: Count] = [:]
  /// How many requests a fault rule took.
  public private(set) var faults = 0

  mutating func count(_ operation: String?, _ status: Int, microseconds: Int64, isFault: Bool) {
    if isFault { faults += 1 }
    let place = Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count
    operations[operation ?? "none", default: Count()].add(status, place, microseconds)
  }
}

extension Metrics.Count {
  fileprivate mutating func add(_ status: Int, _ place: Int, _ time: Int64) {
    statuses[status, default: 0] += 1
    durations[place] += 1
    microseconds += time
    total += 1
  }
}
