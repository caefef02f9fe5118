import API
import HTTPTypes
import JSON

enum FaultRoutes {
  /// Limit against leaks in test suites: each request is compared with each rule.
  private static let maxRules = 1000
  private static let millisecondsShape = Shape.number(0...FaultDelay.longest)
  private static let cannedResponseShape = Shape.object([
    .required("status", as: .integer(200...599)), .optional("code", as: .string()), .optional("message", as: .string()),
    .optional("headers", as: .map(of: .string())),
    .optional(
      "body", as: .described(.anything, "sent verbatim, a string or JSON; code and message are then ignored")),
    .optional("reset_in_seconds", as: .integer(0...86_400)),
  ])
  private static let ruleMembers: [Shape.Member] = [
    .optional("match", as: .object(RequestPattern.members)), .optional("times", as: .integer(1...Shape.unbounded)),
    .optional("after", as: .integer()), .optional("respond", as: cannedResponseShape),
    .optional(
      "delay_ms",
      as: .either([
        millisecondsShape, .object([.required("min", as: millisecondsShape), .required("max", as: millisecondsShape)]),
        .object([.required("median", as: millisecondsShape), .required("p99", as: millisecondsShape)]),
      ])),
    .optional("connection", as: .string(oneOf: FaultRule.ConnectionFailure.allCases.map(\.rawValue))),
    .optional("commit", as: .boolean), .optional("reset_in_seconds", as: .integer(0...86_400)),
  ]
  private static let ruleShape = Shape.object(
    [.required("id", as: .string())] + ruleMembers + [
      .required("seen", as: .integer()), .required("taken", as: .integer()),
    ])

  static let routes: [ControlRoute] = [
    ControlRoute(
      .get, path: "/_mock/faults", id: "listFaults", summary: "The fault rules of this workspace",
      response: .object([
        .required("type", as: .string(oneOf: ["fault.list"])), .required("faults", as: .array(of: ruleShape)),
        .required("total_count", as: .integer()),
      ]), handler: listFaults),
    ControlRoute(
      .post, path: "/_mock/faults", id: "createFault", summary: "Make requests fail", request: .object(ruleMembers),
      response: ruleShape,
      statuses: [.created], handler: addFault),
    ControlRoute(
      .get, path: "/_mock/faults/{id}", id: "showFault", summary: "One rule and the number of requests that it took",
      response: ruleShape,
      handler: showFault),
    ControlRoute(
      .delete, path: "/_mock/faults/{id}", id: "deleteFault", summary: "Delete a rule",
      response: .object([.required("id", as: .string()), .required("deleted", as: .boolean)]), handler: deleteFault),
    ControlRoute(
      .delete, path: "/_mock/faults", id: "deleteFaults", summary: "Delete all rules",
      response: .object([.required("deleted", as: .boolean)]), handler: deleteFaults),
  ]

  static func listFaults(in call: ControlCall) -> Reply {
    let rules = call.peekSession().faults.rules.map(faultJSON)
    return .ok(
      .json(["type": "fault.list", "faults": .array(rules), "total_count": .integer(Int64(rules.count))]))
  }

  static func addFault(in call: ControlCall) throws -> Reply {
    let pattern = try RequestPattern(json: call.body["match"]?.object ?? [:], catalogue: call.server.catalogue)
    try validate(call.body)
    let session = try call.openSession()
    guard session.faults.rules.count < Self.maxRules else {
      throw APIError.parameterInvalid("this workspace has \(Self.maxRules) fault rules: delete some")
    }
    var rule = FaultRule(id: session.faults.nextID())
    rule.pattern = pattern
    rule.apply(call.body)
    session.faults.add(rule)
    return Reply(status: .created, body: .node(.json(faultJSON(of: rule))))
  }

  /// Checks what the shape cannot express.
  private static func validate(_ body: JSONObject) throws {
    func refuse(field: String, message: String) throws {
      throw APIError.parameterInvalid(message, field: field)
    }
    if body["respond"] == nil, body["delay_ms"] == nil, body["connection"] == nil {
      try refuse(field: "respond", message: "a fault must have respond, delay_ms or connection")
    }
    if body["delay_ms"] != nil, body["connection"] != nil {
      try refuse(field: "connection", message: "connection and delay_ms cannot be given together")
    }
    if let delay = body["delay_ms"]?.object {
      let names = delay["min"] != nil ? ("min", "max") : ("median", "p99")
      let (low, high) = (delay[names.0]?.number ?? 0, delay[names.1]?.number ?? 0)
      if low > high {
        try refuse(field: "delay_ms.\(names.1)", message: "delay_ms.\(names.1) must be at least \(names.0)")
      }
      if names.0 == "median", low == 0 {
        try refuse(field: "delay_ms.median", message: "delay_ms.median must be above 0")
      }
    }
    guard let respond = body["respond"]?.object else { return }
    if respond["body"] == nil, respond["status"]?.integral.map({ $0 < 400 }) ?? false {
      try refuse(
        field: "respond.body", message: "respond.body is missing: a status below 400 is answered verbatim only")
    }
    for (name, value) in respond["headers"]?.object ?? [:] {
      guard let known = HTTPField.Name(name), HTTPField(name: known, value: "").isSettable,
        HTTPField.isValidValue(value.string ?? "")
      else {
        return try refuse(
          field: "respond.headers.\(name)", message: "respond.headers.\(name) cannot be sent as a header field")
      }
    }
  }

  static func showFault(in call: ControlCall) throws -> Reply {
    guard let rule = call.peekSession().faults.rules.first(where: { $0.id == call.pathParameter }) else {
      throw faultNotFound(in: call)
    }
    return .ok(.json(faultJSON(of: rule)))
  }

  static func deleteFault(in call: ControlCall) throws -> Reply {
    guard call.existingSession()?.faults.remove(id: call.pathParameter) ?? false else {
      throw faultNotFound(in: call)
    }
    return .ok(.json(["id": .string(call.pathParameter), "deleted": true]))
  }

  static func deleteFaults(in call: ControlCall) -> Reply {
    call.existingSession()?.faults.clear()
    return .ok(.json(["deleted": true]))
  }

  private static func faultNotFound(in call: ControlCall) -> APIError {
    APIError.notFound("there is no fault \(call.pathParameter)")
  }

  private static func faultJSON(of rule: FaultRule) -> JSON {
    var row: JSONObject = ["id": .string(rule.id)]
    for (key, value) in rule.source { row[key] = value }
    row["seen"] = .integer(Int64(rule.seen))
    row["taken"] = .integer(Int64(rule.taken))
    return .object(row)
  }
}

extension HTTPField {
  /// Whether a rule may set the field. The transport sets those that frame the message.
  fileprivate var isSettable: Bool {
    ![.contentLength, .transferEncoding, .connection, .date].contains(name)
  }
}

extension FaultRule {
  /// Applies a body that was checked.
  fileprivate mutating func apply(_ body: JSONObject) {
    source = body
    times = body["times"]?.integral.map { Int($0) }
    after = Int(body["after"]?.integral ?? 0)
    connection = body["connection"]?.string.flatMap(ConnectionFailure.init)
    commits = body["commit"] == true
    delay = body["delay_ms"].flatMap(FaultDelay.init)
    let respond = body["respond"]?.object
    resetInSeconds = body["reset_in_seconds"]?.integral ?? respond?["reset_in_seconds"]?.integral
    cannedResponse = respond.map(CannedResponse.init)
  }
}

extension FaultRule.CannedResponse {
  fileprivate init(json: JSONObject) {
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

extension FaultDelay {
  fileprivate init?(json: JSON) {
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
