import ASCII

/// Writes compact JSON in UTF-8 into a growing buffer.
///
/// It does not check the placement of commas and brackets. Its functions are inlinable, because the renderer calls them for
/// every field of every response.
public struct JSONWriter: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int

  /// Number of bytes written.
  @inlinable public var count: Int { written }

  @usableFromInline var written = 0

  /// Whether the writer must deallocate the buffer.
  @usableFromInline var ownsBuffer = true

  /// Creates a writer with an initial capacity in bytes.
  @inlinable public init(reserving capacity: Int = 1024) {
    self.capacity = max(capacity, 32)
    base = .allocate(capacity: self.capacity)
  }

  /// Creates a writer that starts in a buffer of the caller's and moves to its own when that is full.
  private init?(buffer: UnsafeMutableBufferPointer<UInt8>) {
    guard let base = buffer.baseAddress else { return nil }
    self.base = base
    capacity = buffer.count
    ownsBuffer = false
  }

  deinit { if ownsBuffer { base.deallocate() } }

  /// A copy of what has been written.
  @inlinable public var bytes: [UInt8] {
    let (base, written) = (base, written)
    return Array(unsafeUninitializedCapacity: written) { buffer, initialized in
      buffer.baseAddress?.initialize(from: base, count: written)
      initialized = written
    }
  }

  /// Returns what `write` writes. The bytes are not copied if they are at most `count`.
  public static func bytes(expecting count: Int, _ write: (consuming JSONWriter) -> JSONWriter) -> [UInt8] {
    var overflow: [UInt8]?
    let bytes = [UInt8](unsafeUninitializedCapacity: count + JSONKey.maximumBytes) { buffer, initialized in
      guard let borrowing = JSONWriter(buffer: buffer) else { return }
      let writer = write(borrowing)
      if writer.ownsBuffer { overflow = writer.bytes } else { initialized = writer.count }
    }
    return overflow ?? bytes
  }

  /// Calls `body` with the bytes written, without copying them.
  @inlinable public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: written))
  }

  /// Discards the bytes written and keeps the capacity.
  @inlinable public mutating func removeAll() { written = 0 }

  /// Reserves space for `count` further bytes.
  @inlinable public mutating func reserve(additional count: Int) {
    if capacity - written < count { grow(by: count) }
  }

  @usableFromInline @inline(never) mutating func grow(by count: Int) {
    capacity = max(capacity * 2, written + count)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.initialize(from: base, count: written)
    if ownsBuffer { base.deallocate() }
    ownsBuffer = true
    base = larger
  }
}

// MARK: Raw bytes

extension JSONWriter {
  /// Writes one byte.
  @inlinable public mutating func write(byte: UInt8) {
    reserve(additional: 1)
    base[written] = byte
    written += 1
  }

  /// Writes encoded JSON, such as a key from `JSON.encodedKey`.
  @inlinable public mutating func write(raw bytes: [UInt8]) {
    bytes.withUnsafeBytes { write(raw: $0) }
  }

  /// Writes encoded JSON.
  @inlinable public mutating func write(raw bytes: Span<UInt8>) {
    bytes.bytes.withUnsafeBytes { write(raw: $0) }
  }

  /// Writes encoded JSON, such as `{"type":"list","data":[`.
  @inlinable public mutating func write(raw text: StaticString) {
    text.withUTF8Buffer { write(raw: UnsafeRawBufferPointer($0)) }
  }

  /// Writes encoded JSON.
  @inlinable public mutating func write(raw bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(additional: bytes.count)
    UnsafeMutableRawPointer(base + written).copyMemory(from: source, byteCount: bytes.count)
    written += bytes.count
  }
}

extension JSONWriter {
  /// Writes a value.
  public mutating func write(_ json: JSON) {
    switch json {
    case .null: writeNull()
    case .boolean(let value): write(boolean: value)
    case .integer(let value): write(integer: value)
    case .number(let value): write(number: value)
    case .string(let value): write(string: value)
    case .array(let elements): write(elements)
    case .object(let members): write(members)
    }
  }

