import Glibc

/// Ends the program with a line on standard error that names the culprit, and a status of sysexits.
struct Failing: Error {
  /// - Parameter code: of `sysexits.h`: 65 data, 69 unavailable, 73 cannot create
  init(_ code: Int32, _ message: String) {
    let line = Array("intercom-mock: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    Glibc.exit(code)
  }

  /// Runs `body`; what it throws ends the program.
  static func with<Result>(_ code: Int32, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw Failing(code, "\(error)")
    }
  }
}
