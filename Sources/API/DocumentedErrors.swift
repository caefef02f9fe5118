import HTTPTypes

/// The errors that operations are documented with: what a client may ask for with `Prefer: code=`.
public struct DocumentedErrors: Sendable {
  /// One of them.
  public struct Entry: Sendable {
    public let error: APIError
    /// What the examples of it are called.
    public let names: [String]
  }

  private let table: String

  /// - Parameter table: a line per error: status, code, versions, message, names of examples with semicolons, operations
  ///   with commas; bars between
  public init(_ table: String = "") {
    self.table = table
  }

  /// Those of an operation in a version, in the order of the table. It is read each time: few requests ask.
  public func entries(of operation: Operation, in version: APIVersion) -> [Entry] {
    table.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: " | ", maxSplits: 5)
      guard cells.count == 6, let status = Int(cells[0]), Self.contains(cells[2], version),
        cells[5].split(separator: ", ").contains(where: operation.isDocumented)
      else { return nil }
      return Entry(
        error: APIError(HTTPResponse.Status.numbered(status), String(cells[1]), String(cells[3])),
        names: cells[4].split(separator: "; ").map(String.init))
    }
  }

  /// Whether a span such as `2.7-2.11` or `Preview` has a version.
  private static func contains(_ span: Substring, _ version: APIVersion) -> Bool {
    let ends = span.split(separator: "-").compactMap { APIVersion(asked: String($0)) }
    guard let first = ends.first, let last = ends.last else { return false }
    return (first...last).contains(version)
  }
}
