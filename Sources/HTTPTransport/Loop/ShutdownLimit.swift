import Glibc

/// Ends the process if it is still running some time after a signal, even if the event loop is busy and does not notice the
/// signal.
public enum ShutdownLimit {
  /// The signal handler of the event loop.
  nonisolated(unsafe) private static var loopHandler: (@convention(c) (Int32) -> Void)?
  nonisolated(unsafe) private static var limit = itimerval()
  nonisolated(unsafe) private static var isArmed = false

  /// Sets the limit for signals that the loop handles already. One limit per process.
  public static func set(milliseconds: Int, after signals: [Int32]) {
    limit.it_value = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    isArmed = false
    signal(SIGALRM) { _ in _exit(0) }
    for number in signals {
      var action = sigaction()
      guard sigaction(number, nil, &action) == 0 else { continue }
      loopHandler = action.__sigaction_handler.sa_handler
      action.__sigaction_handler.sa_handler = { ShutdownLimit.receive(number: $0) }
      sigaction(number, &action, nil)
    }
  }

  /// Called by the kernel at any time, so it only calls what is safe then (signal-safety(7)); setitimer is a plain system
  /// call in the C library.
  private static func receive(number: Int32) {
    if !isArmed {
      isArmed = true
      setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &limit, nil)
    }
    loopHandler?(number)
  }
}
