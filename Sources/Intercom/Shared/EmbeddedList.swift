import API
import JSON
import Store

/// The lists that a contact carries of what hangs on it: at most ten entries, how many there are, and where they all are
/// (pagination.md, 3).
struct EmbeddedList {
  /// How many entries are shown.
  static let limit = 10

  /// `tag`.
  let type: String
  /// Before the id of each entry: `/tags/`.
  let entryPath: String
  /// After `/contacts/{id}`: `/tags`.
  let listPath: String

  func write(_ ids: some Collection<String>, of contact: Record, _ writer: inout JSONWriter) {
    writer.write(raw: #"{"type":"list","data":["#)
    for (place, id) in ids.prefix(Self.limit).enumerated() {
      if place > 0 { writer.write(byte: UInt8(ascii: ",")) }
      write(entry: id, &writer)
    }
    writer.write(raw: #"],"url":"/contacts/"#)
    writer.write(escaped: contact.id)
    writer.write(escaped: listPath)
    writer.write(raw: #"","total_count":"#)
    writer.write(integer: Int64(ids.count))
    writer.write(raw: ids.count > Self.limit ? #","has_more":true}"# : #","has_more":false}"#)
  }

  private func write(entry id: String, _ writer: inout JSONWriter) {
    writer.write(raw: #"{"id":""#)
    writer.write(escaped: id)
    writer.write(raw: #"","type":""#)
    writer.write(escaped: type)
    writer.write(raw: #"","url":""#)
    writer.write(escaped: entryPath)
    writer.write(escaped: id)
    writer.write(raw: #""}"#)
  }
}
