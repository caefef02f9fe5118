import API
import JSON
import Store
import Testing

/// The default operations of `Resource`.
@Suite struct ResourceTests {
  private let fixture = APIFixture()
  private let notFound = APIError(status: .notFound, code: "parrot_not_found", message: "Parrot Not Found")

  @Test func `A record is created, retrieved, updated and deleted`() throws {
    #expect(try fixture.send(.post, to: "/parrots", body: ["name": "Polly"])["id"] == "1")
    #expect(try fixture.send(.put, to: "/parrots/1", body: ["age": 4])["age"] == 4)
    #expect(try fixture.send(.get, to: "/parrots/1")["name"] == "Polly")
    #expect(try fixture.send(.delete, to: "/parrots/1") == ["id": "1", "object": "parrot", "deleted": true])
    #expect(throws: notFound) { try fixture.send(.get, to: "/parrots/1") }
  }

  @Test func `A missing record is reported with the model's error`() {
    #expect(throws: notFound) { try fixture.send(.get, to: "/parrots/7") }
    #expect(throws: notFound) { try fixture.send(.put, to: "/parrots/7", body: ["name": "x"]) }
    #expect(throws: notFound) { try fixture.send(.delete, to: "/parrots/7") }
  }

  @Test func `Ids increase from the model's first id and are never reused`() throws {
    #expect(try fixture.send(.post, to: "/parrots", body: ["name": "a"])["id"] == "1")
    _ = try fixture.send(.delete, to: "/parrots/1")
    #expect(try fixture.send(.post, to: "/parrots", body: ["name": "b"])["id"] == "2")
    #expect(fixture.workspace.nextID(for: SamplePirates.model) == 100)
    #expect(fixture.workspace.nextID(for: SamplePirates.model) == 101)
  }

  @Test func `The version of a call determines its behaviours`() throws {
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

@Suite struct ValidationTests {
  private let fixture = APIFixture()

  private func validate(field: String, value json: JSON) throws -> JSON? {
    try SampleParrots.model.field(named: field)?.validated(json)
  }

  @Test(
    arguments: [
      ("name", "Polly", "Polly"), ("name", "", ""), ("name", 7, "7"), ("age", 3, 3), ("age", "3", 3),
      ("age", 3.0, 3), ("age", -1, -1), ("weight", 1.5, 1.5), ("weight", 1, 1), ("weight", "0.5", 0.5),
      ("tame", true, true), ("hatched_at", "1700000000", 1_700_000_000), ("custom_attributes", ["a": [1]], ["a": [1]]),
      ("words", ["a", 1], ["a", 1]), ("cage", ["metal": "tin"], ["metal": "tin"]), ("mood", "cross", "cross"),
    ] as [(String, JSON, JSON)])
  func `A value of the field's type is kept, and a number in a string is parsed`(field: String, sent: JSON, kept: JSON)
    throws
  {
    #expect(try validate(field: field, value: sent) == kept)
  }

  @Test(
    arguments: [
      ("name", true, "a string"), ("name", ["a"], "a string"), ("name", 1.5, "a string"), ("age", "old", "an integer"),
      ("age", 1.5, "an integer"), ("age", 1e30, "an integer"), ("age", "99999999999999999999", "an integer"),
      ("age", .integer(.max), "an integer"), ("age", "-9223372036854775808", "an integer"),
      ("hatched_at", 9_007_199_254_740_993, "a Unix timestamp in seconds"),
      ("weight", "heavy", "a number"), ("weight", "nan", "a number"), ("weight", "inf", "a number"),
      ("weight", true, "a number"), ("tame", "true", "a boolean"), ("tame", 1, "a boolean"),
      ("hatched_at", "yesterday", "a Unix timestamp in seconds"), ("custom_attributes", [], "an object"),
      ("words", [:], "an array"), ("cage", "tin", "an object"), ("mood", "sad", "one of calm, cross"),
    ] as [(String, JSON, String)])
  func `The error for a value of another type names the expected type`(field: String, sent: JSON, expected: String) {
    #expect(throws: APIError.parameterInvalid("\(field) must be \(expected)")) {
      try validate(field: field, value: sent)
    }
  }

  @Test func `Null resets a field to its initial value`() throws {
    #expect(try validate(field: "mood", value: nil) == "calm")
    #expect(try validate(field: "age", value: nil) == .some(.null))
    #expect(try validate(field: "words", value: nil) == [])
  }

  @Test func `A new record has an id, times, the members of the request and initial values`() throws {
    let parrot = try SampleParrots.model.makeRecord(
      from: ["name": "Polly", "secret": "gold", "id": "99", "created_at": 5, "beak": 1],
      in: try fixture.makeCall(.post, to: "/parrots"))
    #expect(parrot.id == "1")
    #expect(parrot["name"] == "Polly")
    #expect(parrot["mood"] == "calm")
    #expect(parrot["age"] == .null)
    #expect(parrot["nickname"] == .absent)
    #expect(parrot["secret"] == .null)
    #expect(parrot["created_at"] == .integer(APIFixture.startTime))
    #expect(parrot["updated_at"] == .integer(APIFixture.startTime))
    #expect(fixture.workspace[SampleParrots.model].count == 0)
  }

  @Test(arguments: [[:], ["name": nil]] as [JSONObject]) func `A missing required member is an error`(body: JSONObject)
  {
    #expect(throws: APIError.parameterMissing("name is a required parameter")) {
      try fixture.send(.post, to: "/parrots", body: body)
    }
  }

  @Test func `A failed write does not change the record`() throws {
    try fixture.insertParrots(named: "Polly")
    #expect(throws: APIError.parameterInvalid("tame must be a boolean")) {
      try fixture.send(.put, to: "/parrots/1", body: ["name": "Kiki", "tame": "very"])
    }
    #expect(try fixture.send(.get, to: "/parrots/1")["name"] == "Polly")
  }

  @Test func `A sparse field that is set to null is omitted`() throws {
    try fixture.insert(parrots: [["name": "Polly", "nickname": "Pol"]])
    #expect(try fixture.send(.get, to: "/parrots/1")["nickname"] == "Pol")
    #expect(
      try fixture.send(.put, to: "/parrots/1", body: ["nickname": nil]).object?.contains(key: "nickname") == false)
  }

  @Test func `Members of a nested record that are not fields are ignored`() throws {
    let parrot = try fixture.send(.post, to: "/parrots", body: ["name": "Polly", "cage": ["bars": 3, "lock": true]])
    #expect(parrot["cage"] == ["type": "cage", "metal": nil, "bars": 3])
  }
}
