import CZlib

/// A gzip compressor (RFC 1952) that reuses one zlib stream.
public final class GzipStream {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let isReady: Bool

  /// - Parameter level: compression level of zlib: 1 is the fastest, 9 the smallest
  public init(level: Int) {
    stream.initialize(to: z_stream())
    // 31: window size of 32 KB (15), plus 16 for the gzip format.
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

  /// Compresses bytes. The same input produces the same output.
  ///
  /// - Returns: nil if zlib is out of memory or the input is 4 GiB or larger
  public func compress(_ bytes: [UInt8]) -> [UInt8]? {
    guard isReady, deflateReset(stream) == Z_OK, let size = UInt32(exactly: bytes.count) else { return nil }
    let capacity = Int(deflateBound(stream, uLong(bytes.count)))
    guard let available = UInt32(exactly: capacity) else { return nil }
    var isComplete = false
    let packed = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      bytes.withUnsafeBufferPointer { input in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = size
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = available
        isComplete = deflate(stream, Z_FINISH) == Z_STREAM_END
      }
      count = Int(available - stream.pointee.avail_out)
    }
    return isComplete ? packed : nil
  }
}
