import API
import HTTPTypes
import Testing

@Suite struct RouterTests {
  private static func operation(
    method: HTTPRequest.Method, path: String, name: String, availability: Availability = .always
  ) -> Operation {
    Operation(method: method, path: path, id: name, handler: { _ in Reply(status: .ok) }, available: availability)
  }

  private let router = Router(operations: [
    operation(method: .get, path: "/parrots/{id}", name: "show"),
    operation(method: .put, path: "/parrots/{id}", name: "update"),
    operation(method: .get, path: "/parrots/loudest", name: "loudest"),
    operation(method: .get, path: "/parrots/{id}/words", name: "words"),
    operation(method: .get, path: "/parrots/{id}/words/{word}", name: "word"),
    operation(method: .get, path: "/parrots/loudest/{word}", name: "shout", availability: .since(.v2_13)),
    operation(method: .get, path: "/parrots/{id}/{thing}", name: "thing", availability: .through(.v2_10)),
    operation(method: .post, path: "/parrots", name: "old", availability: .through(.v2_9)),
    operation(method: .post, path: "/parrots", name: "new", availability: .since(.v2_10)),
    operation(method: .get, path: "/parrots/quietest", name: "quietest", availability: .since(.v2_16)),
  ])

  private func matchedOperation(method: HTTPRequest.Method, path: String, version: APIVersion = .v2_14) -> String? {
    let segments = path.split(separator: "/").map(String.init)
    return router.match(method: method, segments: segments, version: version).map { match in
      ([match.operation.id] + match.parameters).joined(separator: " ")
    }
  }

  @Test func `A literal segment takes precedence over a parameter`() {
    #expect(matchedOperation(method: .get, path: "/parrots/loudest") == "loudest")
    #expect(matchedOperation(method: .get, path: "/parrots/7") == "show 7")
    #expect(matchedOperation(method: .get, path: "/parrots/loudest/words") == "shout words")
  }

  @Test func `Parameters are in the order of the path`() {
    #expect(matchedOperation(method: .get, path: "/parrots/7/words/ahoy") == "word 7 ahoy")
  }

  @Test func `A literal without a match falls back to the parameter`() {
    #expect(matchedOperation(method: .get, path: "/parrots/loudest/words/ahoy") == "word loudest ahoy")
    #expect(matchedOperation(method: .put, path: "/parrots/loudest") == "update loudest")
  }

  @Test func `A literal path that the version lacks does not match a parameter`() {
    #expect(matchedOperation(method: .get, path: "/parrots/loudest/ahoy", version: .v2_9) == "shout ahoy")
    #expect(matchedOperation(method: .get, path: "/parrots/quietest", version: .v2_15) == "quietest")
    #expect(matchedOperation(method: .get, path: "/parrots/quietest", version: .v2_16) == "quietest")
  }

  @Test func `One path may be served by different operations in different versions`() {
    #expect(matchedOperation(method: .post, path: "/parrots", version: .v2_9) == "old")
    #expect(matchedOperation(method: .post, path: "/parrots", version: .v2_10) == "new")
  }

  @Test func `If the version lacks the operation, that of another version is found`() throws {
    let match = try #require(router.match(method: .get, segments: ["parrots", "7", "song"], version: .v2_14))
    #expect(match.operation.id == "thing")
    #expect(!match.operation.availability.contains(.v2_14))
  }

  @Test func `An operation that no version has is not found`() {
    #expect(matchedOperation(method: .get, path: "/") == nil)
    #expect(matchedOperation(method: .get, path: "/pirates") == nil)
    #expect(matchedOperation(method: .delete, path: "/parrots/7") == nil)
    #expect(matchedOperation(method: .get, path: "/parrots/7/words/ahoy/again") == nil)
    #expect(matchedOperation(method: .get, path: "/PARROTS/7") == nil)
  }

  @Test func `The operations of a path include all methods and versions`() {
    #expect(router.matches(for: ["parrots", "loudest"]).map(\.operation.id).sorted() == ["loudest", "show", "update"])
    #expect(router.matches(for: ["parrots"]).map(\.operation.id).sorted() == ["new", "old"])
    #expect(router.matches(for: ["sea"]).isEmpty)
  }
}
