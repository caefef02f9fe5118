import API
import JSON
import Testing

/// What a resource gets without writing a line.
@Suite struct ResourceTests {
  private let aviary = Aviary()
  private let notFound = APIError(.notFound, "parrot_not_found", "Parrot Not Found")

  @Test func `A record is created, shown, changed and deleted`() throws {
    #expect(try aviary.ask(.post, "/parrots", ["name": "Polly"])["id"] == "1")
    #expect(try aviary.ask(.put, "/parrots/1", ["age": 4])["age"] == 4)
    #expect(try aviary.ask(.get, "/parrots/1")["name"] == "Polly")
    #expect(try aviary.ask(.delete, "/parrots/1") == ["id": "1", "object": "parrot", "deleted": true])
    #expect(throws: notFound) { try aviary.ask(.get, "/parrots/1") }
  }

  @Test func `A record that is not there is refused in the model's own words`() {
    #expect(throws: notFound) { try aviary.ask(.get, "/parrots/7") }
    #expect(throws: notFound) { try aviary.ask(.put, "/parrots/7", ["name": "x"]) }
    #expect(throws: notFound) { try aviary.ask(.delete, "/parrots/7") }
  }

  @Test func `Ids count up from the model's first and never come twice`() throws {
    #expect(try aviary.ask(.post, "/parrots", ["name": "a"])["id"] == "1")
    _ = try aviary.ask(.delete, "/parrots/1")
    #expect(try aviary.ask(.post, "/parrots", ["name": "b"])["id"] == "2")
    #expect(aviary.workspace.nextID(for: Pirates.model) == 100)
    #expect(aviary.workspace.nextID(for: Pirates.model) == 101)
  }

  @Test func `A handler asks for a behaviour by name, and the version answers`() throws {
    try aviary.keep(named: "Polly")
    #expect(try aviary.ask(.post, "/parrots/1/words", ["word": "ahoy"], version: .v2_13)["words"] == ["ahoy"])
    #expect(
      try aviary.ask(.post, "/parrots/1/words", ["word": "aye"], version: .v2_14)["words"] == ["ahoy", "aye", "aye"])
  }

  @Test func `A call knows its path, base address, query and parameters`() throws {
    let call = try aviary.call(.get, "/parrots/a%20b?page=3&page=4&q=x%26y")
    #expect(call.path == "/parrots/a%20b")
    #expect(call.baseURL == "http://127.0.0.1:4020")
    #expect(call.parameter("id") == "a b")
    #expect(call.query("page") == "3")
    #expect(call.query("q") == "x&y")
    #expect(call.query("z") == nil)
    #expect(try call.integer("page") == 3)
    #expect(try call.perPage(default: 20, limit: 60) == 20)
    #expect(call.now == Aviary.now)
  }
}
