import CLibevent

/// A libevent event and its action. It is removed when the object is released.
final class Event {
  /// The conditions that an event waits for, or that activated it.
  struct Kind: OptionSet {
    let rawValue: Int16
    static let timeout = Kind(rawValue: Int16(EV_TIMEOUT))
    static let readable = Kind(rawValue: Int16(EV_READ))
    static let writable = Kind(rawValue: Int16(EV_WRITE))
    static let signal = Kind(rawValue: Int16(EV_SIGNAL))
    static let persistent = Kind(rawValue: Int16(EV_PERSIST))
  }

  private let pointer: UnsafeMutablePointer<event>
  // An event must not outlive its base.
  private let base: EventBase
  private var action: (Kind) -> Void
  private(set) var isAdded = false
  private let isPersistent: Bool

  /// - Parameters:
  ///   - source: a descriptor, a signal number, or -1 for a timer
  init(base: EventBase, source: Int32, kinds: Kind, _ action: @escaping (Kind) -> Void) {
    self.base = base
    self.action = action
    isPersistent = kinds.contains(.persistent)
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: event())
    let context = Unmanaged.passUnretained(self).toOpaque()
    event_assign(pointer, base.pointer, source, kinds.rawValue, { Event.fire(kinds: $1, context: $2) }, context)
  }

  deinit {
    event_del(pointer)
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }

  /// Starts waiting.
  ///
  /// - Parameter milliseconds: the timeout; nil for none
  func add(milliseconds: Int? = nil) {
    isAdded = true
    guard let milliseconds else {
      event_add(pointer, nil)
      return
    }
    var interval = timeval(tv_sec: max(0, milliseconds) / 1000, tv_usec: max(0, milliseconds) % 1000 * 1000)
    event_add(pointer, &interval)
  }

  /// Stops waiting.
  func remove() {
    guard isAdded else { return }
    isAdded = false
    event_del(pointer)
  }

  /// Calls the action in the next turn of the loop, regardless of the conditions.
  func activate() {
    event_active(pointer, Int32(EV_TIMEOUT), 0)
  }

  private static func fire(kinds: Int16, context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    // The action may release its own event.
    let event = Unmanaged<Event>.fromOpaque(context).takeUnretainedValue()
    withExtendedLifetime(event) {
      if !event.isPersistent { event.isAdded = false }
      event.action(Kind(rawValue: kinds))
    }
  }
}

/// The event base of libevent. Each event holds a reference to it.
final class EventBase {
  let pointer: OpaquePointer

  init() throws {
    guard let config = event_config_new() else { throw SystemError(attempting: "event_config_new") }
    defer { event_config_free(config) }
    // The base is used by one thread only.
    event_config_set_flag(config, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
    guard let pointer = event_base_new_with_config(config) else { throw SystemError(attempting: "event_base_new") }
    self.pointer = pointer
  }

  deinit {
    event_base_free(pointer)
  }
}
