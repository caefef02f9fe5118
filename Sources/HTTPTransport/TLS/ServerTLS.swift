import COpenSSL

/// How a listener secures its connections: TLS 1.2 or 1.3, with one certificate.
public final class ServerTLS {
  /// `SSL_OP_NO_RENEGOTIATION`, a macro that Swift does not see.
  private static let noRenegotiation = UInt64(1) << 30
  private let context: OpaquePointer

  /// Shows the certificate, and the chain after it, in one PEM file, whose key is in another.
  ///
  /// Throws what names the file that cannot be used.
  public convenience init(certificate: String, key: String) throws(SystemError) {
    try self.init()
    guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
      throw SystemError(
        attempting: "read a certificate from \(certificate)",
        reason: Self.lastErrorReason(default: "no certificate in it"))
    }
    guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
      throw SystemError(attempting: "read a key from \(key)", reason: Self.lastErrorReason(default: "no key in it"))
    }
    guard SSL_CTX_check_private_key(context) == 1 else {
      throw SystemError(attempting: "use the key in \(key)", reason: "it is not the certificate's")
    }
  }

  /// Shows a certificate for these names that is made now, by an authority that is made for it.
  ///
  /// - Parameters:
  ///   - names: names and IP literals
  ///   - authorityFile: where the authority's certificate is written, for clients to trust
  public convenience init(generatedFor names: [String], authorityFile: String?) throws(SystemError) {
    try self.init()
    let authority = try GeneratedCertificate.makeAuthority()
    let server = try GeneratedCertificate(for: names, issuedBy: authority)
    if let authorityFile { try authority.write(to: authorityFile) }
    guard SSL_CTX_use_certificate(context, server.x509) == 1, SSL_CTX_use_PrivateKey(context, server.key) == 1 else {
      throw SystemError(
        attempting: "use the certificate that was made", reason: Self.lastErrorReason(default: "unknown"))
    }
  }

  private init() throws(SystemError) {
    ERR_clear_error()
    guard let context = SSL_CTX_new(TLS_server_method()) else {
      throw SystemError(attempting: "SSL_CTX_new", reason: Self.lastErrorReason(default: "unknown"))
    }
    self.context = context
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    // An idle connection then holds no buffers: many clients keep many.
    SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
    // Nothing that is sent may wait for the client to shake hands again.
    SSL_CTX_set_options(context, Self.noRenegotiation)
  }

  deinit {
    SSL_CTX_free(context)
  }

  /// The server's side of a connection, not begun; nil when there is no memory.
  func makeSession() -> TLSSession? {
    TLSSession(of: context)
  }

  private static func lastErrorReason(default otherwise: String) -> String {
    TLSError.popOldest() ?? otherwise
  }
}

/// The server's side of one TLS connection: sealed bytes in and out on one side, plain ones on the other.
///
/// It touches no descriptor, only memory, so a connection reads, writes and waits just as it does without.
final class TLSSession {
  enum Step {
    /// So many plain bytes were opened.
    case decrypted(Int)
    /// All that came is used up.
    case needsInput
    /// The client has said that it sends no more.
    case ended
    /// What came is not TLS, or was tampered with.
    case failed
  }

  private let session: OpaquePointer
  /// The session's own: what came, and what is to go out.
  private let (incoming, outgoing): (OpaquePointer, OpaquePointer)
  private var hasSentCloseNotify = false

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
  func decrypt(into buffer: UnsafeMutableRawBufferPointer) -> Step {
    ERR_clear_error()
    let count = SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count))
    guard count <= 0 else { return .decrypted(Int(count)) }
    return switch SSL_get_error(session, count) {
    case SSL_ERROR_WANT_READ: .needsInput
    case SSL_ERROR_ZERO_RETURN: .ended
    default: .failed
    }
  }

  /// Seals bytes for the client; false when hands are not shaken, or never will be.
  func encrypt(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard !bytes.isEmpty else { return true }
    ERR_clear_error()
    var written = 0
    return SSL_is_init_finished(session) == 1
      && SSL_write_ex(session, bytes.baseAddress, bytes.count, &written) == 1 && written == bytes.count
  }

  /// Tells the client, once, that nothing more comes.
  func sendCloseNotify() {
    guard !hasSentCloseNotify, SSL_is_init_finished(session) == 1 else { return }
    hasSentCloseNotify = true
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

/// What OpenSSL says of its last failure.
enum TLSError {
  /// OpenSSL's words for an error; nil for none.
  static func text(of code: UInt) -> String? {
    guard code != 0 else { return nil }
    return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
  }

  /// Takes the oldest error off OpenSSL's queue, and words it.
  static func popOldest() -> String? {
    text(of: ERR_get_error())
  }
}
