import COpenSSL

/// Entity tags: weak, the first 32 hexadecimal digits of the body's SHA-256 (api-behaviour.md, 2).
enum ETag {
  static let longestAutomatic = 16_384

  static func tag(of body: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(SHA256_DIGEST_LENGTH)) { digest in
      SHA256(body, body.count, digest.baseAddress)
      return String(unsafeUninitializedCapacity: 36) { text in
        text[0] = UInt8(ascii: "W")
        text[1] = UInt8(ascii: "/")
        text[2] = UInt8(ascii: "\"")
        for place in 0..<16 {
          text[3 + 2 * place] = digits[Int(digest[place] >> 4)]
          text[4 + 2 * place] = digits[Int(digest[place] & 15)]
        }
        text[35] = UInt8(ascii: "\"")
        return 36
      }
    }
  }

  /// Whether an `If-None-Match` value names this tag; the comparison is weak (RFC 9110, 13.1.2).
  static func matches(_ field: String, _ tag: String) -> Bool {
    let opaque = tag.dropFirst(2)
    return field.split(separator: ",").map(\.trimmingSpaces).contains { $0 == "*" || $0 == tag || $0 == opaque }
  }
}
