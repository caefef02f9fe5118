import Logging
import Synchronization

/// Keeps what a server logs as an error: a handler that failed, which a client only sees as a 500.
final class ErrorLogHandler: LogHandler, Sendable {
  private let lastError = Mutex<String?>(nil)

  var logLevel: Logger.Level {
    get { .error }
    set {}
  }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    let text = "\(event.message) \(event.metadata ?? [:])"
    lastError.withLock { $0 = text }
  }

  /// Throws what was logged since the last look.
  func throwLoggedError() throws {
    let found = lastError.withLock { defect in
      defer { defect = nil }
      return defect
    }
    if let found { throw FuzzFinding(found) }
  }
}
