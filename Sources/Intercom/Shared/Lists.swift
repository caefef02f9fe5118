import API
import JSON
import Store

/// The lists that a contact carries of what hangs on it: at most ten entries, how many there are, and where they all are
/// (pagination.md, 3). Every contact has five and most of them are empty, so what never changes is kept as bytes.
struct EmbeddedList {
  /// How many entries are shown.
  static let limit = 10

  /// Between an entry's id and its id in the URL: `","type":"tag","url":"/tags/`.
  private let entryMiddle: [UInt8]
  /// After a contact's id: `/tags","total_count":`.
  private let tail: [UInt8]
  /// The same of an empty list, to its end.
  private let emptyTail: [UInt8]

  /// - Parameters:
  ///   - type: of the entries: `tag`
  ///   - entryPath: before the id of each entry: `/tags/`
  ///   - listPath: after `/contacts/{id}`: `/tags`
  init(type: String, entryPath: String, listPath: String) {
    entryMiddle = Array(#"","type":"\#(type)","url":"\#(entryPath)"#.utf8)
    tail = Array(#"\#(listPath)","total_count":"#.utf8)
    emptyTail = tail + Array(#"0,"has_more":false}"#.utf8)
  }

  /// Writes the list of a contact, by its id, that nothing hangs on.
  func writeEmpty(of contact: String, to writer: inout JSONWriter) {
    writer.write(raw: #"{"type":"list","data":[],"url":"/contacts/"#)
    writer.write(escaped: contact)
    writer.write(raw: emptyTail)
  }

  /// Writes the list of a contact, by its id.
  func write(_ ids: [String], of contact: String, to writer: inout JSONWriter) {
    guard !ids.isEmpty else { return writeEmpty(of: contact, to: &writer) }
    writer.write(raw: #"{"type":"list","data":["#)
    for (place, id) in ids.prefix(Self.limit).enumerated() {
      if place > 0 { writer.write(byte: UInt8(ascii: ",")) }
      write(entry: id, to: &writer)
    }
    writer.write(raw: #"],"url":"/contacts/"#)
    writer.write(escaped: contact)
    writer.write(raw: tail)
    writer.write(integer: Int64(ids.count))
    writer.write(raw: ids.count > Self.limit ? #","has_more":true}"# : #","has_more":false}"#)
  }

  private func write(entry id: String, to writer: inout JSONWriter) {
    writer.write(raw: #"{"id":""#)
    writer.write(escaped: id)
    writer.write(raw: entryMiddle)
    writer.write(escaped: id)
    writer.write(raw: #""}"#)
  }
}

/// Lists whose `pages` have no numbers: `per_page`, and `next` with a cursor of the list's own kind or null
/// (pagination.md, 1).
enum CursorListing {
  /// Wraps up to one record more than a page has: that one says that there is a next page.
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
