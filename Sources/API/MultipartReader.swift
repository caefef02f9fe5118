import Glibc

/// Cuts a multipart body at its boundaries, front to back, each byte looked at once (RFC 2046, 5.1.1).
struct MultipartReader {
  /// The longest header block of a part.
  private static let longestHead = 16_384
  private static let lineEnd = Array("\r\n".utf8)
  /// What follows the last boundary.
  private static let lastMark = Array("--".utf8)

  private let body: [UInt8]
  /// The line end before a boundary belongs to it.
  private let boundary: [UInt8]
  private var position = 0

  init(_ body: [UInt8], boundary: String) {
    self.body = body
    self.boundary = Self.lineEnd + Array("--\(boundary)".utf8)
  }

  mutating func read() throws(MultipartError) -> [MultipartForm.Part] {
    var parts: [MultipartForm.Part] = []
    guard skip(boundary.dropFirst(2)) else { throw MultipartError("it does not begin with its boundary") }
    while !skip(Self.lastMark[...]) {
      guard skip(Self.lineEnd[...]) else {
        throw MultipartError("a boundary is followed by something else than a line end")
      }
      parts.append(try part())
    }
    guard position == body.count || body[position...].elementsEqual(Self.lineEnd) else {
      throw MultipartError("something follows the last boundary")
    }
    return parts
  }

  private mutating func part() throws(MultipartError) -> MultipartForm.Part {
    var disposition: MultipartParameters?
    let start = position
    while let line = try line(), !line.isEmpty {
      guard position - start <= Self.longestHead else { throw MultipartError("the head of a part is too long") }
      let name = line.prefix { $0 != ":" }
      guard name.lowercased() == "content-disposition" else { continue }
      disposition = MultipartParameters(String(line[name.endIndex...].dropFirst()))
    }
    guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
      throw MultipartError("a part does not say its name")
    }
    guard let end = endOfPart() else { throw MultipartError("the last boundary is missing") }
    let content = Array(body[position..<end])
    position = end + boundary.count
    return MultipartForm.Part(name: name, fileName: disposition["filename"], bytes: content)
  }

  /// Where the next boundary is. A line of the content may begin like one: what follows tells.
  private mutating func endOfPart() -> Int? {
    let start = position
    defer { position = start }
    while let place = next(boundary) {
      let rest = body[(place + boundary.count)...]
      if rest.starts(with: Self.lineEnd) || rest.starts(with: Self.lastMark) { return place }
      position = place + 1
    }
    return nil
  }

  /// The next line without its end.
  private mutating func line() throws(MultipartError) -> String? {
    guard let end = next(Self.lineEnd) else { throw MultipartError("the head of a part has no end") }
    defer { position = end + 2 }
    return String(decoding: body[position..<end], as: UTF8.self)
  }

  private mutating func skip(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard body[position...].starts(with: bytes) else { return false }
    position += bytes.count
    return true
  }

  /// Where these bytes, which begin with CR, come next.
  private func next(_ bytes: [UInt8]) -> Int? {
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
