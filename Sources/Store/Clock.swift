import Glibc

/// The time in a workspace: the system's, or one that only moves when it is told to.
public final class Clock {
  private var frozenAt: Int64?

  /// A clock that runs with the system's, or stands at a time in milliseconds since 1970.
  public init(frozenAtMilliseconds milliseconds: Int64? = nil) {
    frozenAt = milliseconds
  }

  /// Seconds since 1970.
  public var now: Int64 {
    milliseconds / 1000
  }

  /// Milliseconds since 1970.
  public var milliseconds: Int64 {
    if let frozenAt { return frozenAt }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Moves a clock that stands still; one that runs goes on as it is.
  public func advance(bySeconds seconds: Int64) {
    frozenAt = frozenAt.map { $0 + seconds * 1000 }
  }

  /// Whether the clock stands still.
  public var isFrozen: Bool {
    frozenAt != nil
  }
}
