import COpenSSL

/// The server's side of one TLS connection: sealed bytes in and out on one side, plain ones on the other.
///
/// It touches no descriptor, only memory, so a connection reads, writes and waits just as it does without.
final class TLSSession {
  enum Step {
    /// So many plain bytes were opened.
    case opened(Int)
    /// All that came is used up.
    case needsMore
    /// The client has said that it sends no more.
    case ended
    /// What came is not TLS, or was tampered with.
    case failed
  }

  private let session: OpaquePointer
  /// The session's own: what came, and what is to go out.
  private let (incoming, outgoing): (OpaquePointer, OpaquePointer)
  private var hasSaidGoodbye = false

  /// Nil when there is no memory.
  init?(of context: OpaquePointer) {
    guard let session = SSL_new(context) else { return nil }
    guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
      SSL_free(session)
      return nil
    }
    SSL_set_bio(session, incoming, outgoing)
    SSL_set_accept_state(session)
    self.session = session
    (self.incoming, self.outgoing) = (incoming, outgoing)
  }

  deinit {
    SSL_free(session)
  }

  /// Takes what came from the client.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    BIO_write(incoming, bytes.baseAddress, Int32(clamping: bytes.count))
  }

  /// Opens as much as fits, shaking hands first.
  func open(into buffer: UnsafeMutableRawBufferPointer) -> Step {
    ERR_clear_error()
    let count = SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count))
    guard count <= 0 else { return .opened(Int(count)) }
    return switch SSL_get_error(session, count) {
    case SSL_ERROR_WANT_READ: .needsMore
    case SSL_ERROR_ZERO_RETURN: .ended
    default: .failed
    }
  }

  /// Seals bytes for the client; false when hands are not shaken, or never will be.
  func seal(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard !bytes.isEmpty else { return true }
    ERR_clear_error()
    var written = 0
    return SSL_is_init_finished(session) == 1
      && SSL_write_ex(session, bytes.baseAddress, bytes.count, &written) == 1 && written == bytes.count
  }

  /// Tells the client, once, that nothing more comes.
  func sayGoodbye() {
    guard !hasSaidGoodbye, SSL_is_init_finished(session) == 1 else { return }
    hasSaidGoodbye = true
    ERR_clear_error()
    SSL_shutdown(session)
  }

  /// Calls `body` with what is to go out, if there is anything.
  func withOutput(_ body: (UnsafeRawBufferPointer) -> Void) {
    var start: UnsafeMutableRawPointer?
    let count = withUnsafeMutablePointer(to: &start) { BIO_ctrl(outgoing, BIO_CTRL_INFO, 0, $0) }
    guard count > 0 else { return }
    body(UnsafeRawBufferPointer(start: start, count: count))
    BIO_ctrl(outgoing, BIO_CTRL_RESET, 0, nil)
  }
}
