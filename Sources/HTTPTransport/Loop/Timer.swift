/// Calls an action after a while, once or again and again. It stops when it goes away.
public final class Timer {
  private let loop: EventLoop
  private let action: () -> Void
  private var interval: Int?
  private var event: Event?

  /// A timer that is not running yet.
  public init(on loop: EventLoop, _ action: @escaping () -> Void) {
    self.loop = loop
    self.action = action
  }

  /// Whether the action is still to come.
  public var isRunning: Bool {
    event?.isAdded ?? false
  }

  /// Calls the action in so many milliseconds; a timer that is running starts anew. With `repeats`, again after each.
  public func start(milliseconds: Int, repeats: Bool = false) {
    interval = repeats ? max(1, milliseconds) : nil
    let event = event ?? makeEvent()
    self.event = event
    event.add(milliseconds: milliseconds)
  }

  /// Forgets what was to come.
  public func cancel() {
    interval = nil
    event?.remove()
  }

  private func makeEvent() -> Event {
    Event(base: loop.base, source: -1, kinds: []) { [weak self] _ in self?.fire() }
  }

  private func fire() {
    if let interval { event?.add(milliseconds: interval) }
    action()
  }
}
