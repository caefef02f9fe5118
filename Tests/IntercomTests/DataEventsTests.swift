import API
import JSON
import Testing
@testable import Intercom

@Suite struct DataEventsTests {
  private let fixture: WorkspaceFixture
  private let contact: String

  init() throws {
    fixture = WorkspaceFixture()
    let harry = try fixture.send(.post, to: "/contacts", body: ["external_id": "gryffindor-7", "email": "h@sdk.test"])
    contact = try #require(harry["id"]?.string)
  }

  private func recordEvent(named name: String, secondsAgo ago: Int64, members more: JSONObject = [:]) throws {
    var body: JSONObject = ["event_name": .string(name), "created_at": .integer(fixture.now - ago)]
    body["id"] = .string(contact)
    for (key, value) in more { body[key] = value }
    #expect(try fixture.send(.post, to: "/events", body: body) == .null)
  }

  private func listEvents(query more: String = "") throws -> JSON {
    try fixture.send(.get, to: "/events?type=user&intercom_user_id=\(contact)&\(more)")
  }

  private func follow(_ url: JSON?) throws -> JSON {
    let url = try #require(url?.string)
    #expect(url.hasPrefix("http://mock.test/events?"))
    return try fixture.send(.get, to: String(url.dropFirst("http://mock.test".count)))
  }

  private func eventNames(in list: JSON) -> [String] {
    list["events"]?.array?.compactMap { $0["event_name"]?.string } ?? []
  }

  @Test func `Events that a merge adds between pages do not hide events of the same second`() throws {
    let lead = try fixture.send(.post, to: "/contacts", body: ["role": "lead", "email": "h@sdk.test"])
    let leadID = try #require(lead["id"])
    try recordEvent(named: "of the lead", secondsAgo: 5, members: ["id": leadID])
    for name in ["a", "b", "c"] { try recordEvent(named: name, secondsAgo: 5) }
    let first = try listEvents(query: "per_page=1")
    #expect(eventNames(in: first) == ["c"])
    let merge: JSONObject = ["from": leadID, "into": .string(contact), "skip_duplicate_validation": true]
    try fixture.send(.post, to: "/contacts/merge", body: merge)
    let second = try follow(first["pages"]?["next"])
    #expect(eventNames(in: second) == ["b"])
    let third = try follow(second["pages"]?["next"])
    #expect(eventNames(in: third) == ["a"])
    #expect(eventNames(in: try follow(third["pages"]?["next"])) == ["of the lead"])
  }

  @Test func `Events are listed newest first in pages, without loss of events of the same second`() throws {
    for name in ["a", "b", "c", "d", "e"] { try recordEvent(named: name, secondsAgo: name == "a" ? 60 : 5) }
    let first = try listEvents(query: "per_page=2")
    #expect(eventNames(in: first) == ["e", "d"])
    let second = try follow(first["pages"]?["next"])
    #expect(eventNames(in: second) == ["c", "b"])
    let third = try follow(second["pages"]?["next"])
    #expect(eventNames(in: third) == ["a"])
    #expect(third["pages"]?["next"] == .null)
  }

  @Test func `Later events are found with since`() throws {
    try recordEvent(named: "a", secondsAgo: 60)
    let since = "since=\(fixture.now * 1000 - 5000)"
    #expect(eventNames(in: try listEvents(query: since)) == [])
    try recordEvent(named: "b", secondsAgo: 5)
    #expect(eventNames(in: try listEvents(query: since)) == ["b"])
  }

  @Test func `Events older than 90 days are counted but not listed`() throws {
    try recordEvent(named: "old", secondsAgo: 90 * 86_400 + 1)
    try recordEvent(named: "new", secondsAgo: 90 * 86_400)
    #expect(eventNames(in: try listEvents()) == ["new"])
    let summary = try listEvents(query: "summary=true")
    #expect(summary["events"]?.array?.compactMap { $0["name"] } == ["new", "old"])
  }

  @Test func `An event that is sent twice is stored once`() throws {
    try recordEvent(named: "flew", secondsAgo: 5)
    try recordEvent(named: "flew", secondsAgo: 5, members: ["id": nil, "email": "H@sdk.test"])
    try recordEvent(named: "flew", secondsAgo: 6)
    #expect(try listEvents(query: "summary=true")["events"]?[0]?["count"] == 2)
  }

  @Test func `The first ten members of the metadata are stored`() throws {
    let metadata = JSONObject((1...12).map { (key: "k\($0)", value: .integer($0)) })
    try recordEvent(named: "flew", secondsAgo: 5, members: ["metadata": .object(metadata)])
    #expect(try listEvents()["events"]?[0]?["metadata"]?.object?.keys == (1...10).map { "k\($0)" })
  }

  @Test func `A submitted summary replaces the count of earlier events`() throws {
    try recordEvent(named: "flew", secondsAgo: 100)
    let told: JSONObject = ["event_name": "flew", "count": 5, "first": 1000, "last": .integer(fixture.now - 50)]
    let answer = try fixture.send(
      .post, to: "/events/summaries", body: ["user_id": "gryffindor-7", "event_summaries": .object(told)])
    #expect(answer == .null)
    try recordEvent(named: "flew", secondsAgo: 5)
    let item = try listEvents(query: "summary=true")["events"]?[0]
    #expect(item?["count"] == 6)
    #expect(item?["first"] == "1970-01-01T00:16:40.000+00:00")
  }

  @Test func `Events follow their contact when it is merged or deleted`() throws {
    let lead = try fixture.send(.post, to: "/contacts", body: ["role": "lead", "email": "h@sdk.test"])
    let id = try #require(lead["id"])
    let body: JSONObject = ["event_name": "looked", "created_at": .integer(fixture.now), "id": id]
    try fixture.send(.post, to: "/events", body: body)
    try fixture.send(.post, to: "/contacts/merge", body: ["from": id, "into": .string(contact)])
    #expect(eventNames(in: try listEvents()) == ["looked"])
    try fixture.send(.delete, to: "/contacts/\(contact)")
    #expect(fixture.workspace[DataEvents.model].count == 0)
  }
}
