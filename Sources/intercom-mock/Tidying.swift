import HTTPTransport
import Store

/// Frees what was reset, between answers.
final class Tidying {
  /// About a millisecond's work.
  private static let leavesAtOnce = 2
  private let discarded: Discarded
  private let timer: Timer

  init(_ discarded: Discarded, on loop: EventLoop) {
    self.discarded = discarded
    let again = Again()
    let timer = Timer(on: loop) {
      discarded.free(leaves: Self.leavesAtOnce)
      if !discarded.isEmpty { again.timer?.start(milliseconds: 1) }
    }
    again.timer = timer
    self.timer = timer
  }

  /// Begins, if there is something to free and it has not begun.
  func beginIfNeeded() {
    if !discarded.isEmpty, !timer.isRunning { timer.start(milliseconds: 1) }
  }

  /// Lets the timer's action start the timer.
  private final class Again {
    weak var timer: Timer?
  }
}
