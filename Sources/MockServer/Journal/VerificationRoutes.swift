import API
import HTTPTypes
import JSON
import Store

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
    let verification = Verification(
      filter: try verificationFilter(in: call), expected: try ExpectedCount(json: call.body["times"]?.object ?? [:]),
      journal: session.journal, server: call.server)
    let wait = Int(call.body["timeout_ms"]?.integral ?? 0)
    let count = try call.server.slicedWork.begin(verification.count)
    if case .finished = count {
      if let reply = verification.successReply { return .now(reply) }
      if wait == 0 { return .work(verification.refusal) }
    }
    return .later { verification.answer($0, after: count, waitingAtMost: wait) }
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
