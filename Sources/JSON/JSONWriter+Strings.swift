extension JSONWriter {
  /// Writes a string between quotes, escaping only what RFC 8259 §7 requires.
  @inlinable public mutating func write(string: String) {
    let isDone: Void? = string.utf8.withContiguousStorageIfAvailable { write(string: UnsafeRawBufferPointer($0)) }
    if isDone == nil { write(string: Array(string.utf8)) }
  }

  @usableFromInline mutating func write(string bytes: [UInt8]) {
    bytes.withUnsafeBytes { write(string: $0) }
  }

  /// Writes valid UTF-8 between quotes, escaping only what RFC 8259 §7 requires.
  @inlinable public mutating func write(string bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count + 2)
    base[written] = .quote
    written += 1
    let plain = copyPlain(bytes)
    if plain < bytes.count { writeEscaping(UnsafeRawBufferPointer(rebasing: bytes[plain...])) }
    write(byte: .quote)
  }

  /// Copies the bytes before the first that must be escaped, for all of which there is room, and counts them.
  @inlinable mutating func copyPlain(_ bytes: UnsafeRawBufferPointer) -> Int {
    let target = UnsafeMutableRawPointer(base + written)
    var index = 0
    while index + 8 <= bytes.count, copyWord(bytes, index, to: target) { index += 8 }
    // The last eight bytes in one go, though some of them are there already.
    if index < bytes.count, index + 8 > bytes.count, bytes.count >= 8, copyWord(bytes, bytes.count - 8, to: target) {
      index = bytes.count
    }
    if bytes.count < 8, bytes.count >= 4, copyHalves(bytes, to: target) { index = bytes.count }
    while index < bytes.count, !bytes[index].isSpecial {
      target.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self)
      index += 1
    }
    written += index
    return index
  }

  /// Copies eight bytes; says whether all of them may stand for themselves.
  @inlinable func copyWord(_ bytes: UnsafeRawBufferPointer, _ index: Int, to target: UnsafeMutableRawPointer) -> Bool {
    let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
    return word.littleEndian.specialBytes == 0
  }

  /// Copies four to seven bytes as two halves that may overlap; says whether all of them may stand for themselves.
  @inlinable func copyHalves(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Bool {
    let (first, second) = (
      bytes.loadUnaligned(as: UInt32.self), bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)
    )
    target.storeBytes(of: first, as: UInt32.self)
    target.storeBytes(of: second, toByteOffset: bytes.count - 4, as: UInt32.self)
    return (UInt64(first) << 32 | UInt64(second)).specialBytes == 0
  }

  /// Writes bytes of which the first must be escaped.
  @usableFromInline @inline(never) mutating func writeEscaping(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while let first = rest.first {
      writeEscape(first)
      reserve(rest.count)
      let plain = copyPlain(UnsafeRawBufferPointer(rebasing: rest.dropFirst()))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(plain + 1))
    }
  }

  private mutating func writeEscape(_ byte: UInt8) {
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
      let digit = byte & 0xF
      write(byte: digit < 10 ? digit + .zero : digit - 10 + UInt8(ascii: "a"))
    }
  }
}

extension JSONWriter {
  /// Writes the inside of a string, escaped but without quotes, for a string that is put together from several.
  @inlinable public mutating func write(escaped string: String) {
    let isDone: Void? = string.utf8.withContiguousStorageIfAvailable { write(escaped: UnsafeRawBufferPointer($0)) }
    if isDone == nil { Array(string.utf8).withUnsafeBytes { write(escaped: $0) } }
  }

  @inlinable mutating func write(escaped bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count + 2)
    let plain = copyPlain(bytes)
    if plain < bytes.count { writeEscaping(UnsafeRawBufferPointer(rebasing: bytes[plain...])) }
  }
}
