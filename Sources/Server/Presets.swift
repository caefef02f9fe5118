import HTTPMessage
import HTTPTypes

/// The header fields that answers of one kind share, encoded once (api-behaviour.md, 2).
struct Presets {
  private struct Kind: Hashable {
    let status: Int
    let version: String?
    let type: String
  }

  private var known: [Kind: FieldBlock] = [:]
  /// What was asked for last is mostly asked for next.
  private var last: (kind: Kind, fields: FieldBlock)?

  /// The fields of an answer of this status; `version` is echoed when there is one.
  mutating func fields(
    _ status: HTTPResponse.Status, version: String?, type: String = "application/json; charset=utf-8"
  ) -> FieldBlock {
    let kind = Kind(status: status.code, version: version, type: type)
    if let last, last.kind == kind { return last.fields }
    let fields = known[kind] ?? FieldBlock(Self.make(status, version, type))
    if known.count < 512 { known[kind] = fields }
    last = (kind, fields)
    return fields
  }

  private static func make(_ status: HTTPResponse.Status, _ version: String?, _ type: String) -> HTTPFields {
    var fields: HTTPFields = [
      .contentType: type,
      .vary: "Accept-Encoding",
      .status: "\(status.code) \(status.reasonPhrase)",
      .cacheControl: status == .notFound ? "no-cache" : "max-age=0, private, must-revalidate",
      .revision: "0000000000000000000000000000000000000000",
      .queueing: "0",
      .server: "nginx",
      .machineImage: "ami-00000000000000000",
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
