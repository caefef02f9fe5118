import HTTPTransport
import JSON
import Logging
import Store
import TimeZones

/// The format of the log on standard error.
enum LogFormat: String, CaseIterable {
  case text, json, off

  /// - Parameter makeOutput: opens standard error; the argument is the text to write for a number of dropped messages
  func logger(level: Logger.Level, to makeOutput: (@escaping (Int) -> String) -> BufferedOutput) -> Logger {
    var logger = Logger(label: "intercom-mock") { label in
      switch self {
      case .text:
        EscapingLogHandler(
          StreamLogHandler(label: label, stream: makeOutput { "intercom-mock: \(Self.notice(dropped: $0))\n" }))
      case .json: EscapingLogHandler(JSONLogHandler(output: makeOutput(JSONLogHandler.notice)))
      case .off: SwiftLogNoOpLogHandler()
      }
    }
    logger.logLevel = level
    return logger
  }

  /// What is logged when standard error has room again.
  static func notice(dropped count: Int) -> String {
    "\(count) log message\(count == 1 ? " was" : "s were") dropped because standard error was full"
  }
}

/// Writes one JSON object per line.
struct JSONLogHandler: LogHandler {
  let output: BufferedOutput
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line: JSONObject = [
      "time": .string(Self.time), "level": .string(event.level.rawValue),
      "message": .string(event.message.description),
    ]
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }
    ) {
      line.append(key: key, value: Self.json(of: value))
    }
    output.write(JSON.object(line).text + "\n")
  }

  static func notice(dropped count: Int) -> String {
    let line: JSON = [
      "time": .string(time), "level": "warning", "message": .string(LogFormat.notice(dropped: count)),
      "dropped": .integer(Int64(count)),
    ]
    return line.text + "\n"
  }

  /// Keeps integers as JSON numbers.
  private static func json(of value: Logger.MetadataValue) -> JSON {
    if case .stringConvertible(let number as any BinaryInteger) = value { return .integer(Int64(clamping: number)) }
    return .string("\(value)")
  }

  /// The time of the system, not of a workspace: `2024-04-01T09:30:00.123Z`.
  private static var time: String {
    let milliseconds = Clock().milliseconds
    let part = String(milliseconds % 1000)
    return ISO8601.string(fromSeconds: milliseconds / 1000).prefix(19) + "."
      + String(repeating: "0", count: 3 - part.count) + part
      + "Z"
  }
}
