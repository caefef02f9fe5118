import COpenSSL
import HTTPMessage
import HTTPTypes

/// Entity tags: weak, the first 32 hexadecimal digits of the body's SHA-256 (api-behaviour.md, 2).
enum ETag {
  static let longestAutomatic = 16_384

  static func tag(of body: [UInt8]) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(SHA256_DIGEST_LENGTH)) { digest in
      var context = SHA256_CTX()
      SHA256_Init(&context)
      SHA256_Update(&context, body, body.count)
      SHA256_Final(digest.baseAddress, &context)
      return text(of: digest)
    }
  }

  private static func text(of digest: UnsafeMutableBufferPointer<UInt8>) -> String {
    String(unsafeUninitializedCapacity: 36) { text in
      text[0] = UInt8(ascii: "W")
      text[1] = UInt8(ascii: "/")
      text[2] = UInt8(ascii: "\"")
      for place in 0..<16 {
        text[3 + 2 * place] = hexDigit(of: digest[place] >> 4)
        text[4 + 2 * place] = hexDigit(of: digest[place] & 15)
      }
      text[35] = UInt8(ascii: "\"")
      return 36
    }
  }

  private static func hexDigit(of number: UInt8) -> UInt8 {
    number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
  }

  /// Whether an `If-None-Match` value names this tag; the comparison is weak (RFC 9110, 13.1.2).
  static func matches(ifNoneMatch field: String, tag: String) -> Bool {
    let opaque = tag.dropFirst(2)
    return field.split(separator: ",").map(\.trimmingSpaces).contains { $0 == "*" || $0 == tag || $0 == opaque }
  }
}

/// What a browser wants to hear before a page may call (the Fetch standard's CORS protocol).
enum CrossOrigin {
  static let fields: HTTPFields = [
    .accessControlAllowOrigin: "*",
    .accessControlExposeHeaders:
      "ETag, Intercom-Version, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
  ]

  /// What the answer to a preflight request says beside the fields that every answer has; it needs no token.
  static func preflightFields(for request: Request) -> HTTPFields {
    [
      .allow: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      .accessControlAllowHeaders: request.fields[.accessControlRequestHeaders]
        ?? "Authorization, Content-Type, Intercom-Version",
      .accessControlMaxAge: "600",
    ]
  }
}
