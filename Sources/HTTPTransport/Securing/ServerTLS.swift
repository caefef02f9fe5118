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
      throw SystemError("read a certificate from \(certificate)", reason: Self.reason("no certificate in it"))
    }
    guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
      throw SystemError("read a key from \(key)", reason: Self.reason("no key in it"))
    }
    guard SSL_CTX_check_private_key(context) == 1 else {
      throw SystemError("use the key in \(key)", reason: "it is not the certificate's")
    }
  }

  /// Shows a certificate for these names that is made now, by an authority that is made for it.
  ///
  /// - Parameters:
  ///   - names: names and IP literals
  ///   - authorityFile: where the authority's certificate is written, for clients to trust
  public convenience init(madeFor names: [String], authorityFile: String?) throws(SystemError) {
    try self.init()
    let authority = try MadeCertificate.authority()
    let server = try MadeCertificate(for: names, by: authority)
    if let authorityFile { try authority.write(to: authorityFile) }
    guard SSL_CTX_use_certificate(context, server.pointer) == 1, SSL_CTX_use_PrivateKey(context, server.key) == 1 else {
      throw SystemError("use the certificate that was made", reason: Self.reason("unknown"))
    }
  }

  private init() throws(SystemError) {
    ERR_clear_error()
    guard let context = SSL_CTX_new(TLS_server_method()) else {
      throw SystemError("SSL_CTX_new", reason: Self.reason("unknown"))
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

  private static func reason(_ otherwise: String) -> String {
    TLSError.takeLast() ?? otherwise
  }
}
