import Glibc

/// How long something has been going on, by a clock that only ever runs forward.
struct Stopwatch {
  private let start = Self.now

  /// Since it was made.
  var microseconds: Int64 { (Self.now - start) / 1000 }

  /// In nanoseconds since the machine started. Read without the arithmetic of `Duration`, which every request would pay
  /// for twice.
  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
