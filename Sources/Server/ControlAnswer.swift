import API

/// What a call to the control plane comes to.
public enum ControlAnswer {
  case now(Reply)
  /// The answer comes later: the closure is called at once, with the completion to call then or later. Further calls do
  /// nothing.
  case later((_ complete: @escaping (Result<Reply, APIError>) -> Void) -> Void)
}
