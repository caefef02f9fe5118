/// What becomes of one request. The transport carries it out; nobody waits.
public enum Outcome: Sendable {
  /// Answer at once.
  case now(Response)
  /// Answer after so many milliseconds.
  case after(milliseconds: Int, Response)
  /// Break the wire in a named way.
  case broken(Breakage)
  /// The answer comes later: the closure is called on the loop's thread with the completion to call once, on it too.
  case pending(@Sendable (_ complete: @escaping (Response) -> Void) -> Void)
}

/// Ways to fail that a well-behaved server never shows.
public enum Breakage: Sendable {
  /// Close without a byte of an answer.
  case closeBeforeResponse
  /// Send the head and half of the body, then close.
  case closeMidBody(Response)
  /// Send the answer `bytes` at a time, with `milliseconds` between.
  case drip(Response, bytes: Int, milliseconds: Int)
}
