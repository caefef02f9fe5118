import API
import JSON
import Store

extension Messages {
  /// A message of a contact opens a conversation at once.
  static func receive(_ from: JSONObject, _ call: Call) throws -> Reply {
    throw APIError.resourceNotFound
  }

  /// The id of a conversation that is there before its contacts answer.
  static func open(_ message: Record, as kind: MessageKind, _ contacts: [Record], _ call: Call) -> String {
    "0"
  }
}
