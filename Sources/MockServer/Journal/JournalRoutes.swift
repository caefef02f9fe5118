import API
import HTTPTypes
import JSON
import Store

enum JournalRoutes {
  private static let defaultLimit: Int64 = 100
  private static let entryShape = Shape.object([
    .required("type", as: .string(oneOf: ["request"])), .required("id", as: .string()),
    .required("received_at", as: .integer()),
    .required("method", as: .string()), .required("path", as: .string()), .required("query", as: .map(of: .string())),
    .required("operation", as: .either([.string(), .null])), .required("version", as: .either([.string(), .null])),
    .required("headers", as: .map(of: .string())), .required("body", as: .anything),
    .required("body_size", as: .integer()),
    .required("body_cut", as: .boolean), .required("response", as: .either([responseShape, .null])),
    .required("duration_ms", as: .number(0...1e9)), .required("fault", as: .either([.string(), .null])),
  ])
  private static let responseShape = Shape.object([
    .required("status", as: .integer(100...599)), .required("headers", as: .map(of: .string())),
    .required("body", as: .anything),
    .required("body_size", as: .integer()), .required("body_cut", as: .boolean),
  ])

  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/requests", id: "listRequests", summary: "The journal of requests and responses, newest first",
      query: [
        .optional("method", as: .string()),
        .optional("path", as: .described(.string(), "exact, or with * for any text")),
        .optional("operation", as: .string()),
        .optional("status", as: .described(.string(), "404, or a class such as 4xx")),
        .optional("since", as: .described(.string(), "seconds since 1970, or the id of a request: those after it")),
        .optional("limit", as: .integer(1...1000)),
      ],
      response: .object([
        .required("type", as: .string(oneOf: ["request.list"])), .required("requests", as: .array(of: entryShape)),
        .required("total_count", as: .integer()),
      ]), handler: listRequests),
    ControlRoute(
      .get, path: "/_mock/requests/{id}", id: "showRequest", summary: "One request and its response, by X-Request-Id",
      response: entryShape,
      handler: showRequest),
    ControlRoute(
      .delete, path: "/_mock/requests", id: "deleteRequests", summary: "Delete the journal",
      response: .object([.required("deleted", as: .boolean)]), handler: deleteRequests),
    ControlRoute(
      .get, path: "/_mock/requests.har", id: "exportHAR", summary: "The journal as HAR 1.2",
      response: .object([.required("log", as: .anyObject)]), handler: exportHAR),
  ]

  static func listRequests(in call: ControlCall) throws -> Reply {
    let limit = call.query["limit"]?.integer ?? Self.defaultLimit
    let mask = call.server.secretMask
    let entries = call.peekSession().journal.entries(matching: try filter(in: call))
    return .ok(
      .json([
        "type": "request.list", "requests": .array(entries.prefix(Int(limit)).map { $0.json(masking: mask) }),
        "total_count": .integer(Int64(entries.count)),
      ]))
  }

  private static func filter(in call: ControlCall) throws -> Journal.Filter {
    var filter = Journal.Filter()
    filter.pattern.method = call.query["method"]?.string?.uppercased()
    filter.pattern.path = call.query["path"]?.string
    filter.pattern.operation = try call.query["operation"]?.string.map { try operationName(matching: $0, in: call) }
    filter.status = try call.query["status"]?.string.map(Self.checkedStatus)
    if let since = call.query["since"]?.string {
      if let seconds = Int64(since), since.utf8.count < 13 {
        filter.since = seconds * 1000
      } else {
        guard call.peekSession().journal[since] != nil else {
          throw APIError.parameterInvalid(
            "since: the journal has no request \(since), or no longer has it", field: "since")
        }
        filter.after = since
      }
    }
    return filter
  }

  /// An unknown operation is refused, because a filter with it would match no request.
  private static func operationName(matching name: String, in call: ControlCall) throws -> String {
    let known = call.server.catalogue.operations.first { $0.id.lowercased() == name.lowercased() }?.id
    guard let known else {
      throw APIError.parameterInvalid(
        "operation: there is no \(name); GET /_mock/operations lists what there is", field: "operation")
    }
    return known
  }

  /// Checks a status filter: a code such as `404` or a class such as `4xx`.
  static func checkedStatus(_ text: String) throws -> String {
    let code = Int(text).map { (100...599).contains($0) } ?? false
    guard code || ["1xx", "2xx", "3xx", "4xx", "5xx"].contains(text) else {
      throw APIError.parameterInvalid("status must be a status or a class such as 4xx", field: "status")
    }
    return text
  }

  static func showRequest(in call: ControlCall) throws -> Reply {
    guard let entry = call.peekSession().journal[call.pathParameter] else {
      throw APIError.notFound("the journal has no request \(call.pathParameter)")
    }
    return .ok(.json(entry.json(masking: call.server.secretMask)))
  }

  static func deleteRequests(in call: ControlCall) -> Reply {
    call.existingSession()?.journal.clear()
    return .ok(.json(["deleted": true]))
  }

  static func exportHAR(in call: ControlCall) -> Reply {
    .ok(
      .json(
        HARExport(
          creator: call.server.programName, version: call.server.configuration.programVersion,
          mask: call.server.secretMask
        ).log(of: call.peekSession().journal.entries().reversed())))
  }
}

