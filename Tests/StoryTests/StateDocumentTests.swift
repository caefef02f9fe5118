import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Store
import Testing
@testable import MockServer

/// State documents are read and written in steps, between which other requests are served.
@MainActor @Suite struct StateDocumentTests {
  private final class ScheduledActions {
    var actions: [() -> Void] = []
  }

  /// The outcome of one request.
  private final class Answer {
    let pending = PendingOutcome()
    var response: Response? {
      if case .now(let response) = pending.value { response } else { nil }
    }
    var json: JSON { response?.body.bytes.flatMap { try? JSON(parsing: $0) } ?? .null }
    var message: String? { json["errors"]?[0]?["message"]?.string }
  }

  private let server: Server
  private let scheduled = ScheduledActions()

  init() throws {
    let fixtureSet = try FixtureSet.shared(named: "default")
    var environment = ServerEnvironment()
    environment.schedule = { [scheduled] _, action in scheduled.actions.append(action) }
    // One step in each slice.
    environment.sliceDuration = .zero
    server = Server(
      catalogue: .shared, edge: IntercomEdge(), seed: fixtureSet.seed, environment: environment, clock: FixtureSet.clock
    )
  }

  private func begin(_ method: HTTPRequest.Method, _ target: String, body: String = "") -> Answer {
    let answer = Answer()
    let fields = ReceivedFields([.authorization: "Bearer test-token", .contentType: "application/json"])
    let request = Request(
      method: method, target: target, fields: fields, body: Array(body.utf8), authority: "mock.test")
    switch server.respond(to: request) {
    case .pending(let start): start(answer.pending)
    case let outcome: answer.pending.complete(with: outcome)
    }
    return answer
  }

  /// Runs slices until a request is answered, or for a number of slices.
  private func run(_ answer: Answer, slices: Int = .max) {
    var count = 0
    while answer.response == nil, count < slices, !scheduled.actions.isEmpty {
      scheduled.actions.removeFirst()()
      count += 1
    }
  }

  private func ask(_ method: HTTPRequest.Method, _ target: String, body: String = "") -> Answer {
    let answer = begin(method, target, body: body)
    run(answer)
    return answer
  }

  @Test func `An export shows the state at its beginning, in the order of ids`() throws {
    let expected = ask(.get, "/_mock/state?collections=tags,contacts").json
    let export = begin(.get, "/_mock/state?collections=tags,contacts")
    run(export, slices: 5)
    #expect(export.response == nil)
    #expect(ask(.post, "/tags", body: #"{"name":"Later"}"#).response?.status == .ok)
    run(export)
    #expect(export.json == expected)
    let ids = expected["tags"]?.array?.compactMap { $0["id"]?.string } ?? []
    #expect(!ids.isEmpty && ids == ids.sorted { IDOrder.isLower($0, than: $1) })
    #expect(ask(.get, "/_mock/state?collections=tags").json["tags"]?.array?.count == ids.count + 1)
  }

