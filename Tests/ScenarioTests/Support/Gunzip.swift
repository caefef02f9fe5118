import CZlib

/// Reads gzip files (RFC 1952), as a client would.
enum Gunzip {
  /// The text of a file; nil for bytes that are none.
  static func decompress(_ file: [UInt8]) -> [UInt8]? {
    guard file.starts(with: [0x1F, 0x8B]) else { return nil }
    var stream = z_stream()
    // 31: gzip's frame, and the largest window.
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = file
    var output = [UInt8](repeating: 0, count: 1 << 20)
    let isWhole = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return inflate(&stream, Z_FINISH) == Z_STREAM_END
      }
    }
    return isWhole ? Array(output.prefix(Int(stream.total_out))) : nil
  }
}
