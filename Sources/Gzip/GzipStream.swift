import CZlib

/// Compresses whole texts, one at a time, with one stream that is used again and again (RFC 1952).
public final class GzipStream {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let isReady: Bool

  /// `level` is zlib's: 1 is fastest, 9 smallest.
  public init(level: Int) {
    stream.initialize(to: z_stream())
    // 31: the largest window, and gzip's frame instead of zlib's.
    isReady =
      deflateInit2_(
        stream, Int32(min(9, max(1, level))), Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    if isReady { deflateEnd(stream) }
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// The compressed bytes, the same for the same bytes; nil when zlib has no memory, or there are 4 GiB of them.
  public func compress(_ bytes: [UInt8]) -> [UInt8]? {
    guard isReady, deflateReset(stream) == Z_OK, let size = UInt32(exactly: bytes.count) else { return nil }
    let capacity = Int(deflateBound(stream, uLong(bytes.count)))
    guard let room = UInt32(exactly: capacity) else { return nil }
    var isComplete = false
    let packed = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      bytes.withUnsafeBufferPointer { input in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = size
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = room
        isComplete = deflate(stream, Z_FINISH) == Z_STREAM_END
      }
      count = Int(room - stream.pointee.avail_out)
    }
    return isComplete ? packed : nil
  }
}
