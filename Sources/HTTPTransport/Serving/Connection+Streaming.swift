import HTTPMessage

/// A body that is fetched piece by piece.
struct BodyStream {
  let next: () -> [UInt8]?
  let isChunked: Bool
}

extension Connection {
  /// Fetches and writes pieces as long as the client takes them; yields to the others after a few.
  func pump() {
    guard let stream else { return }
    for _ in 0..<16 {
      guard backlog.count == 0 else { return }
      guard let piece = stream.next() else {
        endStream(stream)
        return
      }
      service.writer.write(piece: piece, isChunked: stream.isChunked, to: &output)
      flush()
    }
    if phase != .closed, backlog.count == 0 { wake() }
  }

  private func endStream(_ stream: BodyStream) {
    if stream.isChunked { output.append("0\r\n\r\n") }
    self.stream = nil
    finishAnswer()
  }
}
