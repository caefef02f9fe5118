import API
import ControlPlane
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Server
import Store

/// A story under way in one version: a server, its clock, and the names that were captured.
@MainActor
struct StoryRun {
  private let version: APIVersion
  private let server: Server
  private let control: ControlPlane
  private let clock: Clock
  private var captures: [String: String] = [:]

  init(of story: Story, in version: APIVersion) throws {
    try self.init(in: version, world: story.fixtures)
  }

  init(in version: APIVersion, world: String = "default") throws {
    let clock = FixtureSet.clock()
    let world = try FixtureSet.shared(named: world)
    server = Server(.shared, seed: world.seed, tokens: world.tokens, clock: { clock })
    server.worlds = FixtureSet.resetTargets
    control = ControlPlane(server)
    self.version = version
    self.clock = clock
  }

  func perform(_ step: StoryStep) -> ActualResponse {
    clock.advance(bySeconds: step.advanceSeconds)
    server.control = control.respond
    // The server and its control plane hold each other.
    defer { server.control = nil }
    let request = request(for: step)
    guard let response = Self.response(of: server.respond(to: request)) else {
      return ActualResponse(Response(status: .serviceUnavailable))
    }
    return ActualResponse(response, bodiless: request.method == .head)
  }

  /// The answer that a client gets in the end; nil when it gets none. Nothing is waited for here: delays pass at once.
  private static func response(of outcome: Outcome) -> Response? {
    switch outcome {
    case .now(let response), .after(_, let response): return response
    case .fault(.drip(let response, _, _)): return response
    case .fault: return nil
    case .pending(let start):
      var answer: Response?
      start { answer = answer ?? $0 }
      return answer
    }
  }

  /// What the control plane says; nil when it refuses.
  func controlPlaneJSON(at path: String) -> JSON? {
    server.control = control.respond
    defer { server.control = nil }
    let request = Request(method: .get, target: path, fields: ReceivedFields([:]), body: [])
    guard let response = Self.response(of: server.respond(to: request)) else { return nil }
    return ActualResponse(response).json
  }

  /// What `/_mock/state` exports, and exports again once that was put into the workspace; nil for what was refused.
  func exportAndReimport() throws -> (first: JSON?, answer: JSON?, second: JSON?) {
    server.control = control.respond
    defer { server.control = nil }
    func send(_ method: HTTPRequest.Method, body: [UInt8] = []) -> ActualResponse? {
      let fields = ReceivedFields([.authorization: "Bearer test-token"])
      let request = Request(method: method, target: "/_mock/state", fields: fields, body: body)
      return Self.response(of: server.respond(to: request)).map { ActualResponse($0) }
    }
    let first = send(.get)
    return (first?.json, send(.put, body: first?.body ?? [])?.json, send(.get)?.json)
  }

  /// What stands for what in an answer.
  func names(with received: ActualResponse) -> [String: String] {
    captures.merging(["request_id": received.requestID]) { $1 }
  }

  /// Throws when the answer lacks what a later step needs.
  mutating func capture(from received: ActualResponse, step: StoryStep) throws {
    for capture in step.captures {
      guard let value = received.value(of: capture) else {
        throw StoryError("\(step.title), in \(version.name): there is no \(capture.path) to capture")
      }
      captures[capture.name] = value
    }
  }

  /// The path and query of a target, which may be a whole URL that an answer named.
  private func pathAndQuery(of target: String) -> String {
    guard let scheme = target.firstRange(of: "://") else { return target }
    return String(target[scheme.upperBound...].drop { $0 != "/" })
  }

  /// The lines of a form end in CR LF, which a story does not show.
  private func body(of step: StoryStep) -> [UInt8] {
    let text = step.body.fillingPlaceholders(from: captures)
    let isForm = step.fields.contains { $0.value.hasPrefix("multipart/") }
    return Array(
      (isForm ? text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") : text).utf8)
  }

  private func request(for step: StoryStep) -> Request {
    var fields: [HeaderLine] = step.fields.map {
      HeaderLine(name: $0.name, value: $0.value.fillingPlaceholders(from: captures))
    }
    let own = Set(fields.map { $0.name.lowercased() })
    for usual in [
      HeaderLine(name: "Authorization", value: "Bearer test-token"),
      HeaderLine(name: "Intercom-Version", value: version.name),
    ]
    where !own.contains(usual.name.lowercased()) {
      fields.append(usual)
    }
    var sent = HTTPFields()
    for field in fields where !field.value.isEmpty {
      guard let name = HTTPField.Name(field.name) else { continue }
      sent.append(HTTPField(name: name, value: field.value))
    }
    return Request(
      method: HTTPRequest.Method(step.method) ?? .get,
      target: pathAndQuery(of: step.target.fillingPlaceholders(from: captures)),
      fields: ReceivedFields(sent),
      body: body(of: step), authority: "127.0.0.1:4020", peer: "127.0.0.1")
  }
}
