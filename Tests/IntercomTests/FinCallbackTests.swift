import API
import HTTPMessage
import HTTPTypes
import JSON
import MockServer
import Store
import Testing
@testable import Intercom

/// The callback URL that receives Fin's events (Documentation.docc/Webhooks.md, "Fin Agent webhooks").
@Suite struct FinCallbackTests {
  /// A server that receives what is posted to the callback URL.
  private final class Receiver {
    var requests: [OutgoingRequest] = []
    /// The status of each answer.
    var status = 200

    func answer(_ request: OutgoingRequest) -> Result<ReceivedResponse, HTTPClientError> {
      requests.append(request)
      return .success(ReceivedResponse(status: HTTPResponse.Status(code: status)))
    }

    var events: [JSON] { requests.compactMap { try? JSON(parsing: $0.body) } }
  }

  private let receiver = Receiver()
  private let fixture: ServerFixture

  init() throws {
    var environment = ServerEnvironment()
    environment.send = { [receiver] request, complete in complete(receiver.answer(request)) }
    fixture = try ServerFixture(environment: environment)
    fixture.session.settings.callback = Settings.Callback(url: try #require(Self.url), secret: "s3cret")
  }

  private static let url = AbsoluteURL("http://fin.example.com/events")

  private func ask(_ conversation: String, _ question: String, escalates: Bool = false) {
    let user: JSON = ["id": "guest-7", "email": "guest-7@example.com"]
    fixture.send(
      .post, to: "/fin/start",
      body: [
        "conversation_id": .string(conversation), "user": user,
        "message": ["author": "user", "body": .string(question)],
      ])
    if escalates { fixture.send(.post, to: "/fin/escalate", body: ["conversation_id": .string(conversation)]) }
    fixture.runDueTasks()
  }

  @Test func `Each event is posted as it is in the stream, in order`() throws {
    ask("c-1", "Is the kitchen open, please?", escalates: true)
    let session = try #require(fixture.workspace[FinSessions.model]["c-1"])
    #expect(receiver.events == session["events"].array)
    let names = receiver.events.map { $0["event_name"]?.string }
    #expect(names.first == "fin_replied" && names.last == "csat_requested" && names.contains("fin_status_updated"))
    #expect(receiver.requests.allSatisfy { $0.url == Self.url && $0.method == .post })
    #expect(fixture.session.webhooks.log.map(\.topic) == names)
  }

  @Test func `The raw body is signed with the secret of the callback URL`() {
    ask("c-1", "Is the kitchen open, please?")
    #expect(!receiver.requests.isEmpty)
    for request in receiver.requests {
      let signature = IntercomWebhooks().callbackSignature(of: request.body, secret: "s3cret")
      #expect(request.fields.filter { $0.name == signature.name } == [signature])
      #expect(request.fields.contains(HTTPField(name: .contentType, value: "application/json")))
      #expect(!request.fields.contains { $0.name == .hubSignature })
    }
  }

  @Test func `A failed event is posted again after a minute, with the same body`() {
    receiver.status = 500
    ask("c-1", "Is the kitchen open, please?")
    let first = receiver.requests.map(\.body)
    #expect(fixture.session.webhooks.log.allSatisfy { $0.state == .retrying })
    receiver.status = 200
    fixture.advanceClock(bySeconds: 60)
    #expect(receiver.requests.map(\.body) == first + first)
    #expect(fixture.session.webhooks.log.allSatisfy { $0.state == .delivered })
  }

  @Test func `Without a callback URL nothing is posted, and a reset restores the initial one`() {
    fixture.session.settings.callback = nil
    ask("c-1", "Is the kitchen open, please?")
    #expect(receiver.requests.isEmpty && fixture.session.webhooks.log.isEmpty)
    fixture.session.settings.callback = Self.url.map { Settings.Callback(url: $0) }
    fixture.reset()
    #expect(fixture.session.webhooks.callback == nil)
  }

  @Test func `A long list of events posts each event once`() {
    var session = FinSessions.model.blank()
    session["id"] = "long"
    session["conversation_id"] = "1101"
    fixture.workspace[FinSessions.model].insert(session)
    fixture.server.publishWrites(in: fixture.session, by: nil)
    for number in 0..<2_003 {
      FinTurn.log(["event_name": "fin_replied", "number": .integer(Int64(number))], in: &session)
      guard number % 500 == 2 else { continue }
      fixture.workspace[FinSessions.model].replace(session)
      fixture.server.publishWrites(in: fixture.session, by: nil)
    }
    #expect(receiver.events.compactMap { $0["number"]?.integer } == Array(0..<2_003))
  }
}
