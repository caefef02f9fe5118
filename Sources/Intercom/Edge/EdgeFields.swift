import API
import ASCII
import Digest
import HTTPMessage
import HTTPTypes
import Store

/// The header fields of Intercom's responses: see <doc:Requests-and-Responses>.
enum EdgeFields {
  static func fields(status: HTTPResponse.Status, version: String?, contentType type: String) -> HTTPFields {
    var fields: HTTPFields = [
      .contentType: type,
      .vary: "Accept-Encoding",
      .status: "\(status.code) \(status.reasonPhrase)",
      .cacheControl: status == .notFound ? "no-cache" : "max-age=0, private, must-revalidate",
      .intercomRevision: "0000000000000000000000000000000000000000",
      .requestQueueing: "0",
      .server: "nginx",
      .amiVersion: "ami-00000000000000000",
      .xContentTypeOptions: "nosniff",
      .frameOptions: "SAMEORIGIN",
      .xssProtection: "1; mode=block",
      .referrerPolicy: "strict-origin-when-cross-origin",
    ]
    if let version { fields[.intercomVersion] = version }
    return fields
  }

  static func write(_ facts: ResponseFacts, to fields: inout FieldBlock) {
    if let rateLimit = facts.rateLimitStatus {
      fields.append(.rateLimitLimit, value: Int64(rateLimit.limit))
      fields.append(.rateLimitRemaining, value: Int64(rateLimit.remaining))
      fields.append(.rateLimitReset, value: rateLimit.reset)
    }
    fields.append(.requestID, value: facts.requestID)
    // A browser remembers this field for a year: sent for localhost, it would make all other local servers unreachable.
    if facts.isServiceHost {
      fields.append(.strictTransportSecurity, value: "max-age=31557600; includeSubDomains; preload")
    }
    if let time = facts.microseconds { fields.append(.runtime, value: seconds(fromMicroseconds: time)) }
  }

  /// With six decimals.
  private static func seconds(fromMicroseconds microseconds: Int64) -> String {
    var rest = microseconds % 1_000_000
    let fraction = String(unsafeUninitializedCapacity: 7) { digits in
      for place in stride(from: 6, to: 0, by: -1) {
        digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      digits[0] = UInt8(ascii: ".")
      return 7
    }
    return String(microseconds / 1_000_000) + fraction
  }
}

extension HTTPField.Name {
  static let intercomVersion = HTTPField.Name(constant: "Intercom-Version")
  static let requestID = HTTPField.Name(constant: "X-Request-Id")
  static let rateLimitLimit = HTTPField.Name(constant: "X-RateLimit-Limit")
  static let rateLimitRemaining = HTTPField.Name(constant: "X-RateLimit-Remaining")
  static let rateLimitReset = HTTPField.Name(constant: "X-RateLimit-Reset")
  static let runtime = HTTPField.Name(constant: "X-Runtime")
  static let status = HTTPField.Name(constant: "Status")
  static let requestQueueing = HTTPField.Name(constant: "X-Request-Queueing")
  static let intercomRevision = HTTPField.Name(constant: "X-Intercom-Version")
  static let amiVersion = HTTPField.Name(constant: "X-Ami-Version")
  static let hubSignature = HTTPField.Name(constant: "X-Hub-Signature")
  static let finSignature = HTTPField.Name(constant: "X-Fin-Agent-API-Webhook-Signature")
  static let frameOptions = HTTPField.Name(constant: "X-Frame-Options")
  static let xssProtection = HTTPField.Name(constant: "X-XSS-Protection")
  static let referrerPolicy = HTTPField.Name(constant: "Referrer-Policy")
}

/// Generates request ids: 20 digits of base 32.
struct RequestIDGenerator {
  private static let alphabet = Array("0123456789abcdefghijklmnopqrstuv".utf8)
  private var generator: IDGenerator

  init(seed: UInt64) {
    generator = IDGenerator(seed: seed)
  }

  mutating func next() -> String {
    var (high, low) = (generator.random(), generator.random())
    return String(unsafeUninitializedCapacity: 20) { buffer in
      for place in 0..<20 {
        buffer[place] = place < 3 ? UInt8(ascii: "0") : Self.alphabet[Int((place < 12 ? high : low) & 31)]
        if place < 12 { high >>= 5 } else { low >>= 5 }
      }
      return 20
    }
  }
}

/// Computes entity tags: weak, the first 32 hexadecimal digits of the SHA-256 digest of the body.
enum EntityTag {
  static func tag(of body: [UInt8]) -> String {
    Digest.withSHA256(of: body, text(ofDigest:))
  }

  private static func text(ofDigest digest: UnsafeMutableBufferPointer<UInt8>) -> String {
    String(unsafeUninitializedCapacity: 36) { text in
      text[0] = UInt8(ascii: "W")
      text[1] = UInt8(ascii: "/")
      text[2] = UInt8(ascii: "\"")
      for place in 0..<16 {
        text[3 + 2 * place] = (digest[place] >> 4).hexDigit
        text[4 + 2 * place] = digest[place].hexDigit
      }
      text[35] = UInt8(ascii: "\"")
      return 36
    }
  }
}