  @Test func `A long export is a whole JSON text in pieces`() throws {
    let state = ask(.get, "/_mock/state")
    guard case .pieces(let pieces) = try #require(state.response).body else {
      Issue.record("not in pieces")
      return
    }
    #expect(pieces.count > 1 && pieces.allSatisfy { $0.count < 200_000 })
    #expect(state.json["contacts"]?.array?.isEmpty == false)
    #expect(ask(.put, "/_mock/state", body: state.json.text).json["status"] == "replaced")
    #expect(ask(.get, "/_mock/state").json == state.json)
  }

  @Test func `An import is not visible before its end, and begins anew if the workspace changes`() throws {
    let document =
      #"{"notes":[],"tags":[{"id":"3001","name":"One"},{"id":"3002","name":"Two"},{"id":"3003","name":"T"}]}"#
    let change = begin(.put, "/_mock/state", body: document)
    run(change, slices: 8)
    #expect(ask(.get, "/tags/3001").json["name"] == "VIP")
    #expect(ask(.post, "/contacts", body: #"{"email":"meanwhile@example.com"}"#).response?.status == .ok)
    run(change)
    #expect(change.json["status"] == "replaced" && change.json["records"] == 3)
    #expect(ask(.get, "/tags/3001").json["name"] == "One")
    let query = #"{"query":{"field":"email","operator":"=","value":"meanwhile@example.com"}}"#
    #expect(ask(.post, "/contacts/search", body: query).json["total_count"] == 1)
  }

  @Test func `An import ends although the workspace changes all the time`() {
    let change = begin(.patch, "/_mock/state", body: #"{"tags":[{"id":"3001","name":"Busy"}]}"#)
    var count = 0
    while change.response == nil, count < 1_000 {
      run(change, slices: 1)
      _ = ask(.post, "/tags", body: #"{"name":"Tag \#(count)"}"#)
      count += 1
    }
    #expect(change.json["status"] == "patched" && ask(.get, "/tags/3001").json["name"] == "Busy")
  }

  @Test(arguments: [HTTPRequest.Method.put, .patch])
  func `An import whose client disconnects changes nothing`(method: HTTPRequest.Method) {
    let before = ask(.get, "/_mock/state").json
    let change = begin(
      method, "/_mock/state", body: #"{"notes":[{"id":"1","body":"x"}],"tags":[{"id":"9","name":"New"}]}"#)
    run(change, slices: 6)
    change.pending.cancel()
    while !scheduled.actions.isEmpty { scheduled.actions.removeFirst()() }
    #expect(change.response == nil && ask(.get, "/_mock/state").json == before)
  }

  @Test(arguments: [
    ("[]", "The request body must be a JSON object"), ("5", "The request body must be a JSON object"),
    (#"{"tags":[{"id":"1"}"#, "The request body is not valid JSON: unexpected end of the text at line 1, column 20"),
    (
      #"{"tags":[{"id":"3001","name":5}],"notes":[}"#,
      "The request body is not valid JSON: expected a value at line 1, column 43"
    ),
    (#"{"tags":[]} x"#, "The request body is not valid JSON: unexpected text after the value at line 1, column 13"),
    (#"{"tags":{}}"#, "tags: expected an array of records"), (#"{"tags":[7]}"#, "tags[0]: a record must be an object"),
    (#"{"tags":[{"id":"3001","name":5}]}"#, "tags[0]: record 3001, field name: expected a string"),
    (#"{"workspace":{"timezone":"Moon"},"tags":[7]}"#, "workspace, field timezone: "),
  ])
  func `A wrong document is refused with the place of the mistake`(document: String, message: String) {
    for method in [HTTPRequest.Method.put, .patch] {
      let change = ask(method, "/_mock/state", body: document)
      #expect(change.response?.status == .badRequest)
      #expect(change.message?.hasPrefix(message) == true, "\(change.message ?? "")")
    }
  }

  @Test func `Keys may be escaped, and the last value of a duplicate key is used`() {
    let document = #"{"t\u0061gs":[{"id":"1","name":"No"}],"notes":[],"tags":[{"id":"8001","name":"Yes"}]}"#
    #expect(ask(.patch, "/_mock/state", body: document).json["records"] == 1)
    #expect(ask(.get, "/tags/8001").json["name"] == "Yes" && ask(.get, "/tags/1").response?.status == .notFound)
  }

  @Test func `The journal and the list of workspaces are written in steps`() {
    for number in 0..<40 { _ = ask(.get, "/contacts?per_page=\(number + 1)") }
    let journal = ask(.get, "/_mock/requests?limit=30").json
    #expect(journal["requests"]?.array?.count == 30 && journal["total_count"] == 40)
    let log = ask(.get, "/_mock/requests.har").json["log"]
    #expect(log?["version"] == "1.2" && log?["entries"]?.array?.count == 40)
    #expect(ask(.get, "/_mock/workspaces").json["total_count"] == 1)
    #expect(ask(.get, "/_mock/requests?path=/nowhere").json["requests"] == .array([]))
  }

  @Test func `A reset of all workspaces that keeps something takes a step for each`() throws {
    for number in 0..<5 { _ = try server.sessions.openSession(named: "w\(number)") }
    let tag = ask(.post, "/tags", body: #"{"name":"Gone"}"#).json["id"]?.string ?? ""
    #expect(ask(.post, "/_mock/reset?scope=all&keep=settings").json["status"] == "reset")
    #expect(server.sessions.names.count == 6 && ask(.get, "/tags/\(tag)").response?.status == .notFound)
    #expect(ask(.post, "/_mock/reset?scope=all").json["status"] == "reset" && server.sessions.names.isEmpty)
  }
}
