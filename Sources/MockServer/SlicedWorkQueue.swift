import Store

/// Runs sliced work on the event loop: one slice of one computation in each turn, in rotation. So other requests wait for
/// one slice at most, however many long computations there are.
final class SlicedWorkQueue {
  /// Duration of the first slice while other work is in the queue: clients that send many long requests at once would
  /// otherwise keep the loop for a full slice each.
  private static let shortSlice = Duration.microseconds(250)

  private let environment: ServerEnvironment
  /// The computations, each as a function that runs a slice and returns whether more is left.
  private var runs: [(Duration?) -> Bool] = []
  private var isScheduled = false

  init(environment: ServerEnvironment) {
    self.environment = environment
  }

  /// Runs the first slice of a computation, which is all of it if it is short.
  /// - Returns: the finished work, or the rest
  func begin<Value>(_ work: SlicedWork<Value>) throws -> SlicedWork<Value> {
    guard case .unfinished = work else { return work }
    guard let slice = environment.sliceDuration else { return try work.run() }
    return try work.run(for: runs.isEmpty ? slice : min(slice, Self.shortSlice))
  }

  /// Runs the rest of a computation in later turns of the loop.
  /// - Parameters:
  ///   - isCancelled: asked before each slice; the computation is released if it returns true
  ///   - completion: called with the result; nil if the computation was cancelled
  func finish<Value>(
    _ work: SlicedWork<Value>, unless isCancelled: @escaping () -> Bool = { false },
    completion: @escaping (Result<Value, any Error>?) -> Void
  ) {
    runs.append { duration in
      if isCancelled() {
        completion(nil)
        return false
      }
      let result = Result { try work.run(for: duration) }
      switch result {
      case .success(.unfinished): return true
      case .success(.finished(let value)): completion(.success(value))
      case .failure(let error): completion(.failure(error))
      }
      return false
    }
    schedule()
  }

  private func schedule() {
    guard !isScheduled, !runs.isEmpty else { return }
    isScheduled = true
    environment.schedule(0) { self.runSlice() }
  }

  private func runSlice() {
    isScheduled = false
    guard !runs.isEmpty else { return }
    let run = runs.removeFirst()
    if run(environment.sliceDuration) { runs.append(run) }
    schedule()
  }
}
