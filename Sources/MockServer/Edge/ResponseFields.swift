import HTTPMessage
import HTTPTypes
import Store

/// The header fields that answers of one kind share, encoded once (api-behaviour.md, 2).
struct ResponseFieldPresets {
  private struct Key: Hashable {
    let status: Int
    let version: String?
    let type: String
  }

  private var cache: [Key: FieldBlock] = [:]
  /// What was asked for last is mostly asked for next.
  private var last: (kind: Key, fields: FieldBlock)?

  /// The fields of an answer of this status; `version` is echoed when there is one.
  mutating func fields(
    status: HTTPResponse.Status, version: String?, contentType: String = "application/json; charset=utf-8"
  ) -> FieldBlock {
    let kind = Key(status: status.code, version: version, type: contentType)
    if let last, last.kind == kind { return last.fields }
    let fields = cache[kind] ?? FieldBlock(Self.make(status: status, version: version, contentType: contentType))
    if cache.count < 512 { cache[kind] = fields }
    last = (kind, fields)
    return fields
  }

  private static func make(status: HTTPResponse.Status, version: String?, contentType type: String) -> HTTPFields {
    var fields: HTTPFields = [
      .contentType: type,
      .vary: "Accept-Encoding",
      .status: "\(status.code) \(status.reasonPhrase)",
      .cacheControl: status == .notFound ? "no-cache" : "max-age=0, private, must-revalidate",
      .intercomRevision: "0000000000000000000000000000000000000000",
      .requestQueueing: "0",
      .server: "nginx",
      .amiVersion: "ami-00000000000000000",
      .strictTransportSecurity: "max-age=31557600; includeSubDomains; preload",
      .xContentTypeOptions: "nosniff",
      .frameOptions: "SAMEORIGIN",
      .xssProtection: "1; mode=block",
      .referrerPolicy: "strict-origin-when-cross-origin",
    ]
    if let version { fields[.intercomVersion] = version }
    return fields.merging(CrossOrigin.fields)
  }
}

extension HTTPFields {
  func merging(_ others: HTTPFields) -> HTTPFields {
    var fields = self
    for field in others { fields.append(field) }
    return fields
  }
}

/// A field name of our own; all of them are legal tokens.
private func fieldName(_ text: String) -> HTTPField.Name {
  HTTPField.Name(text) ?? .server
}

extension HTTPField.Name {
  static let intercomVersion = fieldName("Intercom-Version")
  static let requestID = fieldName("X-Request-Id")
  static let rateLimitLimit = fieldName("X-RateLimit-Limit")
  static let rateLimitRemaining = fieldName("X-RateLimit-Remaining")
  static let rateLimitReset = fieldName("X-RateLimit-Reset")
  static let runtime = fieldName("X-Runtime")
  static let status = fieldName("Status")
  static let requestQueueing = fieldName("X-Request-Queueing")
  static let intercomRevision = fieldName("X-Intercom-Version")
  static let amiVersion = fieldName("X-Ami-Version")
  static let mockWarning = fieldName("X-Mock-Warning")
  static let prefer = fieldName("Prefer")
  static let preferenceApplied = fieldName("Preference-Applied")
  static let hubSignature = fieldName("X-Hub-Signature")
  static let mockHint = fieldName("X-Mock-Hint")
  static let frameOptions = fieldName("X-Frame-Options")
  static let xssProtection = fieldName("X-XSS-Protection")
  static let referrerPolicy = fieldName("Referrer-Policy")
}

/// Request ids: 20 digits of base 32, as recorded (api-behaviour.md, 2).
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
