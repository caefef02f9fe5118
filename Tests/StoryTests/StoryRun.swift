import API
import CZlib
import HTTPMessage
import HTTPTypes
import JSON
import Testing

/// The execution of a story in one version: a server and the captured values.
@MainActor
struct StoryRun {
  private let version: APIVersion
  private let server: any StoryServer
  private var captures: [String: String] = [:]

  init(of story: Story, in version: APIVersion) throws {
    self.init(in: version, on: try InProcessServer(fixtures: story.fixtures))
  }

  init(in version: APIVersion, on server: any StoryServer) {
    self.version = version
    self.server = server
  }

  func perform(_ step: StoryStep) throws -> ActualResponse {
    let request = request(for: step)
    if step.advanceSeconds > 0 { try server.advanceClock(bySeconds: step.advanceSeconds, before: request) }
    guard let response = try server.response(to: request) else {
      return ActualResponse(Response(status: .serviceUnavailable))
    }
    return ActualResponse(response, bodiless: request.method == .head)
  }

  /// Compares the responses of all steps with the expected ones.
  mutating func check(_ story: Story) throws {
    for step in story.steps(in: version) {
      let received = try perform(step)
      if let problem = step.problem(with: received, in: version, names: names(with: received)) {
        Issue.record("\(problem)", sourceLocation: story.location(of: step))
      }
      try capture(from: received, step: step)
    }
  }

  /// Returns the JSON of a control plane resource; nil if the server sends no response.
  func controlPlaneJSON(at path: String) throws -> JSON? {
    let request = Request(method: .get, target: path, fields: ReceivedFields([:]), body: [])
    return try server.response(to: request).flatMap { ActualResponse($0).json }
  }

  /// Exports the state by `/_mock/state`, imports it and exports it again.
  /// - Returns: the first export, the response to the import, and the second export; nil for a missing response
  func exportAndReimport() throws -> (first: JSON?, answer: JSON?, second: JSON?) {
    func send(_ method: HTTPRequest.Method, body: [UInt8] = []) throws -> ActualResponse? {
      let fields = ReceivedFields([.authorization: "Bearer test-token", .contentType: "application/json"])
      let request = Request(method: method, target: "/_mock/state", fields: fields, body: body)
      return try server.response(to: request).map { ActualResponse($0) }
    }
    let first = try send(.get)
    return (first?.json, try send(.put, body: first?.body ?? [])?.json, try send(.get)?.json)
  }

  /// The captured values by name, including the request id of the response.
  func names(with received: ActualResponse) -> [String: String] {
    captures.merging(["request_id": received.requestID]) { $1 }
  }

  /// Captures values of a response. Throws a `StoryError` if one is missing.
  mutating func capture(from received: ActualResponse, step: StoryStep) throws {
    for capture in step.captures {
      guard let value = received.value(of: capture) else {
        throw StoryError("\(step.title), in \(version.name): \(capture.path) to capture is missing")
      }
      captures[capture.name] = value
    }
  }

  /// The path and query of a target, which may be an absolute URL from a response.
  private func pathAndQuery(of target: String) -> String {
    guard let scheme = target.firstRange(of: "://") else { return target }
    return String(target[scheme.upperBound...].drop { $0 != "/" })
  }

