import API
import ASCII
import Gzip
import Store
import TimeZones

/// Times in UTC in the format of the newer resources: `2025-11-15T09:30:00Z`.
enum ISO8601UTC {
  static func text(seconds: Int64) -> String {
    ISO8601.string(fromSeconds: seconds).prefix(19) + "Z"
  }

  /// With milliseconds, the format of Fin: `2025-01-24T10:00:00.123Z`.
  static func textWithFraction(milliseconds: Int64) -> String {
    let fraction = String(decimal: (milliseconds % 1000 + 1000) % 1000, width: 3)
    return "\(ISO8601.string(fromSeconds: milliseconds / 1000).prefix(19)).\(fraction)Z"
  }
}

extension Field {
  /// A time that is stored in seconds and shown as a string.
  static func utcTimestamp(_ name: String, options: Options = []) -> Field {
    .timestamp(name, options: options).shown { record, _ in .string(record[name].integer.map(ISO8601UTC.text)) }
  }
}

/// Comma-separated values (RFC 4180).
enum CSV {
  /// One line per row, each terminated by CR LF. Values with a comma, a quote or a line break are quoted.
  static func text(rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// Compresses a string in gzip format; returns it uncompressed if zlib cannot allocate memory.
  static func gzipped(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return GzipStream(level: 6).compress(bytes) ?? bytes
  }
}
