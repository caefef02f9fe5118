/// Where a record of a fixture stands.
struct FixturePlace {
  /// The file, or the collection and number of a record that came in a state document.
  let file: String
  let line: Int?
  let model: Model
  var id = ""

  init(file: String, line: Int? = nil, model: Model, id: String = "") {
    self.file = file
    self.line = line
    self.model = model
    self.id = id
  }

  func error(_ field: String?, _ reason: String) -> FixtureError {
    FixtureError(file: file, line: line, record: id.isEmpty ? nil : id, field: field, reason: reason)
  }
}
