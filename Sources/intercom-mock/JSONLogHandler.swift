import Glibc
import JSON
import Logging

/// One JSON object a line.
struct JSONLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line: JSONObject = ["level": .string(event.level.rawValue), "message": .string(event.message.description)]
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }
    ) {
      line.append(key: key, value: .string("\(value)"))
    }
    let bytes = JSON.object(line).bytes + [UInt8(ascii: "\n")]
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
