import API
import JSON
import TestSupport

/// Requests that an input chooses, byte by byte: short inputs go far, and near inputs are near in what they ask.
struct Script {
  private var choices: ArraySlice<UInt8>
  /// As a client would send them, one after the other.
  private(set) var requests: [UInt8] = []

  init(_ input: [UInt8]) {
    choices = input[...]
    while !choices.isEmpty, requests.count < 100_000 { addStep() }
  }

  private mutating func choice() -> Int {
    Int(choices.popFirst() ?? 0)
  }

  private mutating func one<Element>(of elements: [Element]) -> Element {
    elements[(elements.count > 256 ? choice() << 8 | choice() : choice()) % elements.count]
  }

  private mutating func addStep() {
    switch choice() % 8 {
    case 0: addPatch()
    case 1: addControl()
    default: addOperation()
    }
  }

  /// A call to an operation, with a good body of which some members are replaced.
  private mutating func addOperation() {
    let operation = one(of: Site.catalogue.operations)
    let version = choice() < 128 ? APIVersion.preview : one(of: APIVersion.allCases)
    var target = choice() % 4 == 0 ? Self.path(operation, one(of: Self.texts)) : Junk.path(operation)
    if operation.method == .get {
      for mark in ["?", "&"] where choice() % 2 == 0 {
        target += mark + "\(one(of: Self.parameters))=" + PercentEncoding.encode(one(of: Self.texts))
      }
    }
    var body = Junk.good[operation.name] ?? [:]
    for _ in 0..<(choice() % 4) { spoil(&body, depth: 0) }
    requests += Self.request(
      operation.method.rawValue, target, operation.method == .get ? [] : JSON.object(body).bytes, version)
  }

  private mutating func spoil(_ object: inout JSONObject, depth: Int) {
    let known = object.keys
    let key = !known.isEmpty && choice() % 3 > 0 ? one(of: known) : one(of: Junk.members)
    if case .object(var inner)? = object[key], depth < 4, choice() % 2 == 0 {
      spoil(&inner, depth: depth + 1)
      object[key] = .object(inner)
    } else {
      object[key] = value()
    }
  }

  private mutating func value() -> JSON {
    switch choice() % 6 {
    case 0, 1: one(of: Junk.values)
    case 2: .integer(one(of: Self.integers))
    case 3: .array([value(), value()])
    case 4: .object(JSONObject([(one(of: Junk.members), value())]))
    default: .string(one(of: Self.texts))
    }
  }

  /// Fields of a record set to what the API itself would not let in.
  private mutating func addPatch() {
    let model = one(of: Site.catalogue.models.filter { $0.definition != nil })
    var record: JSONObject = ["id": .string(one(of: Self.texts))]
    for _ in 0...(choice() % 3) {
      let field = one(of: model.fields)
      record[field.name] =
        switch field.kind {
        case .timestamp, .integer, .number: .integer(one(of: Self.integers))
        case .boolean: .boolean(choice() % 2 == 0)
        case .array, .models: .array([value()])
        case .object, .model: .object(JSONObject([(one(of: Junk.members), value())]))
        default: value()
        }
    }
    let document = JSONObject([(model.definition?.name ?? "", JSON.array([.object(record)]))])
    requests += Self.request("PATCH", "/_mock/state?notify=true", JSON.object(document).bytes)
  }

