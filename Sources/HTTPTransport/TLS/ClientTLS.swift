import COpenSSL

/// The TLS configuration of a client.
final class ClientTLS {
  private let context: TLSContext

  /// Throws if the trusted certificates cannot be read.
  init(trust: ClientTrust) throws(SystemError) {
    context = try TLSContext(method: TLS_client_method())
    switch trust {
    case .system: SSL_CTX_set_default_verify_paths(context.pointer)
    case .file(let path):
      ERR_clear_error()
      guard SSL_CTX_load_verify_locations(context.pointer, path, nil) == 1 else {
        throw SystemError(openSSL: "read certificates from \(path)", fallback: "no certificate in the file")
      }
    case .anyCertificate:
      SSL_CTX_set_verify(context.pointer, SSL_VERIFY_NONE, nil)
      return
    }
    SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, nil)
  }

  /// Creates a session with a host. The caller releases it. Returns nil if out of memory.
  ///
  /// - Parameter isLiteral: whether the host is an IP literal
  func makeSession(with host: String, isLiteral: Bool) -> OpaquePointer? {
    guard let session = SSL_new(context.pointer) else { return nil }
    if isLiteral {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host)
    } else {
      SSL_set1_host(session, host)
      setServerName(host, in: session)
    }
    return session
  }

  /// The reason why the server's certificate was rejected; nil if it was not.
  static func verificationError(of session: OpaquePointer) -> String? {
    let code = SSL_get_verify_result(session)
    guard code != X509_V_OK else { return nil }
    return String(cString: X509_verify_cert_error_string(code))
  }

  /// Sets the host name that the client requests (RFC 6066, 3).
  private func setServerName(_ host: String, in session: OpaquePointer) {
    var bytes = host.utf8CString.map { $0 }
    _ = bytes.withUnsafeMutableBytes {
      SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), $0.baseAddress)
    }
  }
}
