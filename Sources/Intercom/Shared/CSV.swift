import Gzip

/// A table as comma-separated values (RFC 4180).
enum CSV {
  /// One line a row, each ended by CR LF; what holds a comma, a quote or a line end is quoted.
  static func text(_ rows: [[String]]) -> String {
    rows.map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func cell(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// The text as a gzip file; the text itself should zlib have no memory.
  static func gzipped(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return GzipStream(level: 6).compress(bytes) ?? bytes
  }
}
