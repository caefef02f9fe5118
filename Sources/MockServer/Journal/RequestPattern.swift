import API
import HTTPMessage
import HTTPTypes
import JSON

/// Matches requests, for fault rules and verification. A member that is nil or empty matches every request.
public struct RequestPattern: Sendable {
  public var method: String?
  /// An exact path, or one with `*` for any text.
  public var path: String?
  /// An operation id of the catalogue, such as `createContact`.
  public var operation: String?
  /// The name of the requested version, or the default version of the workspace.
  public var version: String?
  /// Query parameters that the request must have; it may have others.
  public var query: [QueryItem] = []
  /// Members that the body must have, at any depth; it may have others.
  public var body: JSON?

  public init() {}

  func matches(_ subject: RequestSubject) -> Bool {
    matchesHead(of: subject) && (body.map(subject.bodyContains) ?? true)
  }

  private func matchesHead(of subject: RequestSubject) -> Bool {
    (method.map { $0 == subject.request.method.rawValue } ?? true)
      && (operation.map { $0 == subject.operation } ?? true)
      && (version.map { $0 == subject.version } ?? true)
      && (path.map { Wildcard.matches(pattern: $0, text: subject.path) } ?? true)
      && query.allSatisfy(subject.request.query.contains)
  }

  /// The differences as sentences; empty if the request matches.
  func differences(from subject: RequestSubject) -> [String] {
    headDifferences(from: subject) + (body.map { Self.bodyDifferences(wanted: $0, received: subject) } ?? [])
  }

  /// The differences of everything but the body.
  func headDifferences(from subject: RequestSubject) -> [String] {
    var found: [String] = []
    func compare(_ name: String, wanted: String?, received came: String?) {
      guard let wanted, wanted != came else { return }
      let shown = came.map { SecretMask.difference($0, at: name) } ?? "none"
      found.append("\(name) is \(shown), expected \(SecretMask.difference(wanted, at: name))")
    }
    compare("method", wanted: method, received: subject.request.method.rawValue)
    if let wanted = path, !Wildcard.matches(pattern: wanted, text: subject.path) {
      compare("path", wanted: wanted, received: subject.path)
    }
    compare("operation", wanted: operation, received: subject.operation)
    compare("version", wanted: version, received: subject.version)
    for item in query where !subject.request.query.contains(item) {
      compare(
        "query.\(item.name)", wanted: item.value, received: subject.request.query.first { $0.name == item.name }?.value)
    }
    return found
  }

  private static func bodyDifferences(wanted: JSON, received subject: RequestSubject) -> [String] {
    guard let came = subject.body else { return ["body is no JSON, expected \(wanted.text)"] }
    return wanted.differences(from: came, at: "body")
  }
}

/// The parts of a request that patterns are compared with. What one comparison decodes is kept for the others.
final class RequestSubject {
  /// A request of the journal has no fields and no body here.
  let request: Request
  let operation: String?
  let version: String?
  private let readBody: () -> [UInt8]
  private(set) lazy var path = "/" + request.segments.joined(separator: "/")
  private lazy var bodyBytes = readBody()
  /// The parsed body; nil if it is no JSON.
  private(set) lazy var body = try? JSON(parsing: bodyBytes)

  /// - Parameter body: reads the body when it is needed; nil for that of the request
  init(request: Request, operation: String?, version: String?, body: (() -> [UInt8])? = nil) {
    self.request = request
    self.operation = operation
    self.version = version
    readBody = body ?? { request.body }
  }

  /// Whether the body contains a value. Searches for its texts first, because parsing takes a hundred times as long.
  func bodyContains(_ wanted: JSON) -> Bool {
    guard bodyBytes.mayContain(textsOf: wanted), let body else { return false }
    return wanted.isContained(in: body)
  }
}

extension [UInt8] {
  /// Whether JSON in these bytes may contain all keys and strings of a value. Always true if it has escape sequences.
  fileprivate func mayContain(textsOf value: JSON) -> Bool {
    contains(UInt8(ascii: "\\")) || containsTexts(of: value)
  }

