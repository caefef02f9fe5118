import COpenSSL

/// The TLS configuration of a server: TLS 1.2 or 1.3 and one certificate.
public final class ServerTLS {
  /// `SSL_OP_NO_RENEGOTIATION`, a macro that Swift does not import.
  private static let noRenegotiation = UInt64(1) << 30
  private let context: TLSContext

  /// Uses a certificate from a file.
  ///
  /// - Parameters:
  ///   - certificate: path of a PEM file with the certificate and its chain
  ///   - key: path of a PEM file with the private key
  /// - Throws: `SystemError` that contains the path of the file that cannot be used
  public convenience init(certificate: String, key: String) throws(SystemError) {
    try self.init()
    guard SSL_CTX_use_certificate_chain_file(context.pointer, certificate) == 1 else {
      throw SystemError(openSSL: "read a certificate from \(certificate)", fallback: "no certificate in the file")
    }
    var isEncrypted = false
    let isRead = withUnsafeMutablePointer(to: &isEncrypted) { flag in
      SSL_CTX_set_default_passwd_cb_userdata(context.pointer, flag)
      defer { SSL_CTX_set_default_passwd_cb_userdata(context.pointer, nil) }
      return SSL_CTX_use_PrivateKey_file(context.pointer, key, SSL_FILETYPE_PEM) == 1
    }
    if isEncrypted {
      throw SystemError(
        attempting: "read a key from \(key)",
        reason: "it is encrypted; decrypt it first, for example with openssl pkey -in \(key) -out plain.pem")
    }
    guard isRead else {
      throw SystemError(openSSL: "read a key from \(key)", fallback: "no key in the file")
    }
    guard SSL_CTX_check_private_key(context.pointer) == 1 else {
      throw SystemError(attempting: "use the key in \(key)", reason: "it does not belong to the certificate")
    }
  }

  /// Generates a certificate and an authority that signs it.
  ///
  /// - Parameters:
  ///   - names: host names and IP literals
  ///   - publish: called with the authority's certificate as PEM, for clients to trust
  public convenience init(
    generatedFor names: [String], publish: (_ authority: String) throws -> Void = { _ in }
  ) throws {
    try self.init()
    let authority = try GeneratedCertificate.makeAuthority()
    let server = try GeneratedCertificate(for: names, issuedBy: authority)
    try publish(try authority.pem())
    guard SSL_CTX_use_certificate(context.pointer, server.x509) == 1,
      SSL_CTX_use_PrivateKey(context.pointer, server.key) == 1
    else { throw SystemError(openSSL: "use the generated certificate") }
  }

  private init() throws(SystemError) {
    context = try TLSContext(method: TLS_server_method())
    SSL_CTX_ctrl(context.pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    // Idle connections hold no buffers.
    SSL_CTX_ctrl(context.pointer, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
    // OpenSSL would ask for the passphrase of an encrypted key on the terminal, and wait.
    SSL_CTX_set_default_passwd_cb(context.pointer) { _, _, _, flag in
      flag?.assumingMemoryBound(to: Bool.self).pointee = true
      return -1
    }
    // A renegotiation would make a write wait for the client.
    SSL_CTX_set_options(context.pointer, Self.noRenegotiation)
  }

  /// Creates the server's side of a connection; nil if out of memory.
  func makeSession() -> TLSSession? {
    TLSSession(of: context)
  }
}

/// The server's side of a TLS connection: converts between encrypted and plain bytes.
///
/// It works on memory buffers only. The connection reads, writes and waits as without TLS.
final class TLSSession {
  enum Step {
    /// Number of decrypted bytes.
    case decrypted(Int)
    /// All input is processed.
    case needsInput
    /// The client has sent `close_notify` (RFC 8446, 6.1).
    case ended
    /// The input is not valid TLS.
    case failed
  }

  private let session: OpaquePointer
  /// Memory buffers for encrypted input and output. The session owns them.
  private let (incoming, outgoing): (OpaquePointer, OpaquePointer)
  private var hasSentCloseNotify = false

  /// Returns nil if out of memory.
  init?(of context: TLSContext) {
    guard let session = SSL_new(context.pointer) else { return nil }
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

  /// Whether the handshake is complete.
  var isEstablished: Bool { SSL_is_init_finished(session) == 1 }

  /// Adds encrypted bytes from the client. Copies them.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    BIO_write(incoming, bytes.baseAddress, Int32(clamping: bytes.count))
  }

  /// Performs the handshake if it is not complete, then decrypts as many bytes as the buffer holds.
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

  /// Encrypts bytes for the client. Returns false if the handshake is not complete or the session failed.
  func encrypt(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard !bytes.isEmpty else { return true }
    ERR_clear_error()
    var written = 0
    return isEstablished
      && SSL_write_ex(session, bytes.baseAddress, bytes.count, &written) == 1 && written == bytes.count
  }

  /// Produces the `close_notify` alert, once.
  func sendCloseNotify() {
    guard !hasSentCloseNotify, isEstablished else { return }
    hasSentCloseNotify = true
    ERR_clear_error()
    SSL_shutdown(session)
  }

  /// Calls `body` with the encrypted output, if there is any, and removes it.
  func withOutput(_ body: (UnsafeRawBufferPointer) -> Void) {
    var start: UnsafeMutableRawPointer?
    let count = withUnsafeMutablePointer(to: &start) { BIO_ctrl(outgoing, BIO_CTRL_INFO, 0, $0) }
    guard count > 0 else { return }
    body(UnsafeRawBufferPointer(start: start, count: count))
    BIO_ctrl(outgoing, BIO_CTRL_RESET, 0, nil)
  }
}
