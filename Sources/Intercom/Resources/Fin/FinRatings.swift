import API
import HTTPTypes
import JSON
import Store

/// How a user rates a conversation with Fin, once it has asked for that.
enum FinRatings {
  private static let ratings: [(key: String, emoji: String, label: String)] = [
    ("terrible", "😠", "Terrible"), ("bad", "🙁", "Bad"), ("ok", "😐", "OK"), ("good", "😃", "Good"),
    ("amazing", "🤩", "Amazing"),
  ]

  /// Unknown: for how long a rating may be changed; here for a week after it was asked for.
  private static let window: Int64 = 604_800

  static let options: [JSON] = ratings.map {
    ["key": .string($0.key), "emoji": .string($0.emoji), "label": .string($0.label)]
  }

  /// The same again is no change; a remark locks the rating.
  static func submit(_ call: Call) throws -> Reply {
    guard let id = call.body["conversation_id"].flatMap({ $0.string ?? $0.integral.map(String.init) }),
      var session = call.workspace[FinConversations.model][id]
    else { throw refusal("external_conversation_id", "Conversation not found for the given external_conversation_id") }
    guard let rating = call.body["rating"]?.string, let place = ratings.firstIndex(where: { $0.key == rating }) else {
      throw refusal("rating", "Rating isn't an option")
    }
    let remark = try remark(call)
    let isRepeated = session["rating"].string == rating && (remark == nil || remark == session["remark"].string)
    if !isRepeated {
      try check(session, call.now)
      session["rating"] = .string(rating)
      if let remark { session["remark"] = .string(remark) }
      call.workspace[FinConversations.model].replace(session)
      write(place + 1, remark, session, call)
    }
    return .ok(.members(["conversation_id": .string(id), "rating": .string(rating), "status": "rated"]))
  }

  private static func check(_ session: Record, _ now: Int64) throws {
    guard session["remark"].isEmpty else {
      throw refusal("base", "This rating can no longer be changed because a remark has already been submitted")
    }
    guard let asked = session["surveyed_at"].integer else {
      throw refusal("base", "No rating survey found for this conversation")
    }
    guard now - asked <= window else {
      throw refusal("base", "The rating window for this conversation has closed")
    }
  }

  private static func write(_ rating: Int, _ remark: String?, _ session: Record, _ call: Call) {
    guard var conversation = FinConversations.conversation(of: session, call.workspace),
      var agent = conversation["ai_agent"].record
    else { return }
    agent["rating"] = .integer(rating)
    if let remark { agent["rating_remark"] = .string(remark) }
    agent["updated_at"] = .integer(call.now)
    conversation["ai_agent"] = .record(agent)
    conversation["updated_at"] = .integer(call.now)
    call.workspace[Conversations.model].replace(conversation)
  }

  private static func remark(_ call: Call) throws -> String? {
    guard let json = call.body["remark"], !json.isNull, json != "" else { return nil }
    guard let text = json.string else { throw refusal("remark", "Remark must be a string") }
    return text
  }

  /// These refusals have a form of their own: no type, one message a field.
  private static func refusal(_ field: String, _ message: String) -> APIError {
    APIError(
      .unprocessableContent, field, message, envelope: .raw(["errors": .object([field: .string(message)])]))
  }
}
