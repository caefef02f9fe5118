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
      deferred: .get, path: "/_mock/requests", id: "listRequests",
      summary: "The journal of requests and responses, newest first",
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
      deferred: .get, path: "/_mock/requests.har", id: "exportHAR", summary: "The journal as HAR 1.2",
      response: .object([.required("log", as: .anyObject)]), handler: exportHAR),
  ]

  static func listRequests(in call: ControlCall) throws -> ControlReply {
    let mask = call.server.secretMask
    let limit = Int(call.query["limit"]?.integer ?? Self.defaultLimit)
    let found = call.peekSession().journal.slots(matching: try filter(in: call))
    return .work(
      found.then { slots in
        ListDocument(
          opening: ["type": "request.list"], key: "requests", count: min(limit, slots.count),
          element: { slots[$0].isDropped ? nil : slots[$0].entry.json(masking: mask) },
          closing: ["total_count": .integer(Int64(slots.count))]
        ).reply
      })
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
    call.existingSession()?.journal.clear(releaseQueue: call.server.sessions.releaseQueue)
    return .ok(.json(["deleted": true]))
  }

  /// Oldest first, as the format requires.
  static func exportHAR(in call: ControlCall) -> ControlReply {
    let export = HARExport(
      creator: call.server.programName, version: call.server.configuration.programVersion,
      mask: call.server.secretMask)
    let found = call.peekSession().journal.slots()
    return .work(
      found.then { slots in
        ListDocument(
          opening: export.opening, key: "entries", count: slots.count,
          element: { index in
            let slot = slots[slots.count - 1 - index]
            return slot.isDropped ? nil : export.entry(for: slot.entry)
          }, enclosingKey: "log"
        ).reply
      })
  }
}
