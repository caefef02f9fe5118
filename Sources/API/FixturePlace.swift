/// Where a record of a fixture stands.
struct FixturePlace {
  /// The file, or the collection and number of a record that came in a state document.
  let file: String
  let line: Int?
  let model: Model
  let id: String

  init(file: String, line: Int? = nil, model: Model, id: String = "") {
    self.file = file
    self.line = line
    self.model = model
    self.id = id
  }

  /// The same of a record whose id is known.
  func of(_ id: String) -> FixturePlace {
    FixturePlace(file: file, line: line, model: model, id: id)
  }

  func error(_ field: String?, _ reason: String) -> FixtureError {
    FixtureError(file: file, line: line, record: id.isEmpty ? nil : id, field: field, reason: reason)
  }
}
