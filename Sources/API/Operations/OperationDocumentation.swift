import HTTPTypes

/// The errors that operations are documented with: what a client may ask for with `Prefer: code=`.
public struct DocumentedErrors: Sendable {
  /// One of them.
  public struct Entry: Sendable {
    public let error: APIError
    /// What the examples of it are called.
    public let exampleNames: [String]
  }

  private let table: String

  /// - Parameter table: a line per error: status, code, versions, message, names of examples with semicolons, operations
  ///   with commas; bars between
  public init(table: String = "") {
    self.table = table
  }

  /// Those of an operation in a version, in the order of the table. It is read each time: few requests ask.
  public func entries(of operation: Operation, in version: APIVersion) -> [Entry] {
    table.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: " | ", maxSplits: 5)
      guard cells.count == 6, let status = Int(cells[0]), Self.span(cells[2], contains: version),
        cells[5].split(separator: ", ").contains(where: operation.isDocumented)
      else { return nil }
      return Entry(
        error: APIError(
          status: HTTPResponse.Status.standard(code: status), code: String(cells[1]), message: String(cells[3])),
        exampleNames: cells[4].split(separator: "; ").map(String.init))
    }
  }

  /// Whether a span such as `2.7-2.11` or `Preview` has a version.
  private static func span(_ span: Substring, contains version: APIVersion) -> Bool {
    let ends = span.split(separator: "-").compactMap { APIVersion(named: String($0)) }
    guard let first = ends.first, let last = ends.last else { return false }
    return (first...last).contains(version)
  }
}

/// The parameters that operations are documented with: what strict mode knows.
public struct DocumentedParameters: Sendable {
  /// Those of one operation.
  public struct Entry: Sendable {
    public var query: Set<String> = []
    public var body: Set<String> = []
    /// Whether the body may have any members.
    public var allowsAnyBodyMember = false
  }

  private let table: String

  /// - Parameter table: a line per operation: method and path, names of the query, names of the body with commas, `*`
  ///   for any; bars between
  public init(table: String = "") {
    self.table = table
  }

  /// Those of an operation. The table is read each time: only strict workspaces ask.
  public func entry(of operation: Operation) -> Entry {
    for line in table.split(separator: "\n") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
      guard cells.count == 3, operation.isDocumented(as: line.prefix { $0 != "|" }) else { continue }
      let body = cells[2].drop { $0 == "*" }
      return Entry(
        query: Set(cells[1].split(separator: ",").map(String.init)),
        body: Set(body.split(separator: ",").map(String.init)),
        allowsAnyBodyMember: cells[2].hasPrefix("*"))
    }
    return Entry()
  }
}

extension Operation {
  /// Whether it is what a description calls `GET /contacts/{id}`, whatever its parameters are called.
  func isDocumented(as text: Substring) -> Bool {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0] == method.rawValue else { return false }
    let (wanted, known) = (words[1].split(separator: "/"), path.split(separator: "/"))
    return wanted.count == known.count
      && zip(wanted, known).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && $1.hasPrefix("{")) }
  }
}
