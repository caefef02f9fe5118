import API
import JSON
import Store

/// Lists whose `pages` have no page numbers, only `per_page` and `next`: a cursor in the list's own format, or null
/// (Documentation.docc/Pagination.md, "Kinds of list").
enum CursorListing {
  /// Wraps a page. `found` has one record more than `perPage` if there is a next page.
  static func reply(records found: [Record], perPage: Int, cursor: (Record) -> String) -> Reply {
    let shown = Array(found.prefix(perPage))
    let next = found.count > perPage ? shown.last.map { Node.members(["starting_after": .string(cursor($0))]) } : nil
    return .ok(
      .members([
        "type": "list", "data": .records(shown),
        "pages": .members(["type": "pages", "per_page": .integer(perPage), "next": next ?? .null]),
      ]))
  }
}

/// The position of a record in a list that is sorted by a time, newest first, and then by id
/// (Documentation.docc/Pagination.md, "Cursors").
struct TimePosition {
  /// In seconds since 1970.
  let time: Int64
  let id: String

  init(time: Int64, id: String) {
    (self.time, self.id) = (time, id)
  }

  /// Parses a cursor: base64 of a time and an id.
  /// - Throws: `client_error` (400) if it is malformed
  init(_ text: String) throws {
    guard let bytes = Base64.decode(text), let parts = try? JSON(parsing: bytes).array, parts.count == 2,
      let time = parts[0].integral, let id = parts[1].string ?? parts[1].integer.map(String.init)
    else { throw APIError.invalidCursor }
    self.init(time: time, id: id)
  }

  /// The position of `starting_after`; nil if the query has none.
  /// - Throws: `client_error` (400) if it is malformed
  static func queried(in call: Call) throws -> TimePosition? {
    guard let text = call.queryParameter("starting_after"), !text.isEmpty else { return nil }
    return try TimePosition(text)
  }

  /// Whether this position comes before another in a list with the newest first.
  func isNewer(than other: TimePosition) -> Bool {
    time != other.time ? time > other.time : IDOrder.isLower(other.id, than: id)
  }

  /// The start of the page after this position.
  var pageStart: PageStart { .after(key: time, id: id) }

  /// The form of macros, as in the documented example: `[1719493757.0, "123"]`.
  var spacedText: String {
    Base64.encode(Array("[\(timeJSON.text), \(JSON.string(id).text)]".utf8))
  }

  /// The form of the other lists, as in the documented examples: `[1707594715.0,99000]`.
  var text: String {
    // Encode an id as a number only if parsing returns the same string.
    let number = Int64(id).flatMap { String($0) == id ? $0 : nil }
    return Base64.encode(JSON.array([timeJSON, number.map(JSON.integer) ?? .string(id)]).bytes)
  }

  /// The time with a decimal point, unless it is too large for a double.
  private var timeJSON: JSON {
    Double(exactly: time).map(JSON.number) ?? .integer(time)
  }
}

extension Record {
  /// The record's position in a list that is sorted by the time in a field.
  func position(by field: String) -> TimePosition {
    TimePosition(time: self[field].integer ?? 0, id: id)
  }

  /// Whether the record comes before another if the newest are first: by the time in a field, then by id.
  func isNewer(than other: Record, by field: String) -> Bool {
    position(by: field).isNewer(than: other.position(by: field))
  }
}
