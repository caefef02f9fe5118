extension Span<UInt8> {
  /// How many line feeds there are.
  var newlines: Int {
    var (count, index) = (0, 0)
    let raw = bytes
    while index + 8 <= self.count {
      count += raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self).newlines
      index += 8
    }
    while index < self.count {
      if self[index] == .newline { count += 1 }
      index += 1
    }
    return count
  }
}

extension UInt64 {
  /// How many of eight bytes are line feeds.
  fileprivate var newlines: Int {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let other = self ^ 0x0A0A_0A0A_0A0A_0A0A
    // The high bit of each byte that is not zero.
    return 8 - (((other & low) + low | other) & ~low).nonzeroBitCount
  }
}
