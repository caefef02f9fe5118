import API
import HTTPTypes
import JSON
import Store

extension ConversationParts {
  /// How an external reply fared, or that an admin saw a part. Answers with the part.
  ///
  /// Unknown: what the secret must be; any text serves.
  static func update(_ call: Call) throws -> Reply {
    guard call.body["experimental"] == true, let secret = call.body["secret"]?.string, !secret.isEmpty else {
      throw APIError(.forbidden, "forbidden", "Forbidden request")
    }
    guard var part = call.workspace[model][call.parameter("part_id")],
      part["conversation_id"].string == call.parameter("id")
    else { throw APIError.notFound(model) }
    let (state, seen) = (try call.text("send_state"), try call.flag("seen"))
    _ = try call.text("info_message")
    if seen != nil { _ = try call.admin() }
    guard state != nil || seen != nil else {
      throw APIError.parameterMissing("send_state or seen is a required parameter")
    }
    if let state { part["external_reply_send_state"] = .string(state) }
    if let seen { part["seen_state"] = .json(["admin_seen": .boolean(seen)]) }
    part["updated_at"] = .integer(call.now)
    call.workspace[model].replace(part)
    return .ok(part)
  }
}
