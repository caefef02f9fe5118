import Glibc

/// The fields and files of a `multipart/form-data` body (RFC 7578).
///
/// Strict: the body must begin with the boundary, lines must end in CR LF, each part must have a name, and the closing
/// boundary is required.
public struct MultipartForm: Sendable {
  /// One field or file.
  public struct Part: Sendable {
    public let name: String
    /// The `filename` parameter; nil for a field that is not a file.
    public let fileName: String?
    public let bytes: [UInt8]

    /// The bytes as UTF-8.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  public let parts: [Part]

  /// Parses a form.
  /// - Parameters:
  ///   - body: the request body
  ///   - contentType: the `Content-Type` header field, with the boundary
  /// - Throws: `MultipartError` if the content type is not `multipart/form-data` or the body is malformed
  public init(body: [UInt8], contentType: String) throws(MultipartError) {
    guard let type = ParameterizedFieldValue(contentType), type.value == "multipart/form-data" else {
      throw MultipartError(reason: "the Content-Type must be multipart/form-data")
    }
    guard let boundary = type["boundary"], (1...70).contains(boundary.utf8.count) else {
      throw MultipartError(reason: "the Content-Type must have a boundary of 1 to 70 characters")
    }
    var reader = MultipartReader(body: body, boundary: boundary)
    parts = try reader.read()
  }

  /// The first part of a name; nil if there is none.
  public subscript(name: String) -> Part? {
    parts.first { $0.name == name }
  }
}

/// A parser that splits a multipart body at its boundaries in one pass (RFC 2046, 5.1.1).
struct MultipartReader {
  /// The maximum size of a part's header section in bytes.
  private static let maximumHeaderLength = 16_384
  private static let lineEnd = Array("\r\n".utf8)
  /// The characters after the closing boundary.
  private static let closingDashes = Array("--".utf8)

  private let body: [UInt8]
  /// The boundary delimiter, including the line end before it.
  private let boundary: [UInt8]
  private var position = 0

  init(body: [UInt8], boundary: String) {
    self.body = body
    self.boundary = Self.lineEnd + Array("--\(boundary)".utf8)
  }

  mutating func read() throws(MultipartError) -> [MultipartForm.Part] {
    var parts: [MultipartForm.Part] = []
    guard skip(boundary.dropFirst(2)) else { throw MultipartError(reason: "the body does not begin with the boundary") }
    while !skip(Self.closingDashes[...]) {
      guard skip(Self.lineEnd[...]) else {
        throw MultipartError(reason: "a boundary is not followed by a line end")
      }
      parts.append(try part())
    }
    guard position == body.count || body[position...].elementsEqual(Self.lineEnd) else {
      throw MultipartError(reason: "there is data after the closing boundary")
    }
    return parts
  }

  private mutating func part() throws(MultipartError) -> MultipartForm.Part {
    var disposition: ParameterizedFieldValue?
    let start = position
    while let line = try line(), !line.isEmpty {
      guard position - start <= Self.maximumHeaderLength else {
        throw MultipartError(reason: "the header section of a part is too long")
      }
      let name = line.prefix { $0 != ":" }
      guard name.lowercased() == "content-disposition" else { continue }
      disposition = ParameterizedFieldValue(String(line[name.endIndex...].dropFirst()))
    }
    guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
      throw MultipartError(reason: "a part has no name")
    }
    guard let end = findPartEnd() else { throw MultipartError(reason: "the closing boundary is missing") }
    let content = Array(body[position..<end])
    position = end + boundary.count
    return MultipartForm.Part(name: name, fileName: disposition["filename"], bytes: content)
  }

  /// Returns the position of the next boundary. Content that begins like a boundary is not one unless a line end or
  /// `--`
  /// follows.
  private mutating func findPartEnd() -> Int? {
    let start = position
    defer { position = start }
    while let match = nextOccurrence(of: boundary) {
      let rest = body[(match + boundary.count)...]
      if rest.starts(with: Self.lineEnd) || rest.starts(with: Self.closingDashes) { return match }
      position = match + 1
    }
    return nil
  }

  /// Reads the next line; returns it without the line end.
  private mutating func line() throws(MultipartError) -> String? {
    guard let end = nextOccurrence(of: Self.lineEnd) else {
      throw MultipartError(reason: "the header section of a part is not terminated")
    }
    defer { position = end + 2 }
    return String(decoding: body[position..<end], as: UTF8.self)
  }

  private mutating func skip(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard body[position...].starts(with: bytes) else { return false }
    position += bytes.count
    return true
  }

  /// Returns the next position of a byte sequence that begins with CR.
  private func nextOccurrence(of bytes: [UInt8]) -> Int? {
    body.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var from = position
      while from + bytes.count <= buffer.count, let found = memchr(base + from, 13, buffer.count - from) {
        let match = UnsafeRawPointer(found) - base
        guard match + bytes.count <= buffer.count else { return nil }
        if memcmp(found, bytes, bytes.count) == 0 { return match }
        from = match + 1
      }
      return nil
    }
  }
}

/// A field value with parameters: `form-data; name="catalog"; filename="a.json"` (RFC 9110, 5.6.6).
struct ParameterizedFieldValue {
  /// The value before the parameters, in lower case.
  let value: String
  private var parameters: [(name: String, value: String)] = []

  /// Parses a field value; nil if it is malformed.
  init?(_ text: String) {
    value = Self.trimmed(text.prefix { $0 != ";" }).lowercased()
    var rest = text.drop { $0 != ";" }
    while rest.first == ";" {
      rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
      // A trailing semicolon is ignored.
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

  /// Reads a token or a quoted string; returns nil if the closing quote is missing.
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
      // Browsers escape quotes as %22 and do not escape backslashes, so a backslash before another character is
      // literal.
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

/// The reason why a body is not a valid form.
public struct MultipartError: Error, Equatable {
  /// The reason, for an error message.
  public let reason: String

  init(reason: String) {
    self.reason = reason
  }
}
