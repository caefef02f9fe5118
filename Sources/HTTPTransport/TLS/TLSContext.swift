import COpenSSL

/// An OpenSSL context, from which sessions are created.
final class TLSContext {
  let pointer: OpaquePointer

  /// - Parameter method: `TLS_server_method()` or `TLS_client_method()`
  init(method: OpaquePointer?) throws(SystemError) {
    ERR_clear_error()
    guard let pointer = SSL_CTX_new(method) else { throw SystemError(openSSL: "SSL_CTX_new") }
    self.pointer = pointer
  }

  deinit {
    SSL_CTX_free(pointer)
  }
}

/// Descriptions of OpenSSL's errors.
enum TLSError {
  /// OpenSSL's description of an error code; nil for 0.
  static func text(of code: UInt) -> String? {
    guard code != 0 else { return nil }
    return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
  }
}

extension SystemError {
  /// An error with the oldest entry of OpenSSL's error queue as its reason.
  ///
  /// - Parameter fallback: the reason if the queue is empty
  init(openSSL attempt: String, fallback: String = "unknown") {
    self.init(attempting: attempt, reason: TLSError.text(of: ERR_get_error()) ?? fallback)
  }
}
