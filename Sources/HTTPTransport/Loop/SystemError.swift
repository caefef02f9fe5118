import Glibc

/// An error of a system call or of OpenSSL, with a description for users.
public struct SystemError: Error, CustomStringConvertible, Sendable {
  /// The action that failed, for example `listen on 127.0.0.1:80`.
  public let attempt: String
  /// The value of `errno`; 0 if the error has another source.
  public let number: Int32
  /// Description of the cause.
  public let reason: String

  /// An error with the current value of `errno`.
  init(attempting attempt: String, number: Int32 = errno) {
    self.attempt = attempt
    self.number = number
    var buffer = [CChar](repeating: 0, count: 256)
    let isKnown = strerror_r(number, &buffer, buffer.count) == 0
    let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    reason = isKnown ? String(decoding: text, as: UTF8.self) : "error \(number)"
  }

  /// An error of another source.
  init(attempting attempt: String, reason: String) {
    self.attempt = attempt
    number = 0
    self.reason = reason
  }

  public var description: String { "\(attempt): \(reason)" }
}
