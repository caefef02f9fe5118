import API
import HTTPTypes
import JSON
import Server

extension ControlPlane {
  /// More would be a leak in a test suite, and every request is held against each.
  private static let mostRules = 1000
  private static let milliseconds = Shape.number(0...Delay.longest)
  private static let respond = Shape.object([
    .required("status", .integer(200...599)), .optional("code", .string()), .optional("message", .string()),
    .optional("headers", .map(of: .string())),
    .optional("body", .noted(.anything, "sent as it is: a text, or JSON; with it, code and message say nothing")),
    .optional("reset_in_seconds", .integer(0...86_400)),
  ])
  private static let given: [Shape.Member] = [
    .optional("match", .object(RequestPattern.members)), .optional("times", .integer(1...Shape.many)),
    .optional("after", .integer()), .optional("respond", respond),
    .optional(
      "delay_ms",
      .either([
        milliseconds, .object([.required("min", milliseconds), .required("max", milliseconds)]),
        .object([.required("median", milliseconds), .required("p99", milliseconds)]),
      ])),
    .optional("connection", .string(oneOf: FaultRule.Connection.allCases.map(\.rawValue))),
    .optional("commit", .boolean), .optional("reset_in_seconds", .integer(0...86_400)),
  ]
  private static let rule = Shape.object(
    [.required("id", .string())] + given + [.required("seen", .integer()), .required("taken", .integer())])

  static let faultRoutes: [ControlRoute] = [
    ControlRoute(
      .get, "/_mock/faults", "The fault rules of this workspace",
      gives: .object([
        .required("type", .string(oneOf: ["fault.list"])), .required("faults", .array(of: rule)),
        .required("total_count", .integer()),
      ]), listFaults),
    ControlRoute(
      .post, "/_mock/faults", "Make requests fail", takes: .object(given), gives: rule, statuses: [.created], addFault),
    ControlRoute(.get, "/_mock/faults/{id}", "One rule, and how many requests it took", gives: rule, showFault),
    ControlRoute(
      .delete, "/_mock/faults/{id}", "Take a rule away",
      gives: .object([.required("id", .string()), .required("deleted", .boolean)]), deleteFault),
    ControlRoute(
      .delete, "/_mock/faults", "Take all rules away", gives: .object([.required("deleted", .boolean)]), deleteFaults),
  ]

  func listFaults(_ call: ControlCall) -> Reply {
    let rules = peek(call).faults.rules.map(row)
    return .ok(
      .json(["type": "fault.list", "faults": .array(rules), "total_count": .integer(Int64(rules.count))]))
  }

  func addFault(_ call: ControlCall) throws -> Reply {
    let pattern = try RequestPattern(call.body["match"]?.object ?? [:], server.catalogue)
    try check(call.body)
    let tenant = try tenant(call)
    guard tenant.faults.rules.count < Self.mostRules else {
      throw APIError.parameterInvalid("this workspace has \(Self.mostRules) fault rules: delete some")
    }
    var rule = FaultRule(id: tenant.faults.nextID())
    rule.pattern = pattern
    rule.take(call.body)
    tenant.faults.add(rule)
    return Reply(status: .created, body: .node(.json(row(rule))))
  }

  /// What fits its shape and makes no sense all the same.
  private func check(_ body: JSONObject) throws {
    func refuse(_ field: String, _ message: String) throws {
      throw APIError(status: .badRequest, code: "parameter_invalid", message: message, field: field)
    }
    if body["respond"] == nil, body["delay_ms"] == nil, body["connection"] == nil {
      try refuse("respond", "a fault must have respond, delay_ms or connection")
    }
    if body["delay_ms"] != nil, body["connection"] != nil {
      try refuse("connection", "connection and delay_ms cannot be given together")
    }
    if let delay = body["delay_ms"]?.object {
      let names = delay["min"] != nil ? ("min", "max") : ("median", "p99")
      let (low, high) = (delay[names.0]?.number ?? 0, delay[names.1]?.number ?? 0)
      if low > high { try refuse("delay_ms.\(names.1)", "delay_ms.\(names.1) must be at least \(names.0)") }
      if names.0 == "median", low == 0 { try refuse("delay_ms.median", "delay_ms.median must be above 0") }
    }
    guard let respond = body["respond"]?.object else { return }
    if respond["body"] == nil, respond["status"]?.integral.map({ $0 < 400 }) ?? false {
      try refuse("respond.body", "respond.body is missing: a status below 400 is answered verbatim only")
    }
    for (name, value) in respond["headers"]?.object ?? [:] {
      guard let known = HTTPField.Name(name), HTTPField(name: known, value: "").isContent,
        HTTPField.isValidValue(value.string ?? "")
      else { return try refuse("respond.headers.\(name)", "respond.headers.\(name) cannot be sent as a header field") }
    }
  }

