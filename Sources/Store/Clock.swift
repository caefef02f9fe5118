import Glibc

/// The time in a workspace: the system's, perhaps moved, or one that only moves when it is told to.
public final class Clock {
  /// How a clock is set, to come back to later.
  public enum Mode: Equatable, Sendable {
    /// So many milliseconds ahead of the system's.
    case running(ahead: Int64)
    case frozen(Int64)
  }

  public var mode: Mode
  private let initialMode: Mode

  /// A clock that runs with the system's, or stands at a time in milliseconds since 1970.
  public init(frozenAtMilliseconds milliseconds: Int64? = nil) {
    initialMode = milliseconds.map(Mode.frozen) ?? .running(ahead: 0)
    mode = initialMode
  }

  /// Seconds since 1970.
  public var now: Int64 {
    milliseconds / 1000
  }

  /// Milliseconds since 1970.
  public var milliseconds: Int64 {
    switch mode {
    case .frozen(let time): time
    case .running(let ahead): Self.systemMilliseconds + ahead
    }
  }

  /// Whether the clock stands still.
  public var isFrozen: Bool {
    if case .frozen = mode { true } else { false }
  }

  /// Whether it was set or moved since it was made.
  public var isMoved: Bool {
    mode != initialMode
  }

  /// How many milliseconds it is ahead of the system's.
  public var millisecondsAhead: Int64 {
    if case .running(let ahead) = mode { ahead } else { milliseconds - Self.systemMilliseconds }
  }

  /// Moves the clock on, whether it stands or runs.
  public func advance(bySeconds seconds: Int64) {
    switch mode {
    case .frozen(let time): mode = .frozen(time + seconds * 1000)
    case .running(let ahead): mode = .running(ahead: ahead + seconds * 1000)
    }
  }

  /// Stops the clock at a time, in milliseconds since 1970.
  public func freeze(at milliseconds: Int64) {
    mode = .frozen(milliseconds)
  }

  /// Lets the clock run from a time, in milliseconds since 1970; with the system's when nil.
  public func run(from milliseconds: Int64?) {
    mode = .running(ahead: milliseconds.map { $0 - Self.systemMilliseconds } ?? 0)
  }

  /// Goes back to how it was made.
  public func reset() {
    mode = initialMode
  }

  private static var systemMilliseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
