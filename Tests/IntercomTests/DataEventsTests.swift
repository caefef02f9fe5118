import API
import JSON
import Testing

@testable import Intercom

@Suite struct DataEventsTests {
  private let world: World
  private let contact: String

  init() throws {
    world = World()
    let harry = try world.ask(.post, "/contacts", ["external_id": "gryffindor-7", "email": "h@sdk.test"])
    contact = try #require(harry["id"]?.string)
  }

  private func happen(_ name: String, _ ago: Int64, _ more: JSONObject = [:]) throws {
    var body: JSONObject = ["event_name": .string(name), "created_at": .integer(world.now - ago)]
    body["id"] = .string(contact)
    for (key, value) in more { body[key] = value }
    #expect(try world.ask(.post, "/events", body) == .null)
  }

  private func list(_ more: String = "") throws -> JSON {
    try world.ask(.get, "/events?type=user&intercom_user_id=\(contact)&\(more)")
  }

  private func follow(_ url: JSON?) throws -> JSON {
    let url = try #require(url?.string)
    #expect(url.hasPrefix("http://mock.test/events?"))
    return try world.ask(.get, String(url.dropFirst("http://mock.test".count)))
  }

  private func names(_ list: JSON) -> [String] {
    list["events"]?.array?.compactMap { $0["event_name"]?.string } ?? []
  }

  @Test func `events are listed newest first, page by page, without loss in one second`() throws {
    for name in ["a", "b", "c", "d", "e"] { try happen(name, name == "a" ? 60 : 5) }
    let first = try list("per_page=2")
    #expect(names(first) == ["e", "d"])
    let second = try follow(first["pages"]?["next"])
    #expect(names(second) == ["c", "b"])
    let third = try follow(second["pages"]?["next"])
    #expect(names(third) == ["a"])
    #expect(third["pages"]?["next"] == .null)
  }

  @Test func `what happens later is found since`() throws {
    try happen("a", 60)
    let since = "since=\(world.now * 1000 - 5000)"
    #expect(names(try list(since)) == [])
    try happen("b", 5)
    #expect(names(try list(since)) == ["b"])
  }

  @Test func `events older than 90 days are counted and not listed`() throws {
    try happen("old", 90 * 86_400 + 1)
    try happen("new", 90 * 86_400)
    #expect(names(try list()) == ["new"])
    let summary = try list("summary=true")
    #expect(summary["events"]?.array?.compactMap { $0["name"] } == ["new", "old"])
  }

  @Test func `the same event twice is one`() throws {
    try happen("flew", 5)
    try happen("flew", 5, ["id": nil, "email": "H@sdk.test"])
    try happen("flew", 6)
    #expect(try list("summary=true")["events"]?[0]?["count"] == 2)
  }

  @Test func `ten members of the metadata are kept, the first ones`() throws {
    let metadata = JSONObject((1...12).map { (key: "k\($0)", value: .integer($0)) })
    try happen("flew", 5, ["metadata": .object(metadata)])
    #expect(try list()["events"]?[0]?["metadata"]?.object?.keys == (1...10).map { "k\($0)" })
  }

  @Test func `a count that is told stands for the events so far`() throws {
    try happen("flew", 100)
    let told: JSONObject = ["event_name": "flew", "count": 5, "first": 1000, "last": .integer(world.now - 50)]
    let answer = try world.ask(
      .post, "/events/summaries", ["user_id": "gryffindor-7", "event_summaries": .object(told)])
    #expect(answer == .null)
    try happen("flew", 5)
    let item = try list("summary=true")["events"]?[0]
    #expect(item?["count"] == 6)
    #expect(item?["first"] == "1970-01-01T00:16:40.000+00:00")
  }

  @Test func `events go where their contact goes`() throws {
    let lead = try world.ask(.post, "/contacts", ["role": "lead", "email": "h@sdk.test"])
    let id = try #require(lead["id"])
    let body: JSONObject = ["event_name": "looked", "created_at": .integer(world.now), "id": id]
    try world.ask(.post, "/events", body)
    try world.ask(.post, "/contacts/merge", ["from": id, "into": .string(contact)])
    #expect(names(try list()) == ["looked"])
    try world.ask(.delete, "/contacts/\(contact)")
    #expect(world.workspace[DataEvents.model].count == 0)
  }
}
