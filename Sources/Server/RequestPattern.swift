import API
import HTTPMessage
import HTTPTypes
import JSON

/// Which requests are meant: by faults and by whoever verifies what was asked. What is not given fits everything.
public struct RequestPattern: Sendable {
  public var method: String?
  /// Exact, or with `*` for anything.
  public var path: String?
  /// As the catalogue names it: `createContact`.
  public var operation: String?
  /// As `Intercom-Version` says it, or the default of the workspace.
  public var version: String?
  /// The query's parameters must be these, others may be there, too.
  public var query: [QueryItem] = []
  /// Members that the body must have, however deep.
  public var body: JSON?

  public init() {}

  /// What is looked at.
  struct Subject {
    let request: Request
    let operation: String?
    let version: String?
  }

  func fits(_ subject: Subject) -> Bool {
    (method.map { $0 == subject.request.method.rawValue } ?? true)
      && (operation.map { $0 == subject.operation } ?? true)
      && (version.map { $0 == subject.version } ?? true)
      && (path.map { Wildcard.fits($0, Self.path(of: subject.request)) } ?? true)
      && query.allSatisfy(subject.request.query.contains)
      && (body.map { wanted in (try? JSON(parsing: subject.request.body)).map { wanted.isContained(in: $0) } ?? false }
        ?? true)
  }

  /// What does not fit, in words; empty when all does.
  func differences(_ subject: Subject) -> [String] {
    var found: [String] = []
    func compare(_ name: String, _ wanted: String?, _ came: String?) {
      if let wanted, wanted != came { found.append("\(name) is \(came ?? "none"), expected \(wanted)") }
    }
    compare("method", method, subject.request.method.rawValue)
    let path = Self.path(of: subject.request)
    if let wanted = self.path, !Wildcard.fits(wanted, path) { compare("path", wanted, path) }
    compare("operation", operation, subject.operation)
    compare("version", version, subject.version)
    for item in query where !subject.request.query.contains(item) {
      compare("query.\(item.name)", item.value, subject.request.query.first { $0.name == item.name }?.value)
    }
    if let body { found += Self.differences(body, subject.request.body) }
    return found
  }

  private static func differences(_ wanted: JSON, _ bytes: [UInt8]) -> [String] {
    guard let came = try? JSON(parsing: bytes) else { return ["body is no JSON, expected \(wanted.text)"] }
    return wanted.differences(from: came, at: "body")
  }

  static func path(of request: Request) -> String {
    "/" + request.segments.joined(separator: "/")
  }
}
