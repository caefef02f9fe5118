import API
import JSON
import Store

/// Fin Voice: calls that another provider hands to Fin. One is registered first; it can be collected once it was matched
/// to a call of Intercom's.
enum FinVoice: Resource {
  static let operations: [Operation] = [
    .post("/fin_voice/register", "registerFinVoiceCall", register, .since(.v2_15)),
    .get("/fin_voice/collect/{id}", "collectFinVoiceCallById", collect, .since(.v2_15)),
    .get(
      "/fin_voice/external_id/{external_id}", "collectFinVoiceCallByExternalId", collectByExternalID, .since(.v2_15)),
    .get("/fin_voice/phone_number/{phone_number}", "collectFinVoiceCallByPhoneNumber", collectByPhone, .since(.v2_15)),
    .get(
      "/fin_voice/conversation/{conversation_id}", "collectFinVoiceCallsByConversationId", listOfConversation,
      .since(.v2_15)),
  ]

  static let model = Model(
    "ai_call_response", collection: "fin_voice_calls", ids: .integer(from: 12001),
    notFound: Model.NotFound("not_found", "External reference not found"),
    references: [
      Reference("intercom_call_id", to: "calls"), Reference("intercom_conversation_id", to: "conversations"),
    ],
    [
      .integer("id"), .derived("app_id", appID), .string("user_phone_number", .indexed),
      .string("status", initial: "registered"), .string("intercom_call_id"),
      .string("external_call_id", .indexed), .string("intercom_conversation_id", .indexed),
      .array("call_transcript"), .string("call_summary", initial: ""), .array("intent"),
      .string("source", .hidden, initial: "aws_connect", oneOf: ["five9", "zoom_phone", "aws_connect"]),
      .object("data", .hidden), .timestamp("created_at", [.hidden, .ordered]),
    ])

  // MARK: Behaviour

  /// Unknown: the codes and words of its refusals; the description has their statuses only.
  static func register(_ call: Call) throws -> Reply {
    var record = model.blank()
    record["user_phone_number"] = .string(try text("phone_number", call))
    record["external_call_id"] = .string(try text("call_id", call))
    for name in ["source", "data"] {
      guard let json = call.body[name], let field = model.field(name) else { continue }
      record[name] = .json(try field.checked(json))
    }
    let twins = call.workspace[model].records(
      in: "external_call_id", under: record["external_call_id"].string ?? "")
    guard twins.isEmpty else { throw APIError.conflict("A call with this call_id is already registered") }
    record["id"] = .json(call.workspace.nextID(for: model))
    record["created_at"] = .integer(call.now)
    call.workspace[model].insert(record)
    return .ok(record)
  }

  static func collect(_ call: Call) throws -> Reply {
    .ok(try matched([call.find(model)]))
  }

  static func collectByExternalID(_ call: Call) throws -> Reply {
    .ok(try matched(call.workspace[model].records(in: "external_call_id", under: call.parameter("external_id"))))
  }

  /// The newest matched call of a number.
  static func collectByPhone(_ call: Call) throws -> Reply {
    .ok(try matched(call.workspace[model].records(in: "user_phone_number", under: call.parameter("phone_number"))))
  }

  /// The matched calls of a conversation, as a bare array.
  static func listOfConversation(_ call: Call) throws -> Reply {
    let conversation = call.parameter("conversation_id")
    let calls = call.workspace[model].records(in: "intercom_conversation_id", under: conversation)
    return .ok(.records(calls.filter(isMatched)))
  }

  // MARK: Parts

  private static func isMatched(_ record: Record) -> Bool {
    !record["intercom_call_id"].isEmpty
  }

  /// The newest of them that was matched.
  private static func matched(_ records: [Record]) throws -> Record {
    let found = records.filter(isMatched).max {
      ($0["created_at"].integer ?? 0, $0["id"].integer ?? 0) < ($1["created_at"].integer ?? 0, $1["id"].integer ?? 0)
    }
    if let found { return found }
    var error = APIError.notFound(model)
    if !records.isEmpty { error.hint = "registered, but its intercom_call_id is still null: no call was matched to it" }
    throw error
  }

  private static func text(_ name: String, _ call: Call) throws -> String {
    guard let json = call.body[name], !json.isNull, json != "" else {
      throw APIError.parameterMissing("\(name) is a required parameter")
    }
    guard let text = json.string ?? json.integer.map(String.init) else {
      throw APIError.parameterInvalid("\(name) must be a string")
    }
    return text
  }

  /// A number that stands for the workspace. Unknown: how it relates to the `id_code`.
  private static func appID(_ record: Record, _ call: Call) -> Node? {
    .json(.integer(Profile.id(call).utf8.reduce(7) { ($0 &* 31 &+ Int64($1)) & 0xFF_FFFF }))
  }
}
