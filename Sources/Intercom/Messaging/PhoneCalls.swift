import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Phone and video calls with contacts, their recordings and transcripts.
enum PhoneCalls: Resource {
  static let operations: [Operation] = [
    .get("/calls", id: "listCalls", handler: list, available: .since(.v2_14)),
    .post("/calls/search", id: "listCallsWithTranscripts", kind: .search, handler: search, available: .since(.v2_14)),
    .get("/calls/{id}", id: "showCall", handler: retrieve, available: .since(.v2_14)),
    .get(
      "/calls/{id}/recording", id: "showCallRecording", produces: "*/*", handler: retrieveRecording,
      available: .since(.v2_14)),
    .get(
      "/calls/{id}/transcript", id: "showCallTranscript", produces: "text/plain", handler: retrieveTranscript,
      available: .since(.v2_14)),
  ]

  static let model = Model(
    name: "call", collection: "calls", ids: .sequence(from: 6001),
    notFound: Model.NotFound(code: "not_found", message: "Not Found"),
    references: [
      Reference("conversation_id", to: "conversations", onDelete: .remove), Reference("admin_id", to: "admins"),
      Reference("contact_id", to: "contacts", onDelete: .remove, onMerge: .follow),
      Reference("fin_call_id", to: "calls"),
    ],
    fields: [
      .type("call"), .string("id"), .string("conversation_id", options: .indexed), .string("admin_id"),
      .string("contact_id", options: .indexed),
      .string("state"),
      // Times that a call does not have are omitted, because they may not be null.
      .timestamp("initiated_at", options: .sparse), .timestamp("answered_at", options: .sparse),
      .timestamp("ended_at", options: .sparse),
      .timestamp("created_at", options: .ordered), .timestamp("updated_at"),
      .derived("recording_url", from: recordingURL), .derived("transcription_url", from: transcriptionURL),
      .string("call_type"), .string("direction"), .string("ended_reason"), .string("phone"),
      .derived("fin_recording_url") { call, request in
        finCall(of: call, in: request).flatMap { recordingURL(of: $0, in: request) } ?? .null
      },
      .derived("fin_transcription_url") { call, request in
        finCall(of: call, in: request).flatMap { transcriptionURL(of: $0, in: request) } ?? .null
      },
      .integer("duration"), .integer("talk_time"), .integer("queue_time"), .integer("hold_time"),
      .array("transcript").shown(shownTranscript), .string("transcript_status").shown(shownTranscriptStatus),
      // The call in which Fin spoke before a teammate took over.
      .string("fin_call_id", options: .hidden),
      // The URL of the recording, or null without one.
      .string("recording_location", options: .hidden),
    ])

  /// Unknown: the order of the list; here the newest first.
  static let listing = Listing.numbered(perPage: 25, limit: 25, order: ListOrder(name: "created_at", descending: true))

  private static let conversationLimitExceeded = APIError(
    status: .badRequest, code: "conversation_id_limit_exceeded",
    message: "A list of up to 20 conversation IDs is required"
  ).withoutRequestID

  // MARK: Behaviour

  /// The calls of up to 20 conversations, with their transcripts.
  static func search(in call: Call) throws -> Reply {
    let requested = try call.body.required("conversation_ids", as: .array, orThrow: conversationLimitExceeded)
    guard (1...20).contains(requested.count) else { throw conversationLimitExceeded }
    let ids = try requested.map { json in
      guard let id = json.asID else {
        throw APIError.parameterInvalid("conversation_ids must be an array of strings").withoutRequestID
      }
      return id
    }
    var seen: Set<String> = []
    let found = ids.filter { seen.insert($0).inserted }.flatMap {
      call.workspace[model].records(in: "conversation_id", under: $0)
    }
    return .ok(.members(["type": "list", "data": .records(found)]))
  }

  /// Redirects to the recording. Throws 404 if the call has none.
  static func retrieveRecording(in call: Call) throws -> Reply {
    guard let location = call.workspace[model][call.pathParameter("id")]?["recording_location"].string else {
      throw APIError(status: .notFound, code: "not_found", message: "Recording Not Found")
    }
    return Reply(status: .found, headerFields: [HTTPField(name: .location, value: location)])
  }

  static func retrieveTranscript(in call: Call) throws -> Reply {
    let record = try call.find(model)
    let entries = record["transcript"].array ?? []
    guard !entries.isEmpty else { throw APIError.notFound(for: model) }
    let day = ISO8601.string(fromSeconds: record["created_at"].integer ?? call.now).prefix(10)
    return Reply(
      status: .ok,
      headerFields: [
        HTTPField(name: .contentDisposition, value: "attachment; filename=transcription_data-\(day).txt")
      ],
      body: .bytes(Array(text(of: entries).utf8), contentType: "text/plain; charset=utf-8"))
  }

  // MARK: Transcripts

  /// The transcript, with a line such as `[00:00:03] Teammate 1: "Hello"` for each entry.
  private static func text(of entries: [JSON]) -> String {
    entries.map { entry in
      let quote = JSON.string(entry["text"]?.string ?? "").text
      return
        "[\(timestamp(fromSeconds: entry["start_time"]?.integral ?? 0))] \(entry["speaker"]?.string ?? ""): \(quote)"
    }.joined(separator: "\n")
  }

  private static func timestamp(fromSeconds seconds: Int64) -> String {
    let seconds = min(max(seconds, 0), 359_999)
    return [seconds / 3600, seconds / 60 % 60, seconds % 60].map { ($0 < 10 ? "0" : "") + String($0) }
      .joined(separator: ":")
  }

  /// Only the search shows transcripts. Unknown: the members of an entry, which the description does not define.
  private static func shownTranscript(of record: Record, in call: Call) -> Node? {
    isSearch(in: call) ? .json(record["transcript"].json ?? []) : nil
  }

  private static func shownTranscriptStatus(of record: Record, in call: Call) -> Node? {
    isSearch(in: call) ? .string(record["transcript_status"].string) : nil
  }

  private static func isSearch(in call: Call) -> Bool {
    call.operation.id == "listCallsWithTranscripts"
  }

  // MARK: Links

  private static func recordingURL(of record: Record, in call: Call) -> Node? {
    record["recording_location"].isEmpty ? .null : .string("\(call.baseURL)/calls/\(record.id)/recording")
  }

  private static func transcriptionURL(of record: Record, in call: Call) -> Node? {
    (record["transcript"].array ?? []).isEmpty ? .null : .string("\(call.baseURL)/calls/\(record.id)/transcript")
  }

  private static func finCall(of record: Record, in call: Call) -> Record? {
    record["fin_call_id"].string.flatMap { call.workspace[model][$0] }
  }
}
