/// Reads the big-endian numbers of a file in turn. Past its end there are no bytes.
struct ZoneReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  var remaining: Int { rest.count }

  /// The next `count` bytes, or as many as there are.
  mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return taken
  }

  /// A number of `size` bytes, 8 at most.
  mutating func unsigned(_ size: Int) -> UInt64 {
    bytes(size).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number of 4 or 8 bytes in two's complement.
  mutating func signed(_ size: Int) -> Int64 {
    let number = Int64(bitPattern: unsigned(size))
    return size == 4 ? Int64(Int32(truncatingIfNeeded: number)) : number
  }

  /// The line in the footer that begins and ends with a newline; nil if there is none.
  mutating func line() -> ArraySlice<UInt8>? {
    let newline = UInt8(ascii: "\n")
    guard bytes(1).first == newline, let end = rest.firstIndex(of: newline) else { return nil }
    return bytes(end - rest.startIndex)
  }
}
