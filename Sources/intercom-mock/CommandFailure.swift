import ArgumentParser
import Glibc

/// An error that ends the program: `main` prints the message to standard error and exits with the code.
struct CommandFailure: Error, CustomStringConvertible {
  /// From `sysexits.h`: 64 usage, 65 data, 69 unavailable, 73 cannot create.
  let code: Int32
  let description: String

  init(code: Int32, message: String) {
    self.code = code
    description = message
  }

  /// Runs `body` and rethrows its errors with an exit code.
  static func orExit<Result>(with code: Int32, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw CommandFailure(code: code, message: "\(error)")
    }
  }
}

extension ValidationError {
  /// The error for a flag of `serve` with an invalid value.
  init(_ option: ServeOption, value: String) {
    self.init("--\(option.name) cannot be \(option.quoted(value)): expected \(option.expectation)")
  }

  /// The error for a flag or an argument with an invalid value.
  init(_ name: String, value: String, expected: String) {
    self.init("\(name) cannot be '\(value)': expected \(expected)")
  }
}
