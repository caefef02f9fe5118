/// An answer taken apart, as far as tests look at it.
struct RawResponse {
  let statusLine: String
  /// Names in lower case.
  let fields: [String: String]
  let bytes: [UInt8]
  /// How many bytes it took on the wire.
  let wireLength: Int

  var status: Int { Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
  var body: String { String(decoding: bytes, as: UTF8.self) }

  subscript(name: String) -> String? { fields[name] }

  /// Nil when the bytes do not hold a whole answer.
  init?(parsing wire: [UInt8], bodiless: Bool, isClosed: Bool) {
    guard let end = Self.find("\r\n\r\n", in: wire, from: 0) else { return nil }
    var lines = String(decoding: wire[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
    statusLine = lines.removeFirst()
    var fields: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      fields[line[..<colon].lowercased()] = String(line[line.index(colon, offsetBy: 2)...])
    }
    self.fields = fields
    let start = end + 4
    if bodiless {
      (bytes, wireLength) = ([], start)
    } else if let text = fields["content-length"], let count = Int(text) {
      guard wire.count >= start + count else { return nil }
      (bytes, wireLength) = (Array(wire[start..<(start + count)]), start + count)
    } else if fields["transfer-encoding"] == "chunked" {
      guard let (body, end) = Self.chunks(in: wire, from: start) else { return nil }
      (bytes, wireLength) = (body, end)
    } else if statusLine.contains(" 204 ") || statusLine.contains(" 304 ") || statusLine.contains(" 100 ") {
      (bytes, wireLength) = ([], start)
    } else {
      guard isClosed else { return nil }
      (bytes, wireLength) = (Array(wire[start...]), wire.count)
    }
  }

  private static func chunks(in wire: [UInt8], from start: Int) -> (body: [UInt8], end: Int)? {
    var (body, position): ([UInt8], Int) = ([], start)
    while let end = find("\r\n", in: wire, from: position) {
      guard let size = Int(String(decoding: wire[position..<end], as: UTF8.self), radix: 16),
        wire.count >= end + 2 + size + 2
      else { return nil }
      body += wire[(end + 2)..<(end + 2 + size)]
      position = end + 2 + size + 2
      if size == 0 { return (body, position) }
    }
    return nil
  }

  private static func find(_ text: String, in wire: [UInt8], from start: Int) -> Int? {
    let pattern = Array(text.utf8)
    guard wire.count >= start + pattern.count else { return nil }
    return (start...(wire.count - pattern.count)).first { wire[$0...].starts(with: pattern) }
  }
}
