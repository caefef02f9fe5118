import HTTPTransport

/// Actions that wait for their time on the loop.
final class Delays {
  private let loop: EventLoop
  private var timers: [Int: Timer] = [:]
  private var count = 0

  init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Calls the action in so many milliseconds.
  func call(in milliseconds: Int, _ action: @escaping () -> Void) {
    count += 1
    let number = count
    let timer = Timer(on: loop) { [weak self] in
      // Kept until the action is over: it is the timer's own.
      let timer = self?.timers.removeValue(forKey: number)
      withExtendedLifetime(timer, action)
    }
    timers[number] = timer
    timer.start(milliseconds: milliseconds)
  }
}
