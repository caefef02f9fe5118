import JSON
import Logging

/// How logs look on standard error.
enum LogFormat: String {
  case text, json, off

  func logger(level: Logger.Level) -> Logger {
    var logger = Logger(label: "intercom-mock") { label in
      switch self {
      case .text: StreamLogHandler.standardError(label: label)
      case .json: JSONLogHandler()
      case .off: SwiftLogNoOpLogHandler()
      }
    }
    logger.logLevel = level
    return logger
  }
}
