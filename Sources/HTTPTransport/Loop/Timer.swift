/// Calls an action after an interval, once or repeatedly. It is cancelled when the object is released.
public final class Timer {
  private let loop: EventLoop
  private let action: () -> Void
  private var interval: Int?
  private var event: Event?

  /// Creates a timer that is not started.
  public init(on loop: EventLoop, _ action: @escaping () -> Void) {
    self.loop = loop
    self.action = action
  }

  /// Whether the timer is started and has not fired.
  public var isRunning: Bool {
    event?.isAdded ?? false
  }

  /// Starts the timer. A running timer is restarted.
  ///
  /// - Parameters:
  ///   - milliseconds: the interval
  ///   - repeats: whether the action is called after each interval
  public func start(milliseconds: Int, repeats: Bool = false) {
    interval = repeats ? max(1, milliseconds) : nil
    let event = event ?? makeEvent()
    self.event = event
    event.add(milliseconds: milliseconds)
  }

  /// Stops the timer.
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
