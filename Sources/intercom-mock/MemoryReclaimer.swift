import HTTPTransport
import Store

/// Frees what was reset, between answers.
final class MemoryReclaimer {
  /// How long it may take at once; what is begun then takes half a millisecond more at most.
  private static let sliceDuration = Duration.microseconds(500)
  /// After so many turns, which free some ten thousand records, the system gets the memory back.
  private static let turnsBeforeTrim = 16
  /// Milliseconds without a request after which it does: that takes milliseconds at once.
  private static let idleMilliseconds = 500
  private let releaseQueue: ReleaseQueue
  private var freeTimer: Timer?
  private var trimTimer: Timer?
  private var turns = 0
  /// How many requests were answered, and how many when the system was last about to get memory back.
  private var (answers, seen) = (0, 0)

  init(releaseQueue: ReleaseQueue, on loop: EventLoop) {
    self.releaseQueue = releaseQueue
    freeTimer = Timer(on: loop) { [weak self] in self?.freeSlice() }
    trimTimer = Timer(on: loop) { [weak self] in self?.trimMemory() }
  }

  /// Called after each answer: begins, if there is something to free and it has not begun.
  func noteResponse() {
    answers &+= 1
    if !releaseQueue.isEmpty, freeTimer?.isRunning == false { freeTimer?.start(milliseconds: 1) }
  }

  private func freeSlice() {
    let begin = ContinuousClock.now
    // By the clock: most leaves are shared with the seed and cost nothing.
    repeat {
      releaseQueue.release(rowGroups: 1)
    } while !releaseQueue.isEmpty && begin.duration(to: .now) < Self.sliceDuration
    turns += 1
    guard releaseQueue.isEmpty else { freeTimer?.start(milliseconds: 1); return }
    if turns > Self.turnsBeforeTrim { scheduleTrim() }
    turns = 0
  }

  private func trimMemory() {
    if answers == seen { Heap.trim() } else { scheduleTrim() }
  }

  private func scheduleTrim() {
    seen = answers
    trimTimer?.start(milliseconds: Self.idleMilliseconds)
  }
}
