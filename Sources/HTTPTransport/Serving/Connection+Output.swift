import Glibc
import HTTPMessage

extension Connection {
  /// Writes a body: a small one joins the rest of the turn's output, a large one is not copied unless it must wait.
  func write(body: [UInt8]) {
    guard body.count > 16_384 else {
      output.append(contentsOf: body)
      return
    }
    output.withUnsafeBytes { head in
      body.withUnsafeBytes { body in send(head, then: body) }
    }
    output.removeAll(keepingCapacity: true)
  }

  /// Writes the turn's output.
  func flush() {
    guard !output.isEmpty else { return }
    output.withUnsafeBytes { send($0, then: UnsafeRawBufferPointer(start: nil, count: 0)) }
    output.removeAll(keepingCapacity: true)
  }

  /// Writes what waited, and goes on with what waited for that.
  func writeBacklog() {
    guard let written = backlog.write(to: descriptor) else {
      close()
      return
    }
    if written > 0 { lastProgress = manager.loop.now }
    guard drip == nil else { return }
    if stream != nil { pumpStream() }
    if !isCongested { processBufferedInput() }
  }

  private func send(_ first: UnsafeRawBufferPointer, then second: UnsafeRawBufferPointer) {
    guard phase != .closed else { return }
    if let tls {
      sendEncrypted(through: tls, first: first, second: second)
    } else {
      transmit(first, then: second)
    }
  }

  /// Gives both to the system at once; what it does not take waits.
  func transmit(_ first: UnsafeRawBufferPointer, then second: UnsafeRawBufferPointer) {
    var written = 0
    if backlog.count == 0 {
      written = second.isEmpty ? sendNow(first) : sendNow(first, then: second)
      if written < 0 {
        guard errno == EAGAIN || errno == EINTR else {
          close()
          return
        }
        written = 0
      }
      guard written < first.count + second.count else { return }
      lastProgress = manager.loop.now
    }
    backlog.append(UnsafeRawBufferPointer(rebasing: first.dropFirst(written)))
    backlog.append(UnsafeRawBufferPointer(rebasing: second.dropFirst(max(0, written - first.count))))
  }

  private func sendNow(_ bytes: UnsafeRawBufferPointer) -> Int {
    Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
  }

  private func sendNow(_ first: UnsafeRawBufferPointer, then second: UnsafeRawBufferPointer) -> Int {
    withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
      parts[0] = iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count)
      parts[1] = iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
      return writev(descriptor, parts.baseAddress, 2)
    }
  }
}

/// A body that is fetched piece by piece.
struct BodyStream {
  let next: () -> [UInt8]?
  let isChunked: Bool
}

extension Connection {
  /// Fetches and writes pieces as long as the client takes them; yields to the others after a few.
  func pumpStream() {
    guard let stream else { return }
    for _ in 0..<16 {
      guard backlog.count == 0 else { return }
      guard let piece = stream.next() else {
        finishStream(stream)
        return
      }
      manager.writer.write(piece: piece, isChunked: stream.isChunked, to: &output)
      flush()
    }
    if phase != .closed, backlog.count == 0 { wake() }
  }

  private func finishStream(_ stream: BodyStream) {
    if stream.isChunked { output.append("0\r\n\r\n") }
    self.stream = nil
    finishResponse()
  }
}

extension Connection {
  /// Opens what came, and takes what was in it.
  func readEncrypted(through tls: TLSSession, bytes sealed: UnsafeRawBufferPointer) {
    tls.receive(sealed)
    // The session keeps what it was given, so the same memory takes the plain bytes.
    let scratch = manager.loop.readBuffer
    while phase != .closed {
      switch tls.decrypt(into: scratch) {
      case .decrypted(let count): receive(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
      case .needsInput: return transmitEncrypted(from: tls)
      case .ended:
        isInputFinished = true
        return transmitEncrypted(from: tls)
      case .failed:
        // Says why, if it can.
        transmitEncrypted(from: tls)
        return close()
      }
    }
  }

  /// Seals both and sends them.
  func sendEncrypted(through tls: TLSSession, first: UnsafeRawBufferPointer, second: UnsafeRawBufferPointer) {
    guard tls.encrypt(first), tls.encrypt(second) else { return close() }
    transmitEncrypted(from: tls)
  }

  /// Has bytes written when the client takes them, and not before.
  func enqueue(_ bytes: UnsafeRawBufferPointer) {
    guard let tls else { return backlog.append(bytes) }
    guard tls.encrypt(bytes) else { return close() }
    tls.withOutput { backlog.append($0) }
  }

  /// Ends the session, so that the client can tell the end from a cut.
  func sendCloseNotify(through tls: TLSSession) {
    tls.sendCloseNotify()
    transmitEncrypted(from: tls)
  }

  private func transmitEncrypted(from tls: TLSSession) {
    tls.withOutput { transmit($0, then: UnsafeRawBufferPointer(start: nil, count: 0)) }
  }
}
