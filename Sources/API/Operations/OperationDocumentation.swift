import HTTPTypes

/// The errors that the published descriptions document for each operation. A client requests one with `Prefer: code=`.
public struct DocumentedErrors: Sendable {
  public struct Entry: Sendable {
    public let error: APIError
    /// The names of the examples that show this error.
    public let exampleNames: [String]
  }

  private let table: String

  /// - Parameter table: one error per line, in six columns separated by ` | `: status, code, versions, message, names
  ///   of examples (separated by `; `), operations (separated by `, `)
  public init(table: String = "") {
    self.table = table
  }

  /// Returns the errors of an operation in a version, in the order of the table.
  ///
  /// Parses the whole table on each call; only requests with `Prefer` call it.
  public func entries(of operation: Operation, in version: APIVersion) -> [Entry] {
    table.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: " | ", maxSplits: 5)
      guard cells.count == 6, let status = Int(cells[0]), Availability.contains(version, span: cells[2]),
        cells[5].split(separator: ", ").contains(where: operation.isDocumented)
      else { return nil }
      return Entry(
        error: APIError(
          status: HTTPResponse.Status.standard(code: status), code: String(cells[1]), message: String(cells[3])),
        exampleNames: cells[4].split(separator: "; ").map(String.init))
    }
  }
}

extension Availability {
  /// Whether a span such as `2.7-2.11` or `Preview` contains a version.
  fileprivate static func contains(_ version: APIVersion, span: Substring) -> Bool {
    let ends = span.split(separator: "-").compactMap { APIVersion(named: String($0)) }
    guard let first = ends.first, let last = ends.last else { return false }
    return (first...last).contains(version)
  }
}

/// The query parameters and body members that the published descriptions document for each operation. Strict mode
/// reports all others.
public struct DocumentedParameters: Sendable {
  public struct Entry: Sendable {
    public var query: Set<String> = []
    public var body: Set<String> = []
    /// Whether the description permits members of any name.
    public var allowsAnyBodyMember = false

    /// An entry without parameters.
    public static let none = Entry()
  }

  private let table: String

  /// - Parameter table: one operation per line, in three columns separated by `|`: method and path, query parameters,
  ///   members of the body (both separated by `,`; a leading `*` permits members of any name). `name@2.9-2.11` is
  ///   documented in those versions only.
  public init(table: String = "") {
    self.table = table
  }

  /// Returns the parameters of an operation in a version; nil if the table has no row for it.
  ///
  /// Parses the table up to that row on each call; only workspaces in strict mode call it.
  public func entry(of operation: Operation, in version: APIVersion) -> Entry? {
    for line in table.split(separator: "\n") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
      guard cells.count == 3, operation.isDocumented(as: line.prefix { $0 != "|" }) else { continue }
      return Entry(
        query: Self.names(in: cells[1], documentedIn: version),
        body: Self.names(in: String(cells[2].drop { $0 == "*" }), documentedIn: version),
        allowsAnyBodyMember: cells[2].hasPrefix("*"))
    }
    return nil
  }

  private static func names(in cell: String, documentedIn version: APIVersion) -> Set<String> {
    Set(
      cell.split(separator: ",").compactMap { text in
        let parts = text.split(separator: "@")
        let isDocumented = parts.count == 1 || Availability.contains(version, span: parts[1])
        return isDocumented ? String(parts[0]) : nil
      })
  }
}

extension Operation {
  /// Whether a description's `GET /contacts/{id}` is this operation. Names of path parameters do not matter.
  func isDocumented(as text: Substring) -> Bool {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0] == method.rawValue else { return false }
    let (documented, own) = (words[1].split(separator: "/"), path.split(separator: "/"))
    return documented.count == own.count
      && zip(documented, own).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && $1.hasPrefix("{")) }
  }
}
