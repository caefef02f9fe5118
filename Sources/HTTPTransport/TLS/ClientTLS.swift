import COpenSSL

/// How a client secures its connections.
final class ClientTLS {
  private let context: OpaquePointer
  private let verifiesPeer: Bool

  /// Throws when the certificates cannot be read.
  init(trust: ClientTrust) throws(SystemError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else {
      throw SystemError(attempting: "SSL_CTX_new", reason: Self.lastError())
    }
    self.context = context
    switch trust {
    case .system:
      verifiesPeer = true
      SSL_CTX_set_default_verify_paths(context)
    case .file(let path):
      verifiesPeer = true
      ERR_clear_error()
      guard SSL_CTX_load_verify_locations(context, path, nil) == 1 else {
        throw SystemError(attempting: "read certificates from \(path)", reason: Self.lastError())
      }
    case .anyCertificate: verifiesPeer = false
    }
    SSL_CTX_set_verify(context, verifiesPeer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
  }

  deinit {
    SSL_CTX_free(context)
  }

  /// A session with a host, not begun; whoever asks for it frees it. Nil when there is no memory.
  func makeSession(with host: String, isLiteral: Bool) -> OpaquePointer? {
    guard let session = SSL_new(context) else { return nil }
    if isLiteral {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host)
    } else {
      SSL_set1_host(session, host)
      setServerName(host, in: session)
    }
    return session
  }

  /// Why the other side was not believed; nil when it was.
  static func verificationError(of session: OpaquePointer) -> String? {
    let code = SSL_get_verify_result(session)
    guard code != X509_V_OK else { return nil }
    return String(cString: X509_verify_cert_error_string(code))
  }

  /// Says which of its names the server is asked as (RFC 6066, 3).
  private func setServerName(_ host: String, in session: OpaquePointer) {
    var bytes = host.utf8CString.map { $0 }
    _ = bytes.withUnsafeMutableBytes {
      SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), $0.baseAddress)
    }
  }

  private static func lastError() -> String {
    TLSError.popOldest() ?? "no certificate in it"
  }
}
