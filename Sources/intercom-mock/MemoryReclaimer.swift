import HTTPTransport
import Store

/// Frees the records of reset workspaces between requests.
final class MemoryReclaimer {
  /// The time after which a slice ends; the last step can exceed it by at most half a millisecond.
  private static let sliceDuration = Duration.microseconds(500)
  /// The number of slices, which free about ten thousand records, after which memory is returned to the system.
  private static let turnsBeforeTrim = 16
  /// Milliseconds without a request before memory is returned, because that blocks for milliseconds.
  private static let idleMilliseconds = 500
  private let releaseQueue: ReleaseQueue
  private var freeTimer: Timer?
  private var trimTimer: Timer?
  private var turns = 0
  /// The number of responses, and that number when the return of memory was last scheduled.
  private var (answers, seen) = (0, 0)

  init(releaseQueue: ReleaseQueue, on loop: EventLoop) {
    self.releaseQueue = releaseQueue
    freeTimer = Timer(on: loop) { [weak self] in self?.freeSlice() }
    trimTimer = Timer(on: loop) { [weak self] in self?.trimMemory() }
  }

  /// Must be called after each response. Starts to free memory if the release queue is not empty.
  func noteResponse() {
    answers &+= 1
    if !releaseQueue.isEmpty, freeTimer?.isRunning == false { freeTimer?.start(milliseconds: 1) }
  }

  private func freeSlice() {
    let begin = ContinuousClock.now
    // Limited by time, not by count, because most row groups are shared with the seed and cost nothing.
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
