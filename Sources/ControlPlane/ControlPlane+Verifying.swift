import API
import HTTPTypes
import JSON
import Server

extension ControlPlane {
  private static let longestWait: Int64 = 600_000
  private static let counts = ["exactly", "at_least", "at_most"]

  private static let near = Shape.object([
    .required("id", .string()), .required("method", .string()), .required("path", .string()),
    .required("differences", .array(of: .string())),
  ])

  static let verifyRoutes: [ControlRoute] = [
    ControlRoute(
      later: .post, "/_mock/requests/verify",
      "Whether something was asked so many times: 200, or 409 with what came close",
      takes: .object([
        .required(
          "match", .object(RequestPattern.members + [.optional("status", .either([.integer(100...599), .string()]))])),
        .optional("times", .object(counts.map { .optional($0, .integer(0...1000)) })),
        .optional("timeout_ms", .integer(0...longestWait)),
      ]),
      gives: .object([
        .required("verified", .boolean), .required("count", .integer()), .required("requests", .array(of: .string())),
      ]),
      statuses: [.ok, .conflict],
      conflict: [
        .required("verified", .boolean), .required("count", .integer()), .required("requests", .array(of: .string())),
        .required("closest", .array(of: near)),
      ], verify)
  ]

  /// Answers as soon as it holds, or when the time is up.
  func verify(_ call: ControlCall) throws -> ControlAnswer {
    let tenant = try tenant(call)
    let filter = try verified(call)
    let times = try Times(call.body["times"]?.object ?? [:])
    if let reply = times.reply(tenant.journal, filter) { return .now(reply) }
    let wait = Int(call.body["timeout_ms"]?.integral ?? 0)
    guard wait > 0 else { throw times.refusal(tenant.journal, filter) }
    return .later { [server, journal = tenant.journal] complete in
      var isOver = false
      journal.watch { [weak journal] in
        guard !isOver, let journal else { return true }
        guard let reply = times.reply(journal, filter) else { return false }
        isOver = true
        complete(.success(reply))
        return true
      }
      server.later(wait) {
        guard !isOver else { return }
        isOver = true
        complete(.failure(times.refusal(journal, filter)))
      }
    }
  }

  private func verified(_ call: ControlCall) throws -> Journal.Filter {
    let match = call.body["match"]?.object ?? [:]
    var filter = Journal.Filter()
    filter.pattern = try RequestPattern(match, server.catalogue)
    filter.status = try (match["status"]?.string ?? match["status"]?.integral.map(String.init)).map(Self.status)
    return filter
  }
}

/// How often something must have been asked; at least once when nothing is said.
private struct Times {
  private let range: ClosedRange<Int>
  private let words: String

  /// Throws 400 for what nothing can be.
  init(_ json: JSONObject) throws {
    let exactly = json["exactly"]?.integral.map { Int($0) }
    if exactly != nil, json.count > 1 {
      throw ControlPlane.wrong(
        "times.exactly", "times.exactly stands alone: at_least and at_most are of no use with it")
    }
    let least = exactly ?? json["at_least"]?.integral.map { Int($0) } ?? (json["at_most"] == nil ? 1 : 0)
    let most = exactly ?? json["at_most"]?.integral.map { Int($0) } ?? .max
    guard least <= most else {
      throw ControlPlane.wrong("times.at_most", "times.at_most must be at least times.at_least, which is \(least)")
    }
    range = least...most
    words =
      least == most
      ? "exactly \(least)" : most == .max ? "at least \(least)" : least == 0 ? "at most \(most)" : "\(least) to \(most)"
  }

  /// What is answered when it holds.
  func reply(_ journal: Journal, _ filter: Journal.Filter) -> Reply? {
    let found = journal.entries(filter)
    guard range.contains(found.count) else { return nil }
    return .ok(
      .json([
        "verified": true, "count": .integer(Int64(found.count)), "requests": .array(found.map { .string($0.id) }),
      ]))
  }

  /// What is answered when it does not: how often it was, and the requests that came closest.
  func refusal(_ journal: Journal, _ filter: Journal.Filter) -> APIError {
    let found = journal.entries(filter)
    let closest = journal.closest(filter).map { near -> JSON in
      [
        "id": .string(near.entry.id), "method": .string(near.entry.request.method.rawValue),
        "path": .string(near.entry.path), "differences": .array(near.differences.map(JSON.string)),
      ]
    }
    let message = "expected \(words), found \(found.count)"
    return APIError(
      status: .conflict, code: "verification_failed", message: message,
      envelope: .raw([
        "type": "error.list", "errors": [["code": "verification_failed", "message": .string(message)]],
        "verified": false, "count": .integer(Int64(found.count)), "requests": .array(found.map { .string($0.id) }),
        "closest": .array(closest),
      ]))
  }
}
