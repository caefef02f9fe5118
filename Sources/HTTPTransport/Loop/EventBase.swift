import CLibevent

/// libevent's event base, alive as long as anything is attached to it.
final class EventBase {
  let pointer: OpaquePointer

  init() throws {
    guard let config = event_config_new() else { throw SystemError("event_config_new") }
    defer { event_config_free(config) }
    // One thread: locks would only cost.
    event_config_set_flag(config, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
    guard let pointer = event_base_new_with_config(config) else { throw SystemError("event_base_new") }
    self.pointer = pointer
  }

  deinit {
    event_base_free(pointer)
  }
}
