import API

/// What a call to the control plane comes to.
public enum ControlAnswer {
  /// Sets to work, and calls back with what came of it.
  public typealias Start = (_ complete: @escaping (Result<Reply, APIError>) -> Void) -> Void

  case now(Reply)
  /// The answer comes later: the closure is called at once, with the completion to call then or later. Further calls do
  /// nothing.
  case later(Start)
}
