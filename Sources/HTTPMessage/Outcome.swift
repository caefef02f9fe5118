/// What becomes of one request. The transport carries it out; nobody waits.
///
/// Not `Sendable`: an outcome goes from the handler to the transport on one thread, and `.pending` may close over
/// whatever else lives on it.
public enum Outcome {
  /// Answer at once.
  case now(Response)
  /// Answer after so many milliseconds.
  case after(milliseconds: Int, Response)
  /// Break the wire in a named way.
  case broken(Breakage)
  /// The answer comes later: the closure is called at once, on the loop's thread, with the completion to call on it too,
  /// then or later. Further calls do nothing, nor does a call after the client has gone.
  case pending((_ complete: @escaping (Response) -> Void) -> Void)
}

/// Ways to fail that a well-behaved server never shows.
public enum Breakage: Sendable {
  /// Close without a byte of an answer.
  case closeBeforeResponse
  /// Reset the connection, as where nobody listens any more.
  case reset
  /// Send the head and half of the body, then close.
  case closeMidBody(Response)
  /// Send the answer `bytes` at a time, with `milliseconds` between.
  case drip(Response, bytes: Int, milliseconds: Int)
}
