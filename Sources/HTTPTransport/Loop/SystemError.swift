import Glibc

/// A call to the system that failed, told for a person.
public struct SystemError: Error, CustomStringConvertible, Sendable {
  /// What was attempted, for example `bind 127.0.0.1:80`.
  public let attempt: String
  /// The system's error number; 0 when the reason is not one of the system's.
  public let number: Int32
  /// Why it failed.
  public let reason: String

  /// The error that the last system call left in `errno`.
  init(attempting attempt: String, number: Int32 = errno) {
    self.attempt = attempt
    self.number = number
    var buffer = [CChar](repeating: 0, count: 256)
    let isKnown = strerror_r(number, &buffer, buffer.count) == 0
    let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    reason = isKnown ? String(decoding: text, as: UTF8.self) : "error \(number)"
  }

  /// An error with a reason of its own.
  init(attempting attempt: String, reason: String) {
    self.attempt = attempt
    number = 0
    self.reason = reason
  }

  public var description: String { "\(attempt): \(reason)" }
}
