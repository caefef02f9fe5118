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
  private var names: [String: String] = [:]

  init(of story: Story, in version: APIVersion) throws {
    try self.init(in: version, world: story.world)
  }

  init(in version: APIVersion, world: String = "default") throws {
    let clock = World.clock()
    let world = try World.named(world)
    server = Server(.worldwide, seed: world.seed, tokens: world.tokens, clock: { clock })
    server.worlds = World.others
    control = ControlPlane(server)
    self.version = version
    self.clock = clock
  }

  func perform(_ step: Step) -> Received {
    clock.advance(bySeconds: step.advance)
    server.control = control.respond
    // The server and its control plane hold each other.
    defer { server.control = nil }
    let request = request(step)
    guard let response = Self.response(server.respond(to: request)) else {
      return Received(Response(status: .serviceUnavailable))
    }
    return Received(response, bodiless: request.method == .head)
  }

  /// The answer that a client gets in the end; nil when it gets none. Nothing is waited for here: delays pass at once.
  private static func response(_ outcome: Outcome) -> Response? {
    switch outcome {
    case .now(let response), .after(_, let response): return response
    case .broken(.drip(let response, _, _)): return response
    case .broken: return nil
    case .pending(let start):
      var answer: Response?
      start { answer = answer ?? $0 }
      return answer
    }
  }

  /// What the control plane says; nil when it refuses.
  func control(_ path: String) -> JSON? {
    server.control = control.respond
    defer { server.control = nil }
    let request = Request(method: .get, target: path, fields: ReceivedFields([:]), body: [])
    guard let response = Self.response(server.respond(to: request)) else { return nil }
    return Received(response).json
  }

  /// What `/_mock/state` exports, and exports again once that was put into the workspace; nil for what was refused.
  func exportedTwice() throws -> (first: JSON?, answer: JSON?, second: JSON?) {
    server.control = control.respond
    defer { server.control = nil }
    func ask(_ method: HTTPRequest.Method, _ body: [UInt8] = []) -> Received? {
      let fields = ReceivedFields([.authorization: "Bearer test-token"])
      let request = Request(method: method, target: "/_mock/state", fields: fields, body: body)
      return Self.response(server.respond(to: request)).map { Received($0) }
    }
    let first = ask(.get)
    return (first?.json, ask(.put, first?.body ?? [])?.json, ask(.get)?.json)
  }

  /// What stands for what in an answer.
  func names(with received: Received) -> [String: String] {
    names.merging(["request_id": received.requestID]) { $1 }
  }

  /// Throws when the answer lacks what a later step needs.
  mutating func capture(from received: Received, _ step: Step) throws {
    for capture in step.captures {
      guard let value = received.value(of: capture) else {
        throw Mistake("\(step.title), in \(version.name): there is no \(capture.path) to capture")
      }
      names[capture.name] = value
    }
  }

  /// The path and query of a target, which may be a whole URL that an answer named.
  private func origin(_ target: String) -> String {
    guard let scheme = target.firstRange(of: "://") else { return target }
    return String(target[scheme.upperBound...].drop { $0 != "/" })
  }

  /// The lines of a form end in CR LF, which a story does not show.
  private func body(_ step: Step) -> [UInt8] {
    let text = step.body.naming(names)
    let isForm = step.fields.contains { $0.value.hasPrefix("multipart/") }
    return Array(
      (isForm ? text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") : text).utf8)
  }

  private func request(_ step: Step) -> Request {
    var fields: [FieldLine] = step.fields.map { FieldLine($0.name, $0.value.naming(names)) }
    let own = Set(fields.map { $0.name.lowercased() })
    for usual in [FieldLine("Authorization", "Bearer test-token"), FieldLine("Intercom-Version", version.name)]
    where !own.contains(usual.name.lowercased()) {
      fields.append(usual)
    }
    var sent = HTTPFields()
    for field in fields where !field.value.isEmpty {
      guard let name = HTTPField.Name(field.name) else { continue }
      sent.append(HTTPField(name: name, value: field.value))
    }
    return Request(
      method: HTTPRequest.Method(step.method) ?? .get, target: origin(step.target.naming(names)),
      fields: ReceivedFields(sent),
      body: body(step), authority: "127.0.0.1:4020", peer: "127.0.0.1")
  }
}
