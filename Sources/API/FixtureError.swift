/// A fixture that does not fit: which file, where, which record and field, and what was expected.
public struct FixtureError: Error, CustomStringConvertible {
  public var file: String
  public var line: Int?
  public var record: String?
  public var field: String?
  public var reason: String

  public init(file: String, line: Int? = nil, record: String? = nil, field: String? = nil, reason: String) {
    self.file = file
    self.line = line
    self.record = record
    self.field = field
    self.reason = reason
  }

  public var description: String {
    var text = line.map { "\(file):\($0)" } ?? file
    if let record { text += ": record \(record)" }
    if let field { text += ", field \(field)" }
    return "\(text): \(reason)"
  }
}
