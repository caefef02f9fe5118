import HTTPTransport
import Store

/// Frees what was reset, between answers.
final class Tidying {
  /// How long it may take at once; what is begun then takes half a millisecond more at most.
  private static let longest = Duration.microseconds(500)
  /// After so many turns, which free some ten thousand records, the system gets the memory back.
  private static let many = 16
  private let discarded: Discarded
  private let timer: Timer

  init(_ discarded: Discarded, on loop: EventLoop) {
    self.discarded = discarded
    let again = Again()
    var turns = 0
    let timer = Timer(on: loop) {
      let begin = ContinuousClock.now
      // By the clock: most leaves are shared with the seed and cost nothing.
      repeat { discarded.free(leaves: 1) } while !discarded.isEmpty && begin.duration(to: .now) < Self.longest
      turns += 1
      if !discarded.isEmpty {
        again.timer?.start(milliseconds: 1)
      } else {
        if turns > Self.many { FreedMemory.giveBack() }
        turns = 0
      }
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