  private mutating func addControl() {
    let calls: [(method: String, path: String, body: JSON)] = [
      ("POST", "/_mock/clock/advance", ["seconds": .integer(one(of: Self.integers))]),
      ("PUT", "/_mock/clock", ["now": .integer(one(of: Self.integers)), "mode": "frozen"]),
      ("PATCH", "/_mock/settings", JSON.object(JSONObject([(one(of: Self.settings), value())]))),
      ("PATCH", "/_mock/settings", ["jobs": ["after_ms": .integer(one(of: Self.integers))]]),
      ("PATCH", "/_mock/settings", ["jobs": ["after_polls": .integer(one(of: Self.integers))]]),
      ("PATCH", "/_mock/settings", ["search_lag": ["calls": .integer(one(of: Self.integers))]]),
      (
        "PATCH", "/_mock/settings",
        ["rate_limit": ["limit": .integer(one(of: Self.integers)), "window_seconds": .integer(one(of: Self.integers))]]
      ),
      ("POST", "/_mock/webhooks", ["url": "http://example.com/", "topics": ["*"]]),
      ("POST", "/_mock/generate", ["contacts": 3, "companies": 2, "conversations": 3, "seed": value()]),
      ("PUT", "/_mock/snapshots/a", [:]), ("POST", "/_mock/snapshots/a/restore", [:]),
      ("POST", "/_mock/requests/verify", ["match": ["path": .string(one(of: Self.texts))], "times": value()]),
      ("GET", "/_mock/requests.har", [:]), ("GET", "/_mock/state", [:]), ("GET", "/_mock/metrics", [:]),
      ("GET", "/_mock/webhooks/deliveries", [:]), ("PUT", "/_mock/state", ["contacts": .array([value()])]),
      ("POST", "/_mock/faults", ["match": ["path": "/x"], "delay_ms": value(), "times": value()]),
    ]
    let call = one(of: calls)
    requests += Self.request(call.method, call.path, call.method == "GET" ? [] : call.body.bytes)
  }

  private static let settings = [
    "default_version", "timezone", "rate_limit", "search_lag", "strict", "jobs", "etag", "gzip", "webhook_delivery",
    "journal",
  ]

  /// Numbers at which sums and products run over, and times.
  private static let integers: [Int64] = [
    0, 1, -1, 1_717_199_999, 1_717_200_000, 1_717_286_400, 1_800_000_000, 86_400, 253_402_300_799, 253_402_300_800,
    1 << 31, 1 << 32, 1 << 40, 1 << 53, 1 << 62, .max / 1000, .max / 1000 + 1, .max - 1, .max, .min, .min + 1,
    -62_167_219_200, -1 << 40, 9_223_372_036_854_775, 3001, 1001, 55, 1101, 1201,
  ]

  private static let texts = [
    "65f1a00100000000000000a1", "65f1a00200000000000000a2", "65f1b00100000000000000b1", "1101", "1102", "1201", "1001",
    "1009", "2001", "3001", "55", "56", "401", "0", "-1", "1", "50", "x", "", " ", "9223372036854775807",
    "9223372036854775808", "99999999999999999999999", "253402300800", "1717200000", "1e3", "true", "null", "asc",
    "desc",
    "W251bGwsMSwxXQ==", "<p>a <b>b</b></p><script>", "# a\n- b\n> c", "2024-02-29", "9999-12-31T23:59:59Z", "-2d",
    "europe/dublin", "UTC", "http://example.com/a?b=c", "a@example.com", "all", "read", "user", "lead", "contact",
    "open", "closed", "snoozed", "assignment", "\u{1F1E6}", "e\u{301}", "\u{0}", "%", "..", "a/b", "10.0.0.0/8",
  ]

  private static let parameters = [
    "page", "per_page", "starting_after", "order", "sort", "cursor", "scroll_param", "company_id", "name", "tag_id",
    "created_at_before", "created_at_after", "model", "type", "user_id", "email", "intercom_user_id", "before", "since",
    "contact_id", "external_id", "display_as", "phrase", "state", "start_ts", "end_ts", "idle_threshold", "count",
  ]

  // MARK: Wording

  /// A request with a good token.
  static func request(_ method: String, _ target: String, _ body: [UInt8], _ version: APIVersion = .preview) -> [UInt8]
  {
    let head = [
      "\(method) \(target) HTTP/1.1", "Host: mock.test", "Authorization: Bearer site",
      "Intercom-Version: \(version.name)", "Content-Length: \(body.count)",
    ]
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }

  /// The path of an operation with this for each of its parameters.
  static func path(_ operation: API.Operation, _ id: String) -> String {
    let encoded = PercentEncoding.encode(id)
    return operation.path.split(separator: "/").map { $0.hasPrefix("{") ? "/\(encoded)" : "/\($0)" }.joined()
  }

  /// The ids of the first records of a document.
  static func ids(_ document: JSONObject) -> [String] {
    document.flatMap { $0.value.array?.prefix(4) ?? [] }
      .compactMap { $0["id"]?.string ?? $0["id"]?.integer.map(String.init) }
  }
}
