import HTTPMessage

/// An answer that is still to come. It may be given once, at any time, whether or not the client is still there.
final class PendingAnswer {
  private(set) var response: Response?
  /// Set once the handler has returned: from then on the connection must be woken.
  weak var connection: Connection?
  private var isGiven = false

  func complete(_ response: Response) {
    guard !isGiven else { return }
    isGiven = true
    self.response = response
    // The handler of another request may be running: the connection goes on in the loop's next turn.
    connection?.wake()
  }
}
