import API
import JSON
import Store

/// A JSON text that is written in steps. It is kept in pieces: to grow one array of hundreds of megabytes would take long.
final class SteppedDocument {
  private static let pieceSize = 1 << 16

  private var writer = JSONWriter(reserving: 2 * pieceSize)
  private var pieces: [[UInt8]] = []
  /// Whether the next element of the current array needs a comma.
  private var needsComma = false

  func write(raw text: String) {
    writer.write(raw: Array(text.utf8))
  }

  func beginArray(key: String) {
    writer.write(raw: JSON.encodedKey(key))
    write(raw: "[")
    needsComma = false
  }

  func write(element: JSON) {
    if needsComma { write(raw: ",") }
    needsComma = true
    writer.write(element)
    if writer.count >= Self.pieceSize { endPiece() }
  }

  /// Writes members of an object, without its braces.
  func write(members: JSONObject) {
    for (number, member) in members.enumerated() {
      if number > 0 { write(raw: ",") }
      writer.write(raw: JSON.encodedKey(member.key))
      writer.write(member.value)
    }
  }

  func finish() -> Reply {
    if writer.count > 0 { endPiece() }
    return Reply(status: .ok, body: .pieces(pieces))
  }

  private func endPiece() {
    pieces.append(writer.bytes)
    writer.removeAll()
  }
}

/// A reply with a long list, such as the journal.
struct ListDocument {
  /// The members before the list.
  var opening: JSONObject
  /// The key of the list.
  var key: String
  /// Number of elements.
  var count: Int
  /// Makes the element at an index; nil if it no longer exists.
  var element: (Int) -> JSON?
  /// The members after the list.
  var closing: JSONObject = [:]
  /// The key of an object that contains all these members; nil if there is none.
  var enclosingKey: String?

  /// The work of writing it.
  var reply: SlicedWork<Reply> {
    let document = SteppedDocument()
    var position = 0
    if let enclosingKey { document.write(raw: "{\(JSON.string(enclosingKey).text):") }
    document.write(raw: "{")
    document.write(members: opening)
    if !opening.isEmpty { document.write(raw: ",") }
    document.beginArray(key: key)
    return .unfinished {
      guard position < count else { return end(document) }
      if let element = element(position) { document.write(element: element) }
      position += 1
      return nil
    }
  }

  private func end(_ document: SteppedDocument) -> Reply {
    document.write(raw: closing.isEmpty ? "]" : "],")
    document.write(members: closing)
    document.write(raw: enclosingKey == nil ? "}" : "}}")
    return document.finish()
  }
}