  private func containsTexts(of value: JSON) -> Bool {
    switch value {
    case .object(let members): members.allSatisfy { contains(quoted: $0.key) && containsTexts(of: $0.value) }
    case .array(let items): items.allSatisfy(containsTexts)
    case .string(let text): contains(quoted: text)
    default: true
    }
  }

  /// Searches for plain text only: other characters may have several encodings.
  private func contains(quoted text: String) -> Bool {
    guard text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") }) else { return true }
    let wanted = Array("\"\(text)\"".utf8)
    return withUnsafeBytes { bytes in
      var rest = bytes[...]
      while rest.count >= wanted.count, let found = rest.firstIndex(of: UInt8(ascii: "\"")) {
        rest = rest[found...]
        if rest.starts(with: wanted) { return true }
        rest = rest.dropFirst()
      }
      return false
    }
  }
}

extension RequestPattern {
  /// The members of a pattern in JSON.
  static let members: [Shape.Member] = [
    .optional("method", as: .string()), .optional("path", as: .described(.string(), "exact, or with * for any text")),
    .optional("operation", as: .described(.string(), "an id of GET /_mock/operations")),
    .optional("version", as: .string(oneOf: APIVersion.allCases.map(\.name))),
    .optional("query", as: .map(of: .string())),
    .optional("body", as: .described(.anyObject, "members that the body must contain")),
  ]

  private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

  /// Parses a pattern that fits its shape. Throws 400 for an unknown operation or method.
  init(json: JSONObject, catalogue: Catalogue) throws {
    self.init()
    method = json["method"]?.string?.uppercased()
    path = json["path"]?.string
    version = json["version"]?.string
    if let method, !Self.methods.contains(method) {
      throw APIError.parameterInvalid(
        "match.method must be \(Self.methods.joined(separator: ", "))", field: "match.method")
    }
    query = json["query"]?.object?.map { QueryItem(name: $0.key, value: $0.value.string ?? "") } ?? []
    body = json["body"]
    if let path, !path.hasPrefix("/"), !path.hasPrefix("*") {
      throw APIError.parameterInvalid("match.path must start with / or *", field: "match.path")
    }
    if let name = json["operation"]?.string {
      operation = catalogue.operations.first { $0.id.lowercased() == name.lowercased() }?.id
      guard operation == nil else { return }
      throw APIError.parameterInvalid(
        "match.operation: there is no \(name); GET /_mock/operations lists what there is", field: "match.operation")
    }
  }
}

/// Patterns in which `*` stands for any text, including none.
enum Wildcard {
  static func matches(pattern: String, text: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last, parts.count > 1 else { return pattern == text }
    guard text.hasPrefix(first) else { return false }
    var rest = text.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}

extension JSON {
  /// Whether another value contains this one: objects may have more members, arrays must have the same length, and numbers
  /// are compared by value.
  func isContained(in other: JSON) -> Bool {
    switch (self, other) {
    case (.object(let members), .object(let others)):
      members.allSatisfy { key, value in others[key].map(value.isContained) ?? false }
    case (.array(let items), .array(let others)):
      items.count == others.count && zip(items, others).allSatisfy { $0.isContained(in: $1) }
    default: self == other || (number != nil && number == other.number)
    }
  }

  /// The places where another value does not contain this one, as sentences.
  func differences(from other: JSON, at path: String) -> [String] {
    switch (self, other) {
    case (.object(let members), .object(let others)):
      members.flatMap { key, value in
        others[key].map { value.differences(from: $0, at: "\(path).\(key)") }
          ?? ["\(path).\(key) is absent, expected \(value.text)"]
      }
    case (.array(let items), .array(let others)) where items.count == others.count:
      zip(items, others).enumerated().flatMap { $1.0.differences(from: $1.1, at: "\(path)[\($0)]") }
    default:
      isContained(in: other)
        ? []
        : [
          "\(path) is \(SecretMask.difference(other.text, at: path)), expected \(SecretMask.difference(text, at: path))"
        ]
    }
  }
}
