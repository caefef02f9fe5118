import API
import JSON
import Store
import Testing
@testable import Intercom

@Suite struct FinTests {
  private func makeFixture(jobSeconds: Int64 = 0) -> WorkspaceFixture {
    WorkspaceFixture(profile: ["id_code": "mock1234", "job_seconds": .integer(jobSeconds)])
  }

  private func message(body: String) -> JSON {
    ["author": "user", "body": .string(body)]
  }

  private func startConversation(id: String, message body: String, in fixture: WorkspaceFixture, settings: JSON = [:])
    throws -> JSON
  {
    try fixture.send(
      .post, to: "/fin/start",
      body: ["conversation_id": .string(id), "message": message(body: body), "user": ["id": "u"], "settings": settings])
  }

  private func session(id: String, in fixture: WorkspaceFixture) throws -> Record {
    try #require(fixture.workspace[FinSessions.model][id])
  }

  private func events(of id: String, in fixture: WorkspaceFixture) throws -> [String] {
    (try session(id: id, in: fixture)["events"].array ?? []).map {
      [$0["event_name"]?.string, $0["event_name"] == "fin_replied" ? nil : $0["status"]?.string].compactMap(\.self)
        .joined(separator: " ")
    }
  }

  @Test func `Fin answers after the job delay, and a rating before the first answer is rejected`() throws {
    let fixture = makeFixture(jobSeconds: 5)
    #expect(try startConversation(id: "c", message: "Hello", in: fixture)["status"] == "thinking")
    fixture.advanceClock(bySeconds: 4)
    fixture.runDueTasks()
    #expect(try session(id: "c", in: fixture)["status"] == "thinking")
    #expect(throws: APIError.self) {
      try fixture.send(.post, to: "/fin/csat", body: ["conversation_id": "c", "rating": "ok"])
    }
    fixture.advanceClock(bySeconds: 1)
    fixture.runDueTasks()
    #expect(try session(id: "c", in: fixture)["status"] == "awaiting_user_reply")
    #expect(try events(of: "c", in: fixture) == ["fin_replied", "fin_status_updated awaiting_user_reply"])
    #expect(
      try fixture.send(.post, to: "/fin/csat", body: ["conversation_id": "c", "rating": "ok"])["status"] == "rated")
  }

  @Test func `The first fixture answer whose words all occur is used, in any case and order`() throws {
    let fixture = makeFixture()
    fixture.insert(["id": "1", "words": "soup cold", "body": "Heat it.", "status": "resolved"], into: FinAnswers.model)
    fixture.insert(["id": "2", "words": "soup", "body": "Eat it.", "status": "complete"], into: FinAnswers.model)
    _ = try startConversation(id: "cold", message: "My COLD Soup!", in: fixture)
    _ = try startConversation(id: "warm", message: "My soup", in: fixture)
    fixture.runDueTasks()
    #expect(try session(id: "cold", in: fixture)["status"] == "resolved")
    #expect(
      try events(of: "cold", in: fixture) == [
        "fin_replied", "fin_status_updated resolved", "fin_status_updated complete", "csat_requested",
      ])
    #expect(try session(id: "warm", in: fixture)["status"] == "complete")
  }

  @Test func `Without follow-up questions Fin reports no answer and does not hand over`() throws {
    let fixture = makeFixture()
    _ = try startConversation(id: "c", message: "Zyx", in: fixture, settings: ["follow_up_questions": false])
    fixture.runDueTasks()
    #expect(try session(id: "c", in: fixture)["status"] == "complete")
  }

  @Test func `A user is found by external id, and the email of another user is not assigned`() throws {
    let fixture = makeFixture()
    try fixture.send(.post, to: "/contacts", body: ["role": "user", "external_id": "one", "email": "one@example.com"])
    for id in ["two", "one"] {
      try fixture.send(
        .post, to: "/fin/capabilities", body: ["user": ["id": .string(id), "email": "one@example.com", "name": "N"]])
    }
    let contacts = fixture.workspace[Contacts.model].all.sorted {
      $0["external_id"].string ?? "" < $1["external_id"].string ?? ""
    }
    #expect(contacts.map { $0["external_id"].string } == ["one", "two"])
    #expect(contacts.map { $0["email"].string } == ["one@example.com", nil])
    #expect(contacts.map { $0["name"].string } == ["N", "N"])
  }

  @Test func `A procedure for a segment is available to its members`() throws {
    let fixture = makeFixture()
    fixture.insert(["id": "s", "name": "Regulars"], into: Segments.model)
    fixture.insert(
      ["id": "p", "name": "Gift", "state": "live", "api_trigger": true, "segment_ids": ["s"]], into: Procedures.model)
    func count() throws -> Int? {
      try fixture.send(.post, to: "/fin/capabilities", body: ["user": ["id": "u"]])["capabilities"]?.array?.count
    }
    #expect(try count() == 2)
    var contact = try #require(fixture.workspace[Contacts.model].all.first)
    contact["segment_ids"] = .strings(["s"])
    fixture.workspace[Contacts.model].replace(contact)
    #expect(try count() == 3)
  }

  @Test func `Deleting a conversation deletes its Fin session and procedure runs`() throws {
    let fixture = makeFixture()
    fixture.insert(
      ["id": "p", "name": "Ask", "state": "live", "api_trigger": true, "steps": [["type": "agent_input"]]],
      into: Procedures.model)
    try fixture.send(.post, to: "/fin/procedures/p/run", body: ["conversation_id": "c", "user": ["id": "u"]])
    fixture.runDueTasks()
    #expect(fixture.workspace[Procedures.runs].count == 1)
    try fixture.send(.delete, to: "/conversations/\(try session(id: "c", in: fixture)["conversation_id"].string ?? "")")
    #expect(fixture.workspace[Procedures.runs].count == 0)
    #expect(fixture.workspace[FinSessions.model].count == 0)
  }
}
