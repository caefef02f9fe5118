import CLibevent
import Glibc

/// The event loop: waits for events and calls their actions.
///
/// A loop and everything attached to it may be used only on the thread that created the loop.
public final class EventLoop {
  let base: EventBase
  /// The read buffer of all connections. A connection uses or copies the bytes before the next one reads.
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
  /// An output buffer that one connection at a time uses during its turn.
  var spareOutput: [UInt8] = []
  private var signals: [Event] = []

  /// Creates a loop and ignores SIGPIPE in the whole process, so that a write to a closed connection is an error and does
  /// not end the process.
  ///
  /// - Throws: `SystemError` if no descriptor is available
  public init() throws {
    signal(SIGPIPE, SIG_IGN)
    base = try EventBase()
  }

  deinit {
    readBuffer.deallocate()
  }

  /// Runs until `stop()` is called or no event is left.
  public func run() {
    withExtendedLifetime(self) { _ = event_base_dispatch(base.pointer) }
  }

  /// Makes `run()` return after the current action.
  public func stop() {
    event_base_loopbreak(base.pointer)
  }

  /// Calls the actions of the events that are active now, without waiting.
  public func poll() {
    withExtendedLifetime(self) { _ = event_base_loop(base.pointer, EVLOOP_NONBLOCK) }
  }

  /// Runs until the condition is true. Returns false if it is not true within the given time.
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

  /// Calls the action on the loop when the process receives the signal. Only one loop of a process can handle signals.
  public func onSignal(_ number: Int32, perform action: @escaping () -> Void) {
    let event = Event(base: base, source: number, kinds: [.signal, .persistent]) { _ in action() }
    event.add()
    signals.append(event)
  }

  /// Milliseconds of the monotonic clock, with the resolution of the kernel's tick (1 to 10 ms).
  var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
