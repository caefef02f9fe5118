import JSON

/// Where a page starts: base64 of `[sort value, id, page]`, as recorded (api-behaviour.md, 5). Times are in milliseconds.
///
/// Stateless: it resumes after (sort value, id), whatever moved meanwhile.
struct Cursor: Equatable {
  var key: JSON
  var id: String
  var page: Int

  init(key: JSON, id: String, page: Int) {
    self.key = key
    self.id = id
    self.page = page
  }

  /// Throws 400 `client_error` for a text that is no cursor.
  init(_ text: String) throws {
    guard let bytes = Base64.decode(text), let parts = try? JSON(parsing: bytes).array, parts.count == 3,
      let id = parts[1].string ?? parts[1].integer.map(String.init), let page = parts[2].integral, page > 0,
      page < 1 << 40
    else { throw APIError.badCursor }
    self.init(key: parts[0], id: id, page: Int(page))
  }

  var text: String {
    // Only what reads back as the same id: a fixture may call a record "007".
    let number = id.count < 19 ? Int64(id).flatMap { String($0) == id ? $0 : nil } : nil
    return Base64.encode(JSON.array([key, number.map(JSON.integer) ?? .string(id), .integer(Int64(page))]).bytes)
  }
}
