import Glibc

/// The fields and files of a `multipart/form-data` body (RFC 7578).
///
/// Strict: the body begins with the boundary, every line ends in CR LF, every part says its name, and the last boundary
/// is there.
public struct MultipartForm: Sendable {
  /// One field, or one file.
  public struct Part: Sendable {
    public let name: String
    /// What the client calls the file; nil for a plain field.
    public let fileName: String?
    public let bytes: [UInt8]

    /// The bytes as UTF-8.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  public let parts: [Part]

  /// Reads a body whose boundary stands in its `Content-Type`.
  public init(body: [UInt8], contentType: String) throws(MultipartError) {
    guard let type = ParameterizedFieldValue(contentType), type.value == "multipart/form-data" else {
      throw MultipartError(reason: "the Content-Type must be multipart/form-data")
    }
    guard let boundary = type["boundary"], (1...70).contains(boundary.utf8.count) else {
      throw MultipartError(reason: "the Content-Type must name a boundary of 1 to 70 characters")
    }
    var reader = MultipartReader(body: body, boundary: boundary)
    parts = try reader.read()
  }

  /// The first part of this name.
  public subscript(name: String) -> Part? {
    parts.first { $0.name == name }
  }
}

/// Cuts a multipart body at its boundaries, front to back, each byte looked at once (RFC 2046, 5.1.1).
struct MultipartReader {
  /// The longest header block of a part.
  private static let maximumHeaderLength = 16_384
  private static let lineEnd = Array("\r\n".utf8)
  /// What follows the last boundary.
  private static let closingDashes = Array("--".utf8)

  private let body: [UInt8]
  /// The line end before a boundary belongs to it.
  private let boundary: [UInt8]
  private var position = 0

  init(body: [UInt8], boundary: String) {
    self.body = body
    self.boundary = Self.lineEnd + Array("--\(boundary)".utf8)
  }

  mutating func read() throws(MultipartError) -> [MultipartForm.Part] {
    var parts: [MultipartForm.Part] = []
    guard skip(boundary.dropFirst(2)) else { throw MultipartError(reason: "it does not begin with its boundary") }
    while !skip(Self.closingDashes[...]) {
      guard skip(Self.lineEnd[...]) else {
        throw MultipartError(reason: "a boundary is followed by something else than a line end")
      }
      parts.append(try part())
    }
    guard position == body.count || body[position...].elementsEqual(Self.lineEnd) else {
      throw MultipartError(reason: "something follows the last boundary")
    }
    return parts
  }

  private mutating func part() throws(MultipartError) -> MultipartForm.Part {
    var disposition: ParameterizedFieldValue?
    let start = position
    while let line = try line(), !line.isEmpty {
      guard position - start <= Self.maximumHeaderLength else {
        throw MultipartError(reason: "the head of a part is too long")
      }
      let name = line.prefix { $0 != ":" }
      guard name.lowercased() == "content-disposition" else { continue }
      disposition = ParameterizedFieldValue(String(line[name.endIndex...].dropFirst()))
    }
    guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
      throw MultipartError(reason: "a part does not say its name")
    }
    guard let end = findPartEnd() else { throw MultipartError(reason: "the last boundary is missing") }
    let content = Array(body[position..<end])
    position = end + boundary.count
    return MultipartForm.Part(name: name, fileName: disposition["filename"], bytes: content)
  }

  /// Where the next boundary is. A line of the content may begin like one: what follows tells.
  private mutating func findPartEnd() -> Int? {
    let start = position
    defer { position = start }
    while let place = nextOccurrence(of: boundary) {
      let rest = body[(place + boundary.count)...]
      if rest.starts(with: Self.lineEnd) || rest.starts(with: Self.closingDashes) { return place }
      position = place + 1
    }
    return nil
  }

  /// The next line without its end.
  private mutating func line() throws(MultipartError) -> String? {
    guard let end = nextOccurrence(of: Self.lineEnd) else {
      throw MultipartError(reason: "the head of a part has no end")
    }
    defer { position = end + 2 }
    return String(decoding: body[position..<end], as: UTF8.self)
  }

  private mutating func skip(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard body[position...].starts(with: bytes) else { return false }
    position += bytes.count
    return true
  }

  /// Where these bytes, which begin with CR, come next.
  private func nextOccurrence(of bytes: [UInt8]) -> Int? {
    body.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var from = position
      while from + bytes.count <= buffer.count, let found = memchr(base + from, 13, buffer.count - from) {
        let place = UnsafeRawPointer(found) - base
        guard place + bytes.count <= buffer.count else { return nil }
        if memcmp(found, bytes, bytes.count) == 0 { return place }
        from = place + 1
      }
      return nil
    }
  }
}

/// A field value with parameters: `form-data; name="catalog"; filename="a.json"` (RFC 9110, 5.6.6).
struct ParameterizedFieldValue {
  /// What stands before the parameters, in lower case.
  let value: String
  private var parameters: [(name: String, value: String)] = []

  /// Nil for what is no such value.
  init?(_ text: String) {
    value = Self.trimmed(text.prefix { $0 != ";" }).lowercased()
    var rest = text.drop { $0 != ";" }
    while rest.first == ";" {
      rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
      // A semicolon at the end is nothing.
      if rest.isEmpty { break }
      let name = rest.prefix { $0 != "=" && $0 != ";" }
      rest = rest[name.endIndex...].dropFirst()
      guard !name.isEmpty, let read = Self.readValue(from: &rest) else { return nil }
      parameters.append((Self.trimmed(name).lowercased(), read))
      rest = rest.drop { $0 == " " || $0 == "\t" }
    }
    guard rest.isEmpty else { return nil }
  }

  subscript(name: String) -> String? {
    parameters.first { $0.name == name }?.value
  }

  /// A token, or a quoted text; nil when its quote is never closed.
  private static func readValue(from rest: inout Substring) -> String? {
    guard rest.first == "\"" else {
      let token = rest.prefix { $0 != ";" }
      rest = rest[token.endIndex...]
      return trimmed(token)
    }
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == "\"" { return text }
      // Browsers escape quotes as %22 and leave other backslashes alone.
      if character == "\\", let escaped = rest.first, escaped == "\"" || escaped == "\\" {
        rest.removeFirst()
        text.append(escaped)
      } else {
        text.append(character)
      }
    }
    return nil
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}

/// Why a body is no form.
public struct MultipartError: Error, Equatable {
  /// In words, for a person.
  public let reason: String

  init(reason: String) {
    self.reason = reason
  }
}
