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

  /// The parts of a request that a pattern is compared with.
  struct Subject {
    let request: Request
    let operation: String?
    let version: String?
  }

  func matches(_ subject: Subject) -> Bool {
    (method.map { $0 == subject.request.method.rawValue } ?? true)
      && (operation.map { $0 == subject.operation } ?? true)
      && (version.map { $0 == subject.version } ?? true)
      && (path.map { Wildcard.matches(pattern: $0, text: Self.path(of: subject.request)) } ?? true)
      && query.allSatisfy(subject.request.query.contains)
      && (body.map { wanted in (try? JSON(parsing: subject.request.body)).map { wanted.isContained(in: $0) } ?? false }
        ?? true)
  }

  /// The differences as sentences; empty if the request matches.
  func differences(from subject: Subject) -> [String] {
    var found: [String] = []
    func compare(_ name: String, wanted: String?, received came: String?) {
      guard let wanted, wanted != came else { return }
      let shown = came.map { SecretMask.difference($0, at: name) } ?? "none"
      found.append("\(name) is \(shown), expected \(SecretMask.difference(wanted, at: name))")
    }
    compare("method", wanted: method, received: subject.request.method.rawValue)
    let path = Self.path(of: subject.request)
    if let wanted = self.path, !Wildcard.matches(pattern: wanted, text: path) {
      compare("path", wanted: wanted, received: path)
    }
    compare("operation", wanted: operation, received: subject.operation)
    compare("version", wanted: version, received: subject.version)
    for item in query where !subject.request.query.contains(item) {
      compare(
        "query.\(item.name)", wanted: item.value, received: subject.request.query.first { $0.name == item.name }?.value)
    }
    if let body { found += Self.bodyDifferences(wanted: body, received: subject.request.body) }
    return found
  }

  private static func bodyDifferences(wanted: JSON, received bytes: [UInt8]) -> [String] {
    guard let came = try? JSON(parsing: bytes) else { return ["body is no JSON, expected \(wanted.text)"] }
    return wanted.differences(from: came, at: "body")
  }

  static func path(of request: Request) -> String {
    "/" + request.segments.joined(separator: "/")
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
