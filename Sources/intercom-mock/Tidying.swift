import HTTPTransport
import Store

/// Frees what was reset, between answers.
final class Tidying {
  /// How long it may take at once; what is begun then takes half a millisecond more at most.
  private static let longest = Duration.microseconds(500)
  /// After so many turns, which free some ten thousand records, the system gets the memory back.
  private static let many = 16
  /// Milliseconds without a request after which it does: that takes milliseconds at once.
  private static let quiet = 500
  private let discarded: ReleaseQueue
  private var freeing: Timer?
  private var givingBack: Timer?
  private var turns = 0
  /// How many requests were answered, and how many when the system was last about to get memory back.
  private var (answers, seen) = (0, 0)

  init(_ discarded: ReleaseQueue, on loop: EventLoop) {
    self.discarded = discarded
    freeing = Timer(on: loop) { [weak self] in self?.free() }
    givingBack = Timer(on: loop) { [weak self] in self?.giveBack() }
  }

  /// Called after each answer: begins, if there is something to free and it has not begun.
  func noteAnswer() {
    answers &+= 1
    if !discarded.isEmpty, freeing?.isRunning == false { freeing?.start(milliseconds: 1) }
  }

  private func free() {
    let begin = ContinuousClock.now
    // By the clock: most leaves are shared with the seed and cost nothing.
    repeat { discarded.release(rowGroups: 1) } while !discarded.isEmpty && begin.duration(to: .now) < Self.longest
    turns += 1
    guard discarded.isEmpty else { freeing?.start(milliseconds: 1); return }
    if turns > Self.many { wait() }
    turns = 0
  }

  private func giveBack() {
    if answers == seen { Heap.trim() } else { wait() }
  }

  private func wait() {
    seen = answers
    givingBack?.start(milliseconds: Self.quiet)
  }
}
