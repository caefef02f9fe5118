import HTTPMessage

extension Connection {
  /// Opens what came, and takes what was in it.
  func readSecured(_ tls: TLSSession, _ sealed: UnsafeRawBufferPointer) {
    tls.receive(sealed)
    // The session keeps what it was given, so the same memory takes the plain bytes.
    let scratch = service.loop.scratch
    while phase != .closed {
      switch tls.open(into: scratch) {
      case .opened(let count): take(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
      case .needsMore: return transmitSealed(tls)
      case .ended:
        isPeerFinished = true
        return transmitSealed(tls)
      case .failed:
        // Says why, if it can.
        transmitSealed(tls)
        return close()
      }
    }
  }

  /// Seals both and sends them.
  func sendSecured(_ tls: TLSSession, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
    guard tls.seal(first), tls.seal(second) else { return close() }
    transmitSealed(tls)
  }

  /// Has bytes written when the client takes them, and not before.
  func queue(_ bytes: UnsafeRawBufferPointer) {
    guard let tls else { return backlog.append(bytes) }
    guard tls.seal(bytes) else { return close() }
    tls.withOutput { backlog.append($0) }
  }

  /// Ends the session, so that the client can tell the end from a cut.
  func sayGoodbye(_ tls: TLSSession) {
    tls.sayGoodbye()
    transmitSealed(tls)
  }

  private func transmitSealed(_ tls: TLSSession) {
    tls.withOutput { transmit($0, UnsafeRawBufferPointer(start: nil, count: 0)) }
  }
}
