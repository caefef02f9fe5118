extension String {
  /// A cheap mark of a short text, from its length and its last eight bytes: ids and field names differ there. Its high
  /// bits are the well mixed ones. A tenth of the price of `hashValue`, and without its defence against chosen keys: only
  /// for texts of ours, or where a wrong guess costs time and not truth.
  var fingerprint: UInt64 {
    let tail = utf8.withContiguousStorageIfAvailable { bytes -> UInt64 in
      guard bytes.count < 8 else {
        return UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
          ^ UInt64(truncatingIfNeeded: bytes.count) &<< 56
      }
      return bytes.reduce(0) { $0 &<< 8 | UInt64($1) }
    }
    return (tail ?? 0) &* 0x9E37_79B9_7F4A_7C15
  }
}
