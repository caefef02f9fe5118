import API
import JSON
import Store

/// Fin Voice: phone calls of other providers that Fin handles. A call is registered first, and can be collected once it
/// has been matched to an Intercom call.
enum FinVoice: Resource {
  static let operations: [Operation] = [
    .post("/fin_voice/register", id: "registerFinVoiceCall", handler: register, available: .since(.v2_15)),
    .get("/fin_voice/collect/{id}", id: "collectFinVoiceCallById", handler: collect, available: .since(.v2_15)),
    .get(
      "/fin_voice/external_id/{external_id}", id: "collectFinVoiceCallByExternalId", handler: collectByExternalID,
      available: .since(.v2_15)),
    .get(
      "/fin_voice/phone_number/{phone_number}", id: "collectFinVoiceCallByPhoneNumber", handler: collectByPhoneNumber,
      available: .since(.v2_15)),
    .get(
      "/fin_voice/conversation/{conversation_id}", id: "collectFinVoiceCallsByConversationId",
      handler: listForConversation,
      available: .since(.v2_15)),
  ]

  static let model = Model(
    name: "ai_call_response", collection: "fin_voice_calls", ids: .integer(from: 12001),
    notFound: Model.NotFound(code: "not_found", message: "External reference not found"),
    references: [
      Reference("intercom_call_id", to: "calls"),
      Reference("intercom_conversation_id", to: "conversations", onDelete: .remove),
    ],
    fields: [
      .integer("id"), .derived("app_id", from: appID), .string("user_phone_number", options: .indexed),
      .string("status", initial: "registered"), .string("intercom_call_id"),
      .string("external_call_id", options: .indexed), .string("intercom_conversation_id", options: .indexed),
      .array("call_transcript"), .string("call_summary", initial: ""), .array("intent"),
      .string("source", options: .hidden, initial: "aws_connect", oneOf: ["five9", "zoom_phone", "aws_connect"]),
      .object("data", options: .hidden), .timestamp("created_at", options: [.hidden, .ordered]),
    ])

  // MARK: Behaviour

  /// Unknown: the error codes and messages; the description documents only the statuses.
  static func register(in call: Call) throws -> Reply {
    var record = model.blank()
    record["user_phone_number"] = .string(try call.body.required("phone_number", as: text))
    record["external_call_id"] = .string(try call.body.required("call_id", as: text))
    for name in ["source", "data"] {
      guard let json = call.body[name], let field = model.field(named: name) else { continue }
      record[name] = .json(try field.validated(json))
    }
    let duplicates = call.workspace[model].records(
      in: "external_call_id", under: record["external_call_id"].string ?? "")
    guard duplicates.isEmpty else { throw APIError.conflict("A call with this call_id is already registered") }
    record["id"] = .json(call.workspace.nextID(for: model))
    record["created_at"] = .integer(call.now)
    call.workspace[model].insert(record)
    return .ok(record)
  }

  static func collect(in call: Call) throws -> Reply {
    .ok(try newestMatched(of: [call.find(model)]))
  }

  static func collectByExternalID(in call: Call) throws -> Reply {
    .ok(
      try newestMatched(
        of: call.workspace[model].records(in: "external_call_id", under: call.pathParameter("external_id"))))
  }

  /// The newest matched call of a number.
  static func collectByPhoneNumber(in call: Call) throws -> Reply {
    .ok(
      try newestMatched(
        of: call.workspace[model].records(in: "user_phone_number", under: call.pathParameter("phone_number"))))
  }

  /// The matched calls of a conversation, as a JSON array without an envelope.
  static func listForConversation(in call: Call) throws -> Reply {
    let conversation = call.pathParameter("conversation_id")
    let calls = call.workspace[model].records(in: "intercom_conversation_id", under: conversation)
    return .ok(.records(calls.filter(isMatched)))
  }

  // MARK: Parts

  private static func isMatched(_ record: Record) -> Bool {
    !record["intercom_call_id"].isEmpty
  }

  /// Returns the newest record that was matched to a call. Throws 404 if there is none.
  private static func newestMatched(of records: [Record]) throws -> Record {
    let found = records.filter(isMatched).max {
      ($0["created_at"].integer ?? 0, $0["id"].integer ?? 0) < ($1["created_at"].integer ?? 0, $1["id"].integer ?? 0)
    }
    if let found { return found }
    var error = APIError.notFound(for: model)
    if !records.isEmpty { error.hint = "the call is registered but not matched yet: its intercom_call_id is null" }
    throw error
  }

  /// A string or an integer; `5.0`, which is an integer elsewhere, is invalid.
  private static var text: MemberType<String> {
    MemberType("a string", isMissing: { $0.isNull || $0 == "" }) { $0.string ?? $0.integer.map(String.init) }
  }

  /// A numeric id of the workspace. Unknown: how the service derives it from the `id_code`.
  private static func appID(of record: Record, in call: Call) -> Node? {
    .json(.integer(WorkspaceProfile.id(in: call).utf8.reduce(7) { ($0 &* 31 &+ Int64($1)) & 0xFF_FFFF }))
  }
}
