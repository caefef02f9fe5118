import Logging

/// Escapes control characters in messages and metadata, so that a request cannot forge lines of the log or send commands to
/// a terminal.
struct EscapingLogHandler: LogHandler {
  private var base: any LogHandler

  init(_ base: any LogHandler) {
    self.base = base
  }

  var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue.mapValues(\.escapingControlCharacters) }
  }

  var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue?.escapingControlCharacters }
  }

  func log(event: LogEvent) {
    var event = event
    event.message = "\(event.message.description.escapingControlCharacters)"
    event.metadata = event.metadata?.mapValues(\.escapingControlCharacters)
    base.log(event: event)
  }
}

extension String {
  /// The text with control, format and line separating characters as `\u{...}`.
  var escapingControlCharacters: String {
    guard unicodeScalars.contains(where: \.isUnsafeInLog) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isUnsafeInLog {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Unicode.Scalar {
  /// Format characters include those that reverse the direction of the text after them.
  fileprivate var isUnsafeInLog: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension Logger.MetadataValue {
  fileprivate var escapingControlCharacters: Logger.MetadataValue {
    switch self {
    case .string(let text): .string(text.escapingControlCharacters)
    case .stringConvertible(is any BinaryInteger): self
    case .stringConvertible(let value): .string(value.description.escapingControlCharacters)
    case .array(let values): .array(values.map(\.escapingControlCharacters))
    case .dictionary(let values): .dictionary(values.mapValues(\.escapingControlCharacters))
    }
  }
}
