/// A value that comes later, such as what becomes of a request: set once, at any time, even after the client disconnected.
///
/// Used on one thread, which is that of the event loop.
public final class Pending<Value> {
  /// Nil until it is set.
  public private(set) var value: Value?
  /// Whether the client disconnected, so that the value is not needed any more.
  public private(set) var isCancelled = false
  /// Called when the value is set.
  public var onCompletion: ((Value) -> Void)?
  /// Called when the client disconnects before the value is set, so that the handler can release what waits.
  public var onCancellation: (() -> Void)?

  public init(onCompletion: ((Value) -> Void)? = nil) {
    self.onCompletion = onCompletion
  }

  /// Whether the value is set or not needed any more.
  public var isOver: Bool { value != nil || isCancelled }

  /// Sets the value. Further calls have no effect.
  public func complete(with value: Value) {
    guard self.value == nil else { return }
    self.value = value
    let completion = onCompletion
    (onCompletion, onCancellation) = (nil, nil)
    completion?(value)
  }

  /// Tells the handler that the client disconnected.
  public func cancel() {
    isCancelled = true
    let release = onCancellation
    (onCompletion, onCancellation) = (nil, nil)
    release?()
  }
}

/// What becomes of a request that is handled later.
public typealias PendingOutcome = Pending<Outcome>