  /// Writes an array.
  public mutating func write(_ elements: [JSON]) {
    write(byte: .leftBracket)
    elements.withUnsafeBufferPointer { elements in
      for index in elements.indices {
        if index > 0 { write(byte: .comma) }
        write(elements[index])
      }
    }
    write(byte: .rightBracket)
  }

  /// Writes an object.
  public mutating func write(_ object: JSONObject) {
    write(byte: .leftBrace)
    object.members.withUnsafeBufferPointer { members in
      for index in members.indices {
        if index > 0 { write(byte: .comma) }
        write(string: members[index].key)
        write(byte: .colon)
        write(members[index].value)
      }
    }
    write(byte: .rightBrace)
  }

  /// Writes `null`.
  @inlinable public mutating func writeNull() { write(word: 0x6C_6C_75_6E, count: 4) }

  /// Writes `true` or `false`.
  @inlinable public mutating func write(boolean value: Bool) {
    value ? write(word: 0x65_75_72_74, count: 4) : write(word: 0x65_73_6C_61_66, count: 5)
  }

  /// Writes up to eight bytes of a word, the lowest first.
  @inlinable mutating func write(word: UInt64, count: Int) {
    reserve(additional: 8)
    UnsafeMutableRawPointer(base + written).storeBytes(of: word.littleEndian, as: UInt64.self)
    written += count
  }
}

extension JSONWriter {
  /// Writes an integer.
  @inlinable public mutating func write(integer value: Int64) {
    reserve(additional: 20)
    if value < 0 {
      base[written] = .minus
      written += 1
    }
    writeReserved(digits: value.magnitude)
  }

  /// Writes a number with a fraction or an exponent, in the shortest form that parses to the same value: `1.0`, `0.1`,
  /// `1e+16`. Infinities and NaN are written as `null`.
  public mutating func write(number value: Double) {
    guard value.isFinite else { return writeNull() }
    // Integers, the most frequent, need no search for the shortest form. From 2^53 on, Swift writes an exponent.
    guard abs(value) < 0x1p53, let whole = Int64(exactly: value), whole != 0 else {
      return write(raw: value.description.utf8Span.span)
    }
    write(integer: whole)
    write(raw: ".0")
  }

  /// Writes a number in decimal. The caller has reserved the space.
  @inlinable mutating func writeReserved(digits value: UInt64) {
    let end = written + value.decimalDigits
    var (rest, index) = (value, end)
    while rest >= 100 {
      let quotient = rest / 100
      index -= 2
      writePair(rest - quotient * 100, at: index)
      rest = quotient
    }
    if rest >= 10 {
      writePair(rest, at: written)
    } else {
      base[written] = .zero + UInt8(truncatingIfNeeded: rest)
    }
    written = end
  }

  /// Writes a number below 100 as two digits.
  @inlinable func writePair(_ value: UInt64, at index: Int) {
    // 103 / 1024 approximates 1 / 10, exactly enough up to 178.
    let tens = (value &* 103) >> 10
    base[index] = .zero &+ UInt8(truncatingIfNeeded: tens)
    base[index + 1] = .zero &+ UInt8(truncatingIfNeeded: value &- tens &* 10)
  }
}

extension UInt64 {
  /// Number of decimal digits of the value.
  @inlinable var decimalDigits: Int {
    var (count, limit) = (1, UInt64(10))
    while count < 19, self >= limit {
      count += 1
      limit *= 10
    }
    return self >= 10_000_000_000_000_000_000 ? 20 : count
  }
}

extension JSONWriter {
  /// Writes a string with quotes. Escapes only what RFC 8259 §7 requires.
  @inlinable public mutating func write(string: String) {
    let isDone: Void? = string.utf8.withContiguousStorageIfAvailable { write(string: UnsafeRawBufferPointer($0)) }
    if isDone == nil { write(string: Array(string.utf8)) }
  }

