import API
import JSON
import Testing

@Suite struct RequestMembersTests {
  private let body: JSONObject = [
    "name": "Polly", "empty": "", "blank": " ", "null": nil, "age": 3, "digits": "3", "tame": true,
    "words": ["a", "b"],
  ]

  @Test func `An optional member that is missing, null or an empty value of its type is nil`() throws {
    #expect(try body.optional("name", as: .string) == "Polly")
    #expect(try body.optional("absent", as: .string) == nil)
    #expect(try body.optional("null", as: .boolean) == nil)
    #expect(try body.optional("empty", as: .string) == "")
    #expect(try body.optional("empty", as: .nonEmptyString) == nil)
    #expect(try body.optional("blank", as: .nonEmptyString) == " ")
    #expect(try body.optional("blank", as: .nonBlankString) == nil)
    #expect(try body.optional("empty", as: .id) == nil)
  }

  @Test func `The usual refusals name the member and the type`() {
    #expect(throws: APIError.parameterMissing("absent is a required parameter")) {
      try body.required("absent", as: .string)
    }
    #expect(throws: APIError.parameterMissing("empty is a required parameter")) { try body.required("empty", as: .id) }
    #expect(throws: APIError.parameterInvalid("name must be a boolean")) { try body.optional("name", as: .boolean) }
    #expect(throws: APIError.parameterInvalid("age must be one of red, blue")) {
      try body.required("age", as: .choice(of: ["red", "blue"]))
    }
    #expect(throws: APIError.parameterInvalid("age must be an array of strings")) {
      try body.optional("age", as: .strings)
    }
  }

  @Test func `An operation replaces the refusal of a missing member, of an invalid one, or both`() {
    let (missing, invalid) = (APIError.conflict("missing"), APIError.conflict("invalid"))
    #expect(throws: missing) { try body.required("absent", as: .string, missing: missing, invalid: invalid) }
    #expect(throws: invalid) { try body.required("age", as: .string, missing: missing, invalid: invalid) }
    #expect(throws: invalid) { try body.optional("age", as: .string, invalid: invalid) }
    #expect(throws: missing) { try body.required("absent", as: .string, orThrow: missing) }
    #expect(throws: missing) { try body.required("age", as: .string, orThrow: missing) }
    #expect(throws: invalid) { try JSON.null.read(as: .object, orThrow: invalid) }
  }

  @Test func `Ids and integers may be strings or numbers`() throws {
    #expect(try body.required("age", as: .id) == "3")
    #expect(try body.required("digits", as: .integer()) == 3)
    #expect(try body.required("age", as: .unixTime()) == 3)
    #expect(throws: APIError.parameterInvalid("age must be an integer")) {
      try body.required("age", as: .integer(in: 4...5))
    }
    #expect(throws: APIError.parameterInvalid("late must be a Unix timestamp in seconds")) {
      try JSONObject([("late", 253_402_300_800)]).required("late", as: .unixTime())
    }
  }

  @Test func `An empty query parameter is missing`() throws {
    let call = try APIFixture().makeCall(.get, to: "/parrots?empty=&age=3&tame=yes")
    #expect(try call.queryParameter("empty", as: .integer()) == nil)
    #expect(try call.queryParameter("age", as: .integer()) == 3)
    #expect(throws: APIError.parameterInvalid("tame must be true or false")) {
      try call.queryParameter("tame", as: .booleanString)
    }
  }
}