enum VerificationRoutes {
  private static let maxWaitMilliseconds: Int64 = 600_000
  private static let countNames = ["exactly", "at_least", "at_most"]

  private static let closestRequestShape = Shape.object([
    .required("id", as: .string()), .required("method", as: .string()), .required("path", as: .string()),
    .required("differences", as: .array(of: .string())),
  ])

  static let routes: [ControlRoute] = [
    ControlRoute(
      deferred: .post, path: "/_mock/requests/verify", id: "verifyRequests",
      summary: "Verify the number of matching requests: 200, or 409 with the closest requests",
      request: .object([
        .required(
          "match",
          as: .object(RequestPattern.members + [.optional("status", as: .either([.integer(100...599), .string()]))])),
        .optional("times", as: .object(countNames.map { .optional($0, as: .integer(0...1000)) })),
        .optional("timeout_ms", as: .integer(0...maxWaitMilliseconds)),
      ]),
      response: .object([
        .required("verified", as: .boolean), .required("count", as: .integer()),
        .required("requests", as: .array(of: .string())),
      ]),
      statuses: [.ok, .conflict],
      conflict: [
        .required("verified", as: .boolean), .required("count", as: .integer()),
        .required("requests", as: .array(of: .string())),
        .required("closest", as: .array(of: closestRequestShape)),
      ], handler: verifyRequests)
  ]

  /// Replies when the expectation is met or the timeout is over.
  static func verifyRequests(in call: ControlCall) throws -> ControlReply {
    let session = try call.openSession()
    let filter = try verificationFilter(in: call)
    let times = try ExpectedCount(json: call.body["times"]?.object ?? [:])
    if let reply = times.reply(from: session.journal, matching: filter) { return .now(reply) }
    let wait = Int(call.body["timeout_ms"]?.integral ?? 0)
    guard wait > 0 else { throw times.refusal(from: session.journal, matching: filter) }
    return .later { [server = call.server, journal = session.journal] complete in
      var isOver = false
      journal.watch { [weak journal] in
        guard !isOver, let journal else { return true }
        guard let reply = times.reply(from: journal, matching: filter) else { return false }
        isOver = true
        complete(.success(reply))
        return true
      }
      server.environment.schedule(wait) {
        guard !isOver else { return }
        isOver = true
        complete(.failure(times.refusal(from: journal, matching: filter)))
      }
    }
  }

  private static func verificationFilter(in call: ControlCall) throws -> Journal.Filter {
    let match = call.body["match"]?.object ?? [:]
    var filter = Journal.Filter()
    filter.pattern = try RequestPattern(json: match, catalogue: call.server.catalogue)
    filter.status = try (match["status"]?.string ?? match["status"]?.integral.map(String.init)).map(
      JournalRoutes.checkedStatus)
    return filter
  }
}

/// The expected number of requests; the default is at least one.
private struct ExpectedCount {
  private let range: ClosedRange<Int>
  private let expectation: String

  /// Throws 400 if no number of requests can meet the expectation.
  init(json: JSONObject) throws {
    let exactly = json["exactly"]?.integral.map { Int($0) }
    if exactly != nil, json.count > 1 {
      throw APIError.parameterInvalid(
        "times.exactly cannot be combined with at_least or at_most", field: "times.exactly")
    }
    let least = exactly ?? json["at_least"]?.integral.map { Int($0) } ?? (json["at_most"] == nil ? 1 : 0)
    let most = exactly ?? json["at_most"]?.integral.map { Int($0) } ?? .max
    guard least <= most else {
      throw APIError.parameterInvalid(
        "times.at_most must be at least times.at_least, which is \(least)", field: "times.at_most")
    }
    range = least...most
    expectation =
      least == most
      ? "exactly \(least)" : most == .max ? "at least \(least)" : least == 0 ? "at most \(most)" : "\(least) to \(most)"
  }

  /// The reply if the expectation is met; nil otherwise.
  func reply(from journal: Journal, matching filter: Journal.Filter) -> Reply? {
    let found = journal.entries(matching: filter)
    guard range.contains(found.count) else { return nil }
    return .ok(
      .json([
        "verified": true, "count": .integer(Int64(found.count)), "requests": .array(found.map { .string($0.id) }),
      ]))
  }

  /// The error if the expectation is not met, with the number of requests and the closest ones.
  func refusal(from journal: Journal, matching filter: Journal.Filter) -> APIError {
    let found = journal.entries(matching: filter)
    let closest = journal.closest(to: filter).map { near -> JSON in
      [
        "id": .string(near.entry.id), "method": .string(near.entry.request.method.rawValue),
        "path": .string(near.entry.path), "differences": .array(near.differences.map(JSON.string)),
      ]
    }
    var error = APIError(
      status: .conflict, code: "verification_failed", message: "expected \(expectation), found \(found.count)",
      envelope: .list(requestID: .absent))
    error.extraMembers = [
      "verified": false, "count": .integer(Int64(found.count)), "requests": .array(found.map { .string($0.id) }),
      "closest": .array(closest),
    ]
    return error
  }
}
