import API
import HTTPMessage
import JSON
import TestSupport

/// Generates requests from the bytes of an input. Short inputs generate complete requests, and similar inputs generate
/// similar requests.
struct RequestGenerator {
  private var remainingInput: ArraySlice<UInt8>
  /// The bytes of the requests, in the order in which a client sends them.
  private(set) var requests: [UInt8] = []

  init(input: [UInt8]) {
    remainingInput = input[...]
    while !remainingInput.isEmpty, requests.count < 100_000 { addRequest() }
  }

  private mutating func nextByte() -> Int {
    Int(remainingInput.popFirst() ?? 0)
  }

  private mutating func choose<Element>(from elements: [Element]) -> Element {
    elements[(elements.count > 256 ? nextByte() << 8 | nextByte() : nextByte()) % elements.count]
  }

  private mutating func addRequest() {
    switch nextByte() % 8 {
    case 0: addPatch()
    case 1: addControlRequest()
    default: addOperation()
    }
  }

  /// A request to an operation, with a valid body of which some members are replaced.
  private mutating func addOperation() {
    let operation = choose(from: FuzzServer.catalogue.operations)
    let version = nextByte() < 128 ? APIVersion.preview : choose(from: APIVersion.allCases)
    var target =
      nextByte() % 4 == 0 ? Self.path(of: operation, id: choose(from: Self.texts)) : InvalidBodies.path(for: operation)
    if operation.method == .get {
      for mark in ["?", "&"] where nextByte() % 2 == 0 {
        target += mark + "\(choose(from: Self.parameters))=" + PercentEncoding.encode(choose(from: Self.texts))
      }
    }
    var body = InvalidBodies.templates[operation.id] ?? [:]
    for _ in 0..<(nextByte() % 4) { mutate(&body, depth: 0) }
    requests += Self.request(
      method: operation.method.rawValue, target: target, body: operation.method == .get ? [] : JSON.object(body).bytes,
      version: version)
  }

  private mutating func mutate(_ object: inout JSONObject, depth: Int) {
    let known = object.keys
    let key = !known.isEmpty && nextByte() % 3 > 0 ? choose(from: known) : choose(from: InvalidBodies.memberNames)
    if case .object(var inner)? = object[key], depth < 4, nextByte() % 2 == 0 {
      mutate(&inner, depth: depth + 1)
      object[key] = .object(inner)
    } else {
      object[key] = randomValue()
    }
  }

  private mutating func randomValue() -> JSON {
    switch nextByte() % 6 {
    case 0, 1: choose(from: InvalidBodies.invalidValues)
    case 2: .integer(choose(from: Self.integers))
    case 3: .array([randomValue(), randomValue()])
    case 4: .object(JSONObject([(choose(from: InvalidBodies.memberNames), randomValue())]))
    default: .string(choose(from: Self.texts))
    }
  }

  /// Fields of a record with values that the API would reject.
  private mutating func addPatch() {
    let model = choose(from: FuzzServer.catalogue.models.filter { $0.definition != nil })
    var record: JSONObject = ["id": .string(choose(from: Self.texts))]
    for _ in 0...(nextByte() % 3) {
      let field = choose(from: model.fields)
      record[field.name] =
        switch field.kind {
        case .timestamp, .integer, .number: .integer(choose(from: Self.integers))
        case .boolean: .boolean(nextByte() % 2 == 0)
        case .array, .models: .array([randomValue()])
        case .object, .model: .object(JSONObject([(choose(from: InvalidBodies.memberNames), randomValue())]))
        default: randomValue()
        }
    }
    let document = JSONObject([(model.definition?.name ?? "", JSON.array([.object(record)]))])
    requests += Self.request(method: "PATCH", target: "/_mock/state?notify=true", body: JSON.object(document).bytes)
  }

  private mutating func addControlRequest() {
    let calls: [(method: String, path: String, body: JSON)] = [
      ("POST", "/_mock/clock/advance", ["seconds": .integer(choose(from: Self.integers))]),
      ("PUT", "/_mock/clock", ["now": .integer(choose(from: Self.integers)), "mode": "frozen"]),
      ("PATCH", "/_mock/settings", JSON.object(JSONObject([(choose(from: Self.settings), randomValue())]))),
      ("PATCH", "/_mock/settings", ["jobs": ["after_ms": .integer(choose(from: Self.integers))]]),
      ("PATCH", "/_mock/settings", ["jobs": ["after_polls": .integer(choose(from: Self.integers))]]),
      ("PATCH", "/_mock/settings", ["search_lag": ["calls": .integer(choose(from: Self.integers))]]),
      (
        "PATCH", "/_mock/settings",
        [
          "rate_limit": [
            "limit": .integer(choose(from: Self.integers)), "window_seconds": .integer(choose(from: Self.integers)),
          ]
        ]
      ),
      ("POST", "/_mock/webhooks", ["url": "http://example.com/", "topics": ["*"]]),
      ("POST", "/_mock/generate", ["contacts": 3, "companies": 2, "conversations": 3, "seed": randomValue()]),
      ("PUT", "/_mock/snapshots/a", [:]), ("POST", "/_mock/snapshots/a/restore", [:]),
      (
        "POST", "/_mock/requests/verify",
        ["match": ["path": .string(choose(from: Self.texts))], "times": randomValue()]
      ),
      ("GET", "/_mock/requests.har", [:]), ("GET", "/_mock/state", [:]), ("GET", "/_mock/metrics", [:]),
      ("GET", "/_mock/webhooks/deliveries", [:]), ("PUT", "/_mock/state", ["contacts": .array([randomValue()])]),
      ("POST", "/_mock/faults", ["match": ["path": "/x"], "delay_ms": randomValue(), "times": randomValue()]),
    ]
    let call = choose(from: calls)
    requests += Self.request(method: call.method, target: call.path, body: call.method == "GET" ? [] : call.body.bytes)
  }

  private static let settings = [
    "default_version", "timezone", "rate_limit", "search_lag", "strict", "jobs", "etag", "gzip", "webhook_delivery",
    "fin_webhook",
    "journal",
  ]

  /// Numbers at which sums and products overflow, and times.
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

  // MARK: Formatting

  /// A request with a valid token.
  static func request(method: String, target: String, body: [UInt8], version: APIVersion = .preview) -> [UInt8] {
    let head = [
      "\(method) \(target) HTTP/1.1", "Host: mock.test", "Authorization: Bearer site",
      "Intercom-Version: \(version.name)", "Content-Type: application/json", "Content-Length: \(body.count)",
    ]
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }

  /// The path of an operation with the same value for each parameter.
  static func path(of operation: API.Operation, id: String) -> String {
    let encoded = PercentEncoding.encode(id)
    return operation.path.split(separator: "/").map { $0.hasPrefix("{") ? "/\(encoded)" : "/\($0)" }.joined()
  }

  /// The ids of the first records of a state document.
  static func ids(in document: JSONObject) -> [String] {
    document.flatMap { $0.value.array?.prefix(4) ?? [] }
      .compactMap { $0["id"]?.string ?? $0["id"]?.integer.map(String.init) }
  }
}