  /// The body of a request. Line ends of a form are converted to CR LF.
  private func body(of step: StoryStep) -> [UInt8] {
    let text = step.body.fillingPlaceholders(from: captures)
    let isForm = step.fields.contains { $0.value.hasPrefix("multipart/") }
    return Array(
      (isForm ? text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") : text).utf8)
  }

  private static func isControl(_ step: StoryStep) -> Bool { step.target.hasPrefix("/_mock") }

  private func request(for step: StoryStep) -> Request {
    var fields: [HeaderLine] = step.fields.map {
      HeaderLine(name: $0.name, value: $0.value.fillingPlaceholders(from: captures))
    }
    let own = Set(fields.map { $0.name.lowercased() })
    for defaultField in [
      HeaderLine(name: "Authorization", value: "Bearer test-token"),
      HeaderLine(name: "Intercom-Version", value: version.name),
      HeaderLine(name: "Content-Type", value: Self.isControl(step) && !step.body.isEmpty ? "application/json" : ""),
    ]
    where !own.contains(defaultField.name.lowercased()) {
      fields.append(defaultField)
    }
    var sent = HTTPFields()
    let host = fields.first { $0.name == "Host" }?.value
    for field in fields where !field.value.isEmpty && field.name != "Host" {
      guard let name = HTTPField.Name(field.name) else { continue }
      sent.append(HTTPField(name: name, value: field.value))
    }
    return Request(
      method: HTTPRequest.Method(step.method) ?? .get,
      target: pathAndQuery(of: step.target.fillingPlaceholders(from: captures)),
      fields: ReceivedFields(sent),
      body: body(of: step), authority: host ?? "127.0.0.1:4020", peer: "127.0.0.1")
  }
}

/// A received response.
struct ActualResponse {
  let status: HTTPResponse.Status
  private let fields: [HeaderLine]
  let body: [UInt8]

  /// - Parameter bodiless: whether the transport would omit the body, as for HEAD
  init(_ response: Response, bodiless: Bool = false) {
    status = response.status
    fields = response.allFields.map { HeaderLine(name: $0.name.rawName, value: $0.value) }
    if let bytes = response.body.bytes, !bodiless { body = Self.decompressed(bytes) } else { body = [] }
  }

  /// Decompresses a gzip file and converts its line ends; returns other bytes unchanged.
  private static func decompressed(_ bytes: [UInt8]) -> [UInt8] {
    guard let text = Gunzip.decompress(bytes).map({ String(decoding: $0, as: UTF8.self) }) else { return bytes }
    return Array(text.split(separator: "\r\n").joined(separator: "\n").utf8)
  }

  /// The values of a field, separated by commas; nil if it is absent.
  func field(named name: String) -> String? {
    let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  var requestID: String { field(named: "X-Request-Id") ?? "" }

  /// Whether the body is compared as text instead of JSON.
  var isText: Bool {
    let type = field(named: "Content-Type") ?? ""
    return type.hasPrefix("text/plain") || type == "application/octet-stream" || isEventStream
  }

  /// The body as text, without the blank lines at the end of an event stream.
  var text: String {
    String(
      decoding: isEventStream ? body[..<((body.lastIndex { $0 != UInt8(ascii: "\n") } ?? -1) + 1)] : body[...],
      as: UTF8.self
    )
  }

  private var isEventStream: Bool { field(named: "Content-Type") == "text/event-stream" }

  var json: JSON? {
    body.isEmpty ? nil : try? JSON(parsing: body)
  }

  /// A header field, or a string or integer of the body; nil if it is missing.
  func value(of capture: StoryCapture) -> String? {
    if let name = capture.field { return field(named: name) }
    guard let json = json?.value(at: capture.path) else { return nil }
    return json.string ?? json.integer.map(String.init)
  }
}

extension String {
  /// Replaces each `{{name}}` with its value.
  func fillingPlaceholders(from names: [String: String]) -> String {
    guard contains("{{") else { return self }
    return names.reduce(self) { text, name in text.replacing("{{\(name.key)}}", with: name.value) }
  }

  /// Replaces captured values with `{{name}}`. Values shorter than 12 characters are replaced only if they are the
  /// whole string, because parts could be equal by chance.
  func insertingPlaceholders(for names: [String: String]) -> String {
    names.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.reduce(self) { text, name in
      if text == name.value { return "{{\(name.key)}}" }
      return name.value.count < 12 ? text : text.replacing(name.value, with: "{{\(name.key)}}")
    }
  }
}

extension JSON {
  /// Replaces captured values in strings with `{{name}}`.
  func insertingPlaceholders(for names: [String: String]) -> JSON {
    switch self {
    case .string(let text): .string(text.insertingPlaceholders(for: names))
    case .array(let elements): .array(elements.map { $0.insertingPlaceholders(for: names) })
    case .object(let members):
      .object(JSONObject(members.map { (key: $0.key, value: $0.value.insertingPlaceholders(for: names)) }))
    default: self
    }
  }
}

/// Decompression of gzip files (RFC 1952).
enum Gunzip {
  /// Decompresses a file; returns nil if the bytes are not a gzip file.
  static func decompress(_ file: [UInt8]) -> [UInt8]? {
    guard file.starts(with: [0x1F, 0x8B]) else { return nil }
    var stream = z_stream()
    // 31: gzip format (16) with the largest window (15 bits).
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var input = file
    var output = [UInt8](repeating: 0, count: 1 << 20)
    let isWhole = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return inflate(&stream, Z_FINISH) == Z_STREAM_END
      }
    }
    return isWhole ? Array(output.prefix(Int(stream.total_out))) : nil
  }
}
