import API
import JSON
import Store
import Testing

@testable import Intercom

@Suite struct FinTests {
  private func world(jobSeconds: Int64 = 0) -> World {
    World(profile: ["id_code": "mock1234", "job_seconds": .integer(jobSeconds)])
  }

  private func message(_ body: String) -> JSON {
    ["author": "user", "body": .string(body)]
  }

  private func start(_ id: String, _ body: String, _ world: World, settings: JSON = [:]) throws -> JSON {
    try world.ask(
      .post, "/fin/start",
      ["conversation_id": .string(id), "message": message(body), "user": ["id": "u"], "settings": settings])
  }

  private func session(_ id: String, _ world: World) throws -> Record {
    try #require(world.workspace[FinConversations.model][id])
  }

  private func events(_ id: String, _ world: World) throws -> [String] {
    (try session(id, world)["events"].array ?? []).map {
      [$0["event_name"]?.string, $0["event_name"] == "fin_replied" ? nil : $0["status"]?.string].compactMap(\.self)
        .joined(separator: " ")
    }
  }

  @Test func `Fin thinks as long as jobs take, and no rating is asked for before it spoke`() throws {
    let world = world(jobSeconds: 5)
    #expect(try start("c", "Hello", world)["status"] == "thinking")
    world.wait(4)
    world.catchUp()
    #expect(try session("c", world)["status"] == "thinking")
    #expect(throws: APIError.self) { try world.ask(.post, "/fin/csat", ["conversation_id": "c", "rating": "ok"]) }
    world.wait(1)
    world.catchUp()
    #expect(try session("c", world)["status"] == "awaiting_user_reply")
    #expect(try events("c", world) == ["fin_replied", "fin_status_updated awaiting_user_reply"])
    #expect(try world.ask(.post, "/fin/csat", ["conversation_id": "c", "rating": "ok"])["status"] == "rated")
  }

  @Test func `The first answer of a fixture counts whose words are all there, whatever their case and order`() throws {
    let world = world()
    world.add(["id": "1", "words": "soup cold", "body": "Heat it.", "status": "resolved"], FinAnswers.model)
    world.add(["id": "2", "words": "soup", "body": "Eat it.", "status": "complete"], FinAnswers.model)
    _ = try start("cold", "My COLD Soup!", world)
    _ = try start("warm", "My soup", world)
    world.catchUp()
    #expect(try session("cold", world)["status"] == "resolved")
    #expect(
      try events("cold", world) == [
        "fin_replied", "fin_status_updated resolved", "fin_status_updated complete", "csat_requested",
      ])
    #expect(try session("warm", world)["status"] == "complete")
  }

  @Test func `Who may not be asked back hears that there is no answer, and nobody takes over`() throws {
    let world = world()
    _ = try start("c", "Zyx", world, settings: ["follow_up_questions": false])
    world.catchUp()
    #expect(try session("c", world)["status"] == "complete")
  }

  @Test func `A user is found by the client's id, and another user's address is not taken over`() throws {
    let world = world()
    try world.ask(.post, "/contacts", ["role": "user", "external_id": "one", "email": "one@example.com"])
    for id in ["two", "one"] {
      try world.ask(.post, "/fin/capabilities", ["user": ["id": .string(id), "email": "one@example.com", "name": "N"]])
    }
    let contacts = world.workspace[Contacts.model].all.sorted {
      $0["external_id"].string ?? "" < $1["external_id"].string ?? ""
    }
    #expect(contacts.map { $0["external_id"].string } == ["one", "two"])
    #expect(contacts.map { $0["email"].string } == ["one@example.com", nil])
    #expect(contacts.map { $0["name"].string } == ["N", "N"])
  }

  @Test func `A procedure for a segment is offered to those in it`() throws {
    let world = world()
    world.add(["id": "s", "name": "Regulars"], Segments.model)
    world.add(
      ["id": "p", "name": "Gift", "state": "live", "api_trigger": true, "segment_ids": ["s"]], Procedures.model)
    func count() throws -> Int? {
      try world.ask(.post, "/fin/capabilities", ["user": ["id": "u"]])["capabilities"]?.array?.count
    }
    #expect(try count() == 2)
    var contact = try #require(world.workspace[Contacts.model].all.first)
    contact["segment_ids"] = .strings(["s"])
    world.workspace[Contacts.model].replace(contact)
    #expect(try count() == 3)
  }

  @Test func `What hangs on a conversation goes with it`() throws {
    let world = world()
    world.add(
      ["id": "p", "name": "Ask", "state": "live", "api_trigger": true, "steps": [["type": "agent_input"]]],
      Procedures.model)
    try world.ask(.post, "/fin/procedures/p/run", ["conversation_id": "c", "user": ["id": "u"]])
    world.catchUp()
    #expect(world.workspace[Procedures.runs].count == 1)
    try world.ask(.delete, "/conversations/\(try session("c", world)["conversation_id"].string ?? "")")
    #expect(world.workspace[Procedures.runs].count == 0)
    #expect(world.workspace[FinConversations.model].count == 0)
  }
}
