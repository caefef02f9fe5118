import HTTPTransport
import Store

/// Frees discarded workspace states incrementally, between requests, and then returns free memory to the system.
final class MemoryReclaimer {
  /// Maximum duration of a turn. The last step of a turn may exceed it by half a millisecond.
  private static let sliceDuration = Duration.microseconds(500)
  /// Number of turns, which free about 10,000 records, after which memory is returned to the system.
  private static let turnsBeforeTrim = 16
  /// Memory is returned to the system, which takes milliseconds, after this time without a request, in milliseconds.
  private static let idleMilliseconds = 500
  private let releaseQueue: ReleaseQueue
  private var freeTimer: Timer?
  private var trimTimer: Timer?
  private var turns = 0
  /// Number of responses, now and when `trimTimer` was last started.
  private var (responses, responsesAtSchedule) = (0, 0)

  init(releaseQueue: ReleaseQueue, on loop: EventLoop) {
    self.releaseQueue = releaseQueue
    freeTimer = Timer(on: loop) { [weak self] in self?.freeSlice() }
    trimTimer = Timer(on: loop) { [weak self] in self?.trimMemory() }
  }

  /// Starts freeing, if the queue is not empty. Called after each response.
  func noteResponse() {
    responses &+= 1
    if !releaseQueue.isEmpty, freeTimer?.isRunning == false { freeTimer?.start(milliseconds: 1) }
  }

  private func freeSlice() {
    let start = ContinuousClock.now
    // Limited by time and not by a number of row groups, because most are shared with the seed and cost nothing.
    repeat {
      releaseQueue.release(rowGroups: 1)
    } while !releaseQueue.isEmpty && start.duration(to: .now) < Self.sliceDuration
    turns += 1
    guard releaseQueue.isEmpty else {
      freeTimer?.start(milliseconds: 1)
      return
    }
    if turns > Self.turnsBeforeTrim { scheduleTrim() }
    turns = 0
  }

  private func trimMemory() {
    if responses == responsesAtSchedule { Heap.trim() } else { scheduleTrim() }
  }

  private func scheduleTrim() {
    responsesAtSchedule = responses
    trimTimer?.start(milliseconds: Self.idleMilliseconds)
  }
}