  @usableFromInline mutating func write(string bytes: [UInt8]) {
    bytes.withUnsafeBytes { write(string: $0) }
  }

  /// Writes valid UTF-8 as a string with quotes. Escapes only what RFC 8259 §7 requires.
  @inlinable public mutating func write(string bytes: UnsafeRawBufferPointer) {
    reserve(additional: bytes.count + 2)
    base[written] = .quote
    written += 1
    let plain = copyPlain(from: bytes)
    if plain < bytes.count { writeEscaping(UnsafeRawBufferPointer(rebasing: bytes[plain...])) }
    write(byte: .quote)
  }

  /// Copies the bytes before the first that needs an escape and returns their number. The caller has reserved the space.
  @inlinable mutating func copyPlain(from bytes: UnsafeRawBufferPointer) -> Int {
    let target = UnsafeMutableRawPointer(base + written)
    var index = 0
    while index + 8 <= bytes.count, copyWord(from: bytes, at: index, to: target) { index += 8 }
    // The last eight bytes as one word; some may be written a second time.
    if index < bytes.count, index + 8 > bytes.count, bytes.count >= 8,
      copyWord(from: bytes, at: bytes.count - 8, to: target)
    {
      index = bytes.count
    }
    if bytes.count < 8, bytes.count >= 4, copyHalves(from: bytes, to: target) { index = bytes.count }
    while index < bytes.count, !bytes[index].isSpecial {
      target.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self)
      index += 1
    }
    written += index
    return index
  }

  /// Copies eight bytes. Returns whether none of them needs an escape.
  @inlinable func copyWord(from bytes: UnsafeRawBufferPointer, at index: Int, to target: UnsafeMutableRawPointer)
    -> Bool
  {
    let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
    return word.littleEndian.specialBytes == 0
  }

  /// Copies four to seven bytes as two overlapping 4-byte words. Returns whether none of them needs an escape.
  @inlinable func copyHalves(from bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Bool {
    let (first, second) = (
      bytes.loadUnaligned(as: UInt32.self), bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)
    )
    target.storeBytes(of: first, as: UInt32.self)
    target.storeBytes(of: second, toByteOffset: bytes.count - 4, as: UInt32.self)
    return (UInt64(first) << 32 | UInt64(second)).specialBytes == 0
  }

  /// Writes bytes of which the first needs an escape.
  @usableFromInline @inline(never) mutating func writeEscaping(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while let first = rest.first {
      writeEscape(for: first)
      reserve(additional: rest.count)
      let plain = copyPlain(from: UnsafeRawBufferPointer(rebasing: rest.dropFirst()))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(plain + 1))
    }
  }

  private mutating func writeEscape(for byte: UInt8) {
    switch byte {
    case .quote: write(raw: #"\""#)
    case .backslash: write(raw: #"\\"#)
    case .newline: write(raw: #"\n"#)
    case .carriageReturn: write(raw: #"\r"#)
    case .tab: write(raw: #"\t"#)
    case 0x08: write(raw: #"\b"#)
    case 0x0C: write(raw: #"\f"#)
    default:
      write(raw: byte < 0x10 ? #"\u000"# : #"\u001"#)
      write(byte: byte.hexDigit)
    }
  }
}

extension JSONWriter {
  /// Writes a string, escaped, without quotes: a part of a string that is written in parts.
  @inlinable public mutating func write(escaped string: String) {
    let isDone: Void? = string.utf8.withContiguousStorageIfAvailable { write(escaped: UnsafeRawBufferPointer($0)) }
    if isDone == nil { Array(string.utf8).withUnsafeBytes { write(escaped: $0) } }
  }

  @inlinable mutating func write(escaped bytes: UnsafeRawBufferPointer) {
    reserve(additional: bytes.count + 2)
    let plain = copyPlain(from: bytes)
    if plain < bytes.count { writeEscaping(UnsafeRawBufferPointer(rebasing: bytes[plain...])) }
  }
}
