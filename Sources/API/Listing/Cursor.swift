import JSON

/// The position in a list: base64 of `[sort value, id, page]`, as recorded (Documentation.docc/Pagination.md,
/// "Cursors").
///
/// The server keeps no state for a cursor. The page starts after (sort value, id), even if that record was changed or
/// removed since, and whatever the size of the pages.
struct Cursor: Equatable {
  /// The sort value of the last record before the page; times are in milliseconds.
  var key: JSON
  /// The id of that record.
  var id: String
  /// The number of the page, counted from 1 to `maximumPage`.
  let page: Int

  /// The highest number of a page. The cursor after it has the same number, so that a cursor of an answer is never refused.
  private static let maximumPage = 1 << 40

  init(key: JSON, id: String, page: Int) {
    self.key = key
    self.id = id
    self.page = min(page, Self.maximumPage)
  }

  /// The cursor of a record in an order that its collection maintains.
  /// - Parameter sortValue: the key of the record in the order; a time in seconds
  init(sortValue: Int64, id: String, page: Int) {
    let (milliseconds, overflow) = sortValue.multipliedReportingOverflow(by: 1000)
    self.init(key: overflow ? .string(String(sortValue)) : .integer(milliseconds), id: id, page: page)
  }

  /// The key of the record in an order that its collection maintains.
  var sortValue: Int64 {
    get throws {
      if let milliseconds = key.integral { return milliseconds / 1000 }
      guard let seconds = key.string.flatMap({ Int64($0) }) else { throw APIError.invalidCursor }
      return seconds
    }
  }

  /// Parses an encoded cursor.
  /// - Throws: `client_error` (400) if it is malformed
  init(_ text: String) throws {
    guard let bytes = Base64.decode(text), let parts = try? JSON(parsing: bytes).array, parts.count == 3,
      let id = parts[1].string ?? parts[1].integer.map(String.init), let page = parts[2].integral, page > 0,
      page <= Self.maximumPage
    else { throw APIError.invalidCursor }
    self.init(key: parts[0], id: id, page: Int(page))
  }

  /// The encoded cursor.
  var text: String {
    // Encode an id as a number only if parsing returns the same string: a fixture may contain the id "007".
    let number = id.count < 19 ? Int64(id).flatMap { String($0) == id ? $0 : nil } : nil
    return Base64.encode(JSON.array([key, number.map(JSON.integer) ?? .string(id), .integer(Int64(page))]).bytes)
  }
}
