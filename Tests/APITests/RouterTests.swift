import API
import HTTPTypes
import Testing

@Suite struct RouterTests {
  private static func operation(
    _ method: HTTPRequest.Method, _ path: String, _ name: String, _ availability: Availability = .always
  ) -> Operation {
    Operation(method, path, name, { _ in Reply(.ok) }, availability)
  }

  private let router = Router([
    operation(.get, "/parrots/{id}", "show"),
    operation(.put, "/parrots/{id}", "update"),
    operation(.get, "/parrots/loudest", "loudest"),
    operation(.get, "/parrots/{id}/words", "words"),
    operation(.get, "/parrots/{id}/words/{word}", "word"),
    operation(.get, "/parrots/loudest/{word}", "shout", .since(.v2_13)),
    operation(.get, "/parrots/{id}/{thing}", "thing", .through(.v2_10)),
    operation(.post, "/parrots", "old", .through(.v2_9)),
    operation(.post, "/parrots", "new", .since(.v2_10)),
    operation(.get, "/parrots/quietest", "quietest", .since(.v2_16)),
  ])

  private func found(_ method: HTTPRequest.Method, _ path: String, _ version: APIVersion = .v2_14) -> String? {
    let segments = path.split(separator: "/").map(String.init)
    return router.match(method, segments, version).map { match in
      ([match.operation.name] + match.parameters).joined(separator: " ")
    }
  }

  @Test func `A literal wins over a parameter`() {
    #expect(found(.get, "/parrots/loudest") == "loudest")
    #expect(found(.get, "/parrots/7") == "show 7")
    #expect(found(.get, "/parrots/loudest/words") == "shout words")
  }

  @Test func `Parameters come in the order of the path`() {
    #expect(found(.get, "/parrots/7/words/ahoy") == "word 7 ahoy")
  }

  @Test func `A dead end behind a literal goes back to the parameter`() {
    #expect(found(.get, "/parrots/loudest/words/ahoy") == "word loudest ahoy")
    #expect(found(.put, "/parrots/loudest") == "update loudest")
  }

  @Test func `What a version lacks under a literal is not read as a parameter`() {
    #expect(found(.get, "/parrots/loudest/ahoy", .v2_9) == "shout ahoy")
    #expect(found(.get, "/parrots/quietest", .v2_15) == "quietest")
    #expect(found(.get, "/parrots/quietest", .v2_16) == "quietest")
  }

  @Test func `One path may be served by different operations in different versions`() {
    #expect(found(.post, "/parrots", .v2_9) == "old")
    #expect(found(.post, "/parrots", .v2_10) == "new")
  }

  @Test func `An operation of another version is found when this one has none`() throws {
    let match = try #require(router.match(.get, ["parrots", "7", "song"], .v2_14))
    #expect(match.operation.name == "thing")
    #expect(!match.operation.availability.contains(.v2_14))
  }

  @Test func `What no version has is not found`() {
    #expect(found(.get, "/") == nil)
    #expect(found(.get, "/pirates") == nil)
    #expect(found(.delete, "/parrots/7") == nil)
    #expect(found(.get, "/parrots/7/words/ahoy/again") == nil)
    #expect(found(.get, "/PARROTS/7") == nil)
  }

  @Test func `All operations of a path can be listed, whatever their method or version`() {
    #expect(router.matches(["parrots", "loudest"]).map(\.operation.name).sorted() == ["loudest", "show", "update"])
    #expect(router.matches(["parrots"]).map(\.operation.name).sorted() == ["new", "old"])
    #expect(router.matches(["sea"]).isEmpty)
  }
}
