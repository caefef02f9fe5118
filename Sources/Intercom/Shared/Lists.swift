import API
import JSON
import Store

/// A list embedded in a contact: at most ten entries, their total number and the URL of the complete list
/// (Documentation.docc/Pagination.md, "Embedded lists").
///
/// A contact has five such lists and most are empty, so their constant parts are stored as bytes.
struct EmbeddedList {
  /// Maximum number of entries shown.
  static let limit = 10

  /// The bytes between the two ids of an entry: `","type":"tag","url":"/tags/`.
  private let entryMiddle: [UInt8]
  /// The bytes after the contact's id: `/tags","total_count":`.
  private let tail: [UInt8]
  /// The bytes after the contact's id in an empty list, to its end.
  private let emptyTail: [UInt8]

  /// - Parameters:
  ///   - type: type of the entries, such as `tag`
  ///   - entryPath: path before the id of an entry, such as `/tags/`
  ///   - listPath: path after `/contacts/{id}`, such as `/tags`
  init(type: String, entryPath: String, listPath: String) {
    entryMiddle = Array(#"","type":"\#(type)","url":"\#(entryPath)"#.utf8)
    tail = Array(#"\#(listPath)","total_count":"#.utf8)
    emptyTail = tail + Array(#"0,"has_more":false}"#.utf8)
  }

  /// Writes an empty list. `contact` is the contact's id.
  func writeEmpty(of contact: String, to writer: inout JSONWriter) {
    writer.write(raw: #"{"type":"list","data":[],"url":"/contacts/"#)
    writer.write(escaped: contact)
    writer.write(raw: emptyTail)
  }

  /// Writes a list. `contact` is the contact's id.
  func write(_ ids: [String], of contact: String, to writer: inout JSONWriter) {
    guard !ids.isEmpty else { return writeEmpty(of: contact, to: &writer) }
    writer.write(raw: #"{"type":"list","data":["#)
    for (index, id) in ids.prefix(Self.limit).enumerated() {
      if index > 0 { writer.write(byte: UInt8(ascii: ",")) }
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
