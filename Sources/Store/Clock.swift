import Glibc

/// The clock of a workspace: the system clock with an offset, or a frozen time.
public final class Clock {
  /// The setting of a clock.
  public enum Mode: Equatable, Sendable {
    /// Runs `ahead` milliseconds ahead of the system clock.
    case running(ahead: Int64)
    /// Stopped at a time in milliseconds since 1970.
    case frozen(Int64)
  }

  public var mode: Mode
  private let initialMode: Mode

  /// Creates a clock that is frozen at a time in milliseconds since 1970 or, for nil, runs with the system clock.
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

  /// Whether the clock is stopped.
  public var isFrozen: Bool {
    if case .frozen = mode { true } else { false }
  }

  /// Whether the setting differs from the initial one.
  public var isMoved: Bool {
    mode != initialMode
  }

  /// Difference to the system clock, in milliseconds.
  public var millisecondsAhead: Int64 {
    if case .running(let ahead) = mode { ahead } else { milliseconds - Self.systemMilliseconds }
  }

  /// Moves the clock forward, in either mode.
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

  /// Starts the clock at a time in milliseconds since 1970 or, for nil, at the system time.
  public func run(from milliseconds: Int64?) {
    mode = .running(ahead: milliseconds.map { $0 - Self.systemMilliseconds } ?? 0)
  }

  /// Restores the initial setting.
  public func reset() {
    mode = initialMode
  }

  private static var systemMilliseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
