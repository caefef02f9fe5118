import API
import HTTPMessage
import HTTPTypes

/// The header fields that responses of one kind share, encoded once.
struct PresetFields {
  private struct Key: Hashable {
    let status: Int
    let version: String?
    let type: String
  }

  private static let cacheLimit = 512

  private let edge: any Edge
  private var cache: [Key: FieldBlock] = [:]
  /// The last entry: most requests repeat the key of the one before.
  private var last: (key: Key, fields: FieldBlock)?

  init(edge: any Edge) {
    self.edge = edge
  }

  /// - Parameter version: the version name to repeat; nil if none was negotiated
  mutating func fields(
    status: HTTPResponse.Status, version: String?, contentType: String = "application/json; charset=utf-8"
  ) -> FieldBlock {
    let key = Key(status: status.code, version: version, type: contentType)
    if let last, last.key == key { return last.fields }
    let fields = cache[key] ?? make(status: status, version: version, contentType: contentType)
    if cache.count < Self.cacheLimit { cache[key] = fields }
    last = (key, fields)
    return fields
  }

  private func make(status: HTTPResponse.Status, version: String?, contentType: String) -> FieldBlock {
    FieldBlock(edge.fields(status: status, version: version, contentType: contentType))
  }
}

/// The size of header blocks. Many clients and proxies refuse more than 8 KB, and other fields take up to 2 KB.
enum HeaderBlock {
  /// Maximum size of the fields that depend on the request, in bytes.
  static let maximumBytes = 6_144
  static let maximumHintBytes = 1_000

  static func size(of fields: [HTTPField]) -> Int {
    fields.reduce(0) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count + 4 }
  }
}

extension String {
  /// The text if it is short enough; otherwise its beginning and an ellipsis.
  func shortened(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    return String(decoding: utf8.prefix(limit - 3), as: UTF8.self) + "..."
  }
}

enum EntityTags {
  /// Size limit of the bodies that the setting `auto` tags, in bytes: to hash a long list costs more than to write it.
  static let automaticLimit = 16_384

  /// Whether the client has a response with this tag. `If-None-Match` of other methods than GET and HEAD is ignored:
  /// they have been carried out (RFC 9110, 13.1.2).
  static func isKnown(_ tag: String, to request: Request) -> Bool {
    guard request.method == .get || request.method == .head, let known = request.fields[.ifNoneMatch] else {
      return false
    }
    return matches(ifNoneMatch: known, tag: tag)
  }

  /// Whether an `If-None-Match` value contains a tag by weak comparison (RFC 9110, 13.1.2).
  static func matches(ifNoneMatch field: String, tag: String) -> Bool {
    let opaque = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]
    return field.split(separator: ",").map(\.trimmingSpaces).contains { $0 == "*" || $0 == tag || $0 == opaque }
  }
}

extension HTTPField.Name {
  static let mockHint = HTTPField.Name(constant: "X-Mock-Hint")
  static let mockWebhookDepth = HTTPField.Name(constant: "X-Mock-Webhook-Depth")
  static let mockWarning = HTTPField.Name(constant: "X-Mock-Warning")
  static let prefer = HTTPField.Name(constant: "Prefer")
  static let preferenceApplied = HTTPField.Name(constant: "Preference-Applied")
}
