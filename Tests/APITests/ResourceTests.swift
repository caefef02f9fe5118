import API
import JSON
import Testing

/// What a resource gets without writing a line.
@Suite struct ResourceTests {
  private let fixture = APIFixture()
  private let notFound = APIError(status: .notFound, code: "parrot_not_found", message: "Parrot Not Found")

  @Test func `A record is created, shown, changed and deleted`() throws {
    #expect(try fixture.send(.post, to: "/parrots", body: ["name": "Polly"])["id"] == "1")
    #expect(try fixture.send(.put, to: "/parrots/1", body: ["age": 4])["age"] == 4)
    #expect(try fixture.send(.get, to: "/parrots/1")["name"] == "Polly")
    #expect(try fixture.send(.delete, to: "/parrots/1") == ["id": "1", "object": "parrot", "deleted": true])
    #expect(throws: notFound) { try fixture.send(.get, to: "/parrots/1") }
  }

  @Test func `A record that is not there is refused in the model's own words`() {
    #expect(throws: notFound) { try fixture.send(.get, to: "/parrots/7") }
    #expect(throws: notFound) { try fixture.send(.put, to: "/parrots/7", body: ["name": "x"]) }
    #expect(throws: notFound) { try fixture.send(.delete, to: "/parrots/7") }
  }

  @Test func `Ids count up from the model's first and never come twice`() throws {
    #expect(try fixture.send(.post, to: "/parrots", body: ["name": "a"])["id"] == "1")
    _ = try fixture.send(.delete, to: "/parrots/1")
    #expect(try fixture.send(.post, to: "/parrots", body: ["name": "b"])["id"] == "2")
    #expect(fixture.workspace.nextID(for: SamplePirates.model) == 100)
    #expect(fixture.workspace.nextID(for: SamplePirates.model) == 101)
  }

  @Test func `A handler asks for a behaviour by name, and the version answers`() throws {
    try fixture.insertParrots(named: "Polly")
    #expect(
      try fixture.send(.post, to: "/parrots/1/words", body: ["word": "ahoy"], version: .v2_13)["words"] == ["ahoy"])
    #expect(
      try fixture.send(.post, to: "/parrots/1/words", body: ["word": "aye"], version: .v2_14)["words"] == [
        "ahoy", "aye", "aye",
      ])
  }

  @Test func `A call knows its path, base address, query and parameters`() throws {
    let call = try fixture.makeCall(.get, to: "/parrots/a%20b?page=3&page=4&q=x%26y")
    #expect(call.path == "/parrots/a%20b")
    #expect(call.baseURL == "http://127.0.0.1:4020")
    #expect(call.pathParameter("id") == "a b")
    #expect(call.queryParameter("page") == "3")
    #expect(call.queryParameter("q") == "x&y")
    #expect(call.queryParameter("z") == nil)
    #expect(try call.integerQueryParameter("page") == 3)
    #expect(try call.perPage(default: 20, limit: 60) == 20)
    #expect(call.now == APIFixture.startTime)
  }
}
