/// The outcome of a request that is handled later: set once, at any time, even after the client disconnected.
///
/// Used on one thread, which is that of the event loop.
public final class PendingOutcome {
  /// Nil until the request is handled.
  public private(set) var outcome: Outcome?
  /// Whether the connection is closed, so that the outcome is not needed any more.
  public private(set) var isCancelled = false
  /// Called when the outcome is set.
  public var onCompletion: ((Outcome) -> Void)?
  /// Called when the connection closes before the outcome is set, so that the handler can release what waits.
  public var onCancellation: (() -> Void)?

  public init(onCompletion: ((Outcome) -> Void)? = nil) {
    self.onCompletion = onCompletion
  }

  /// Sets the outcome. Further calls have no effect.
  public func complete(with outcome: Outcome) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    onCancellation = nil
    onCompletion?(outcome)
  }

  /// Tells the handler that the connection is closed. Called by the transport.
  public func cancel() {
    isCancelled = true
    onCompletion = nil
    let release = onCancellation
    onCancellation = nil
    release?()
  }
}
