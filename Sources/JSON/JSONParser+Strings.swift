import ASCII

extension JSONParser {
  /// Parses a string, including its quotes.
  /// - Parameter isKey: whether to store the fingerprint of the unescaped string in `keyFingerprint`
  mutating func parseString(in bytes: Span<UInt8>, isKey: Bool = false) throws(JSONError) -> String {
    let start = position + 1
    let isASCII: Bool
    (position, isASCII) = plainEnd(in: bytes, from: start)
    if position < bytes.count, bytes[position] == .quote {
      position += 1
      return makeString(from: bytes.extracting(start..<position - 1), isASCII: isASCII, isKey: isKey)
    }
    return try parseEscapedString(in: bytes, from: start, isKey: isKey)
  }

  /// Skips a key if it is this one, without escapes. Returns false, without a change, for any other key and for an empty one.
  @inline(__always) mutating func acceptKey(_ key: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
    let end = position + 1 + key.count
    guard !key.isEmpty, end < bytes.count, bytes[end] == .quote, bytes[position] == .quote else { return false }
    let next = bytes.extracting(position + 1..<end)
    guard key.hasSameBytes(as: next) else { return false }
    position = end + 1
    return true
  }

  /// Skips a key with its quotes. Returns the range of its bytes; returns nil, without a change, if the key contains an
  /// escape or is not terminated.
  mutating func parsePlainKey(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int>? {
    guard position < bytes.count, bytes[position] == .quote else { throw error("expected a key", in: bytes) }
    let (end, _) = plainEnd(in: bytes, from: position + 1)
    guard end < bytes.count, bytes[end] == .quote else { return nil }
    defer { position = end + 1 }
    return position + 1..<end
  }

  /// Parses the rest of a string. The bytes from `start` to the position contain no escape.
  private mutating func parseEscapedString(
    in bytes: Span<UInt8>, from start: Int, isKey: Bool
  ) throws(JSONError) -> String {
    var start = start
    scratch.removeAll(keepingCapacity: true)
    while position < bytes.count {
      for index in start..<position { scratch.append(bytes[index]) }
      switch bytes[position] {
      case .quote:
        position += 1
        let unescaped = scratch
        return makeString(from: unescaped.span, isASCII: !unescaped.contains { $0 >= 0x80 }, isKey: isKey)
      case .backslash:
        try parseEscape(in: bytes)
      default:
        throw error("a control character must be escaped", in: bytes)
      }
      start = position
      (position, _) = plainEnd(in: bytes, from: start)
    }
    throw error("a string must end with a quote", in: bytes)
  }

  /// The end of the run of bytes without escapes: the next quote, backslash or control character, or the end of the text;
  /// and whether the run is ASCII. Examines eight bytes at a time.
  private func plainEnd(in bytes: Span<UInt8>, from start: Int) -> (end: Int, isASCII: Bool) {
    var index = start
    var seen: UInt64 = 0
    let raw = bytes.bytes
    while index + 8 <= bytes.count {
      let word = raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
      let special = word.specialBytes
      if special != 0 {
        let count = special.trailingZeroBitCount & ~7
        return (index + count / 8, (seen | word & ~(~0 << UInt64(count))) & 0x8080_8080_8080_8080 == 0)
      }
      seen |= word
      index += 8
    }
    while index < bytes.count, !bytes[index].isSpecial {
      seen |= UInt64(bytes[index])
      index += 1
    }
    return (index, seen & 0x8080_8080_8080_8080 == 0)
  }

  private mutating func makeString(from bytes: Span<UInt8>, isASCII: Bool, isKey: Bool) -> String {
    if isKey { keyFingerprint = bytes.fingerprint }
    // The whole text was validated as UTF-8 before, and escapes yield valid scalars.
    return String(copying: UTF8Span(unchecked: bytes, isKnownASCII: isASCII))
  }
}

// MARK: Escapes

extension JSONParser {
  /// Parses an escape sequence (RFC 8259 §7) and appends the character to the scratch buffer.
  private mutating func parseEscape(in bytes: Span<UInt8>) throws(JSONError) {
    guard position + 1 < bytes.count else {
      position = bytes.count
      throw error("a string must end with a quote", in: bytes)
    }
    let meaning: UInt8
    switch bytes[position + 1] {
    case UInt8(ascii: "u"): return try parseUnicodeEscape(in: bytes)
    case UInt8(ascii: "n"): meaning = .newline
    case UInt8(ascii: "t"): meaning = .tab
    case UInt8(ascii: "r"): meaning = .carriageReturn
    case UInt8(ascii: "b"): meaning = 0x08
    case UInt8(ascii: "f"): meaning = 0x0C
    case .quote, .backslash, .slash: meaning = bytes[position + 1]
    default: throw error("unknown escape", in: bytes)
    }
    scratch.append(meaning)
    position += 2
  }

  private mutating func parseUnicodeEscape(in bytes: Span<UInt8>) throws(JSONError) {
    let start = position
    var value = try parseCodeUnit(in: bytes)
    if value & 0xFC00 == 0xD800, position + 1 < bytes.count, bytes[position] == .backslash,
      bytes[position + 1] == UInt8(ascii: "u")
    {
      let low = try parseCodeUnit(in: bytes)
      if low & 0xFC00 == 0xDC00 { value = 0x10000 + (value & 0x3FF) << 10 + low & 0x3FF }
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw JSONError(reason: "a surrogate must be one of a pair", at: start, in: bytes)
    }
    scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// Parses `\u` and four hexadecimal digits.
  private mutating func parseCodeUnit(in bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
    position += 2
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = bytes[position].hexDigitValue else {
        throw error("expected four hexadecimal digits", in: bytes)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
