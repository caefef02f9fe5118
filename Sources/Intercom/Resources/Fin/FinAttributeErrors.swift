import API
import JSON

/// The attributes of a request that could not be written, each with its reason. They do not stop a request.
struct FinAttributeErrors {
  private var user: JSONObject
  private var conversation: JSONObject

  init(user: JSONObject = [:], conversation: JSONObject = [:]) {
    self.user = user
    self.conversation = conversation
  }

  /// The faults of both; each tells of the user or of the conversation.
  func adding(_ other: FinAttributeErrors) -> FinAttributeErrors {
    FinAttributeErrors(
      user: user.isEmpty ? other.user : user,
      conversation: conversation.isEmpty ? other.conversation : conversation)
  }

  /// Nil when there are none.
  var node: Node? {
    guard !user.isEmpty || !conversation.isEmpty else { return nil }
    return .members([
      "user": user.isEmpty ? nil : .json(["attributes": .object(user)]),
      "conversation": conversation.isEmpty ? nil : .json(["attributes": .object(conversation)]),
    ])
  }
}
