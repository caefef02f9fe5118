/// The parameters that operations are documented with: what strict mode knows.
public struct DocumentedParameters: Sendable {
  /// Those of one operation.
  public struct Entry: Sendable {
    public var query: Set<String> = []
    public var body: Set<String> = []
    /// Whether the body may have any members.
    public var isOpen = false
  }

  private let table: String

  /// - Parameter table: a line per operation: method and path, names of the query, names of the body with commas, `*`
  ///   for any; bars between
  public init(_ table: String = "") {
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
        isOpen: cells[2].hasPrefix("*"))
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
