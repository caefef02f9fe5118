import API
import HTTPTypes
import JSON
import Server
import Store

extension ControlPlane {
  private static let defaultCount: Int64 = 100
  private static let entry = Shape.object([
    .required("type", .string(oneOf: ["request"])), .required("id", .string()), .required("received_at", .integer()),
    .required("method", .string()), .required("path", .string()), .required("query", .map(of: .string())),
    .required("operation", .either([.string(), .null])), .required("version", .either([.string(), .null])),
    .required("headers", .map(of: .string())), .required("body", .anything), .required("body_size", .integer()),
    .required("body_cut", .boolean), .required("response", .either([answer, .null])),
    .required("duration_ms", .number(0...1e9)), .required("fault", .either([.string(), .null])),
  ])
  private static let answer = Shape.object([
    .required("status", .integer(100...599)), .required("headers", .map(of: .string())), .required("body", .anything),
    .required("body_size", .integer()), .required("body_cut", .boolean),
  ])

  static let journalRoutes: [ControlRoute] = [
    ControlRoute(
      .get, "/_mock/requests", "What was asked and answered, newest first",
      query: [
        .optional("method", .string()), .optional("path", .noted(.string(), "exact, or with * for anything")),
        .optional("operation", .string()), .optional("status", .noted(.string(), "404, or a class such as 4xx")),
        .optional("since", .noted(.string(), "seconds since 1970, or the id of a request: those after it")),
        .optional("limit", .integer(1...1000)),
      ],
      gives: .object([
        .required("type", .string(oneOf: ["request.list"])), .required("requests", .array(of: entry)),
        .required("total_count", .integer()),
      ]), listRequests),
    ControlRoute(.get, "/_mock/requests/{id}", "One exchange, by its X-Request-Id", gives: entry, showRequest),
    ControlRoute(
      .delete, "/_mock/requests", "Forget what was asked",
      gives: .object([.required("deleted", .boolean)]), deleteRequests),
    ControlRoute(
      .get, "/_mock/requests.har", "The journal as HAR 1.2", gives: .object([.required("log", .anyObject)]), har),
  ]

  func listRequests(_ call: ControlCall) throws -> Reply {
    let limit = call.query["limit"]?.integer ?? Self.defaultCount
    let entries = peek(call).journal.entries(try filter(call))
    return .ok(
      .json([
        "type": "request.list", "requests": .array(entries.prefix(Int(limit)).map(\.json)),
        "total_count": .integer(Int64(entries.count)),
      ]))
  }

  private func filter(_ call: ControlCall) throws -> Journal.Filter {
    var filter = Journal.Filter()
    filter.pattern.method = call.query["method"]?.string?.uppercased()
    filter.pattern.path = call.query["path"]?.string
    filter.pattern.operation = try call.query["operation"]?.string.map(operation)
    filter.status = try call.query["status"]?.string.map(Self.status)
    if let since = call.query["since"]?.string {
      if let seconds = Int64(since), since.utf8.count < 13 {
        filter.since = seconds * 1000
      } else {
        guard peek(call).journal[since] != nil else {
          throw Self.wrong("since", "since: the journal has no request \(since), or has none any more")
        }
        filter.after = since
      }
    }
    return filter
  }

  /// A filter that nothing can pass would look like nothing had been asked.
  private func operation(_ name: String) throws -> String {
    let known = server.catalogue.operations.first { $0.id.lowercased() == name.lowercased() }?.id
    guard let known else {
      throw Self.wrong("operation", "operation: there is no \(name); GET /_mock/operations lists what there is")
    }
    return known
  }

  /// `404` or `4xx`.
  static func status(_ text: String) throws -> String {
    let code = Int(text).map { (100...599).contains($0) } ?? false
    guard code || ["1xx", "2xx", "3xx", "4xx", "5xx"].contains(text) else {
      throw APIError(
        status: .badRequest, code: "parameter_invalid", message: "status must be a status or a class such as 4xx",
        field: "status")
    }
    return text
  }

  func showRequest(_ call: ControlCall) throws -> Reply {
    guard let entry = peek(call).journal[call.name] else {
      throw APIError(status: .notFound, code: "not_found", message: "the journal has no request \(call.name)")
    }
    return .ok(.json(entry.json))
  }

  func deleteRequests(_ call: ControlCall) -> Reply {
    server.tenants.existing(call.token)?.journal.clear()
    return .ok(.json(["deleted": true]))
  }

  func har(_ call: ControlCall) -> Reply {
    .ok(.json(HAR(version: server.configuration.programVersion).log(of: peek(call).journal.entries().reversed())))
  }
}
