import CLibevent
import Glibc

/// The loop that everything runs on: one thread waits here, and calls back what it was told to watch.
///
/// A loop, and all that is attached to it, belongs to the thread that made it. Nothing here may be touched from another.
public final class EventLoop {
  let base: EventBase
  /// Where every connection reads to: its bytes are used or copied before the next connection reads.
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
  /// A spare buffer for output, lent to one connection at a time.
  var spareOutput: [UInt8] = []
  private var signals: [Event] = []

  /// Fails only when the system has no descriptor left. SIGPIPE is ignored from here on, in the whole process: writing
  /// to a client that left must be an error, not the end.
  public init() throws {
    signal(SIGPIPE, SIG_IGN)
    base = try EventBase()
  }

  deinit {
    readBuffer.deallocate()
  }

  /// Runs until `stop()` is called or nothing is left to wait for.
  public func run() {
    withExtendedLifetime(self) { _ = event_base_dispatch(base.pointer) }
  }

  /// Makes `run()` return once the callback that is running has returned.
  public func stop() {
    event_base_loopbreak(base.pointer)
  }

  /// Runs what is due now, without waiting.
  public func poll() {
    withExtendedLifetime(self) { _ = event_base_loop(base.pointer, EVLOOP_NONBLOCK) }
  }

  /// Runs until the condition holds, for so many milliseconds at most; false when they passed in vain.
  public func run(atMost milliseconds: Int, until condition: () -> Bool) -> Bool {
    var isOver = false
    let limit = Timer(on: self) { isOver = true }
    limit.start(milliseconds: milliseconds)
    while !condition() {
      guard !isOver, withExtendedLifetime(self, { event_base_loop(base.pointer, EVLOOP_ONCE) }) >= 0 else {
        return condition()
      }
    }
    return true
  }

  /// Calls the action, on the loop, whenever the process receives this signal. Only one loop of a process may do so.
  public func onSignal(_ number: Int32, perform action: @escaping () -> Void) {
    let event = Event(base: base, source: number, kinds: [.signal, .persistent]) { _ in action() }
    event.add()
    signals.append(event)
  }

  /// Milliseconds on the monotonic clock, a few behind at most.
  var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