  func showFault(_ call: ControlCall) throws -> Reply {
    guard let rule = peek(call).faults.rules.first(where: { $0.id == call.name }) else { throw noFault(call) }
    return .ok(.json(row(rule)))
  }

  func deleteFault(_ call: ControlCall) throws -> Reply {
    guard server.tenants.existing(call.token)?.faults.remove(call.name) ?? false else { throw noFault(call) }
    return .ok(.json(["id": .string(call.name), "deleted": true]))
  }

  func deleteFaults(_ call: ControlCall) -> Reply {
    server.tenants.existing(call.token)?.faults.clear()
    return .ok(.json(["deleted": true]))
  }

  private func noFault(_ call: ControlCall) -> APIError {
    APIError(status: .notFound, code: "not_found", message: "there is no fault \(call.name)")
  }

  private func row(_ rule: FaultRule) -> JSON {
    var row: JSONObject = ["id": .string(rule.id)]
    for (key, value) in rule.source { row[key] = value }
    row["seen"] = .integer(Int64(rule.seen))
    row["taken"] = .integer(Int64(rule.taken))
    return .object(row)
  }
}

extension HTTPField {
  /// Whether it may be set from outside: what frames a message is the transport's.
  fileprivate var isContent: Bool {
    ![.contentLength, .transferEncoding, .connection, .date].contains(name)
  }
}

extension FaultRule {
  /// Takes up what was checked.
  fileprivate mutating func take(_ body: JSONObject) {
    source = body
    times = body["times"]?.integral.map { Int($0) }
    after = Int(body["after"]?.integral ?? 0)
    connection = body["connection"]?.string.flatMap(Connection.init)
    commits = body["commit"] == true
    delay = body["delay_ms"].flatMap(Delay.init)
    let respond = body["respond"]?.object
    resetInSeconds = body["reset_in_seconds"]?.integral ?? respond?["reset_in_seconds"]?.integral
    answer = respond.map(Answer.init)
  }
}

extension FaultRule.Answer {
  fileprivate init(_ json: JSONObject) {
    let status = HTTPResponse.Status.standard(code: Int(json["status"]?.integral ?? 500))
    var fields = (json["headers"]?.object ?? [:]).compactMap { name, value in
      HTTPField.Name(name).map { HTTPField(name: $0, value: value.string ?? "") }
    }
    guard let body = json["body"] else {
      self = .error(status, code: json["code"]?.string, message: json["message"]?.string, fields)
      return
    }
    if !fields.contains(where: { $0.name == .contentType }) {
      let type = body.string == nil ? "application/json; charset=utf-8" : "text/html; charset=utf-8"
      fields.append(HTTPField(name: .contentType, value: type))
    }
    self = .verbatim(status, fields, body.string.map { Array($0.utf8) } ?? body.bytes)
  }
}

extension Delay {
  fileprivate init?(_ json: JSON) {
    if let number = json.number {
      self = .fixed(number)
    } else if let min = json["min"]?.number, let max = json["max"]?.number {
      self = .between(min, max)
    } else if let median = json["median"]?.number, let p99 = json["p99"]?.number {
      self = .lognormal(median: median, p99: p99)
    } else {
      return nil
    }
  }
}
