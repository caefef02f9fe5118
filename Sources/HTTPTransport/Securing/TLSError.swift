import COpenSSL

/// What OpenSSL says of its last failure.
enum TLSError {
  /// OpenSSL's words for an error; nil for none.
  static func text(of code: UInt) -> String? {
    guard code != 0 else { return nil }
    return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
  }

  /// Takes the oldest error off OpenSSL's queue, and words it.
  static func takeLast() -> String? {
    text(of: ERR_get_error())
  }
}
