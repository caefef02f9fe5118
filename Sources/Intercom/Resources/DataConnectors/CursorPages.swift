import API
import JSON
import Store

/// Pages of records by a cursor, without numbers and totals, as data connectors and what they did are listed.
struct CursorPages {
  /// The time in seconds that the list runs by, newest first; then by id.
  let key: String
  let perPage: Int
  let limit: Int

  /// The page that a call asks for, of records that are in order already.
  ///
  /// Throws 400 `client_error` for a cursor that is none.
  func reply(_ records: [Record], _ call: Call) throws -> Reply {
    let perPage = try call.perPage(default: perPage, limit: limit)
    var rest = records[...]
    if let text = call.query("starting_after"), !text.isEmpty {
      let (time, id) = try place(text)
      rest = rest.drop { !isAfter($0, time, id) }
    }
    let page = rest.prefix(perPage)
    let next: Node = rest.count > perPage ? .members(["starting_after": page.last.map { .string(cursor($0)) }]) : .null
    return .ok(
      .members([
        "type": "list", "data": .records(Array(page)),
        "pages": .members(["type": "pages", "per_page": .integer(perPage), "next": next]),
      ]))
  }

  private func isAfter(_ record: Record, _ time: Int64, _ id: Int64) -> Bool {
    let own = record[key].integer ?? 0
    return own < time || (own == time && (Int64(record.id) ?? 0) < id)
  }

  /// As in the examples: base64 of `[1707594715.0,99000]`.
  private func cursor(_ record: Record) -> String {
    let (time, id) = (record[key].integer ?? 0, Int64(record.id) ?? 0)
    return Base64.encode(JSON.array([.number(Double(time)), .integer(id)]).bytes)
  }

  private func place(_ text: String) throws -> (time: Int64, id: Int64) {
    guard let bytes = Base64.decode(text), let parts = try? JSON(parsing: bytes).array, parts.count == 2,
      let time = parts[0].number.flatMap({ Int64(exactly: $0) }), let id = parts[1].integer
    else { throw APIError.badCursor }
    return (time, id)
  }
}
