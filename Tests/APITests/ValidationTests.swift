import API
import JSON
import Store
import Testing

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
  func `A value of the field's type is kept, a number sent as text is read`(field: String, sent: JSON, kept: JSON)
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
  func `A value of another type is refused in words`(field: String, sent: JSON, expected: String) {
    #expect(throws: APIError.parameterInvalid("\(field) must be \(expected)")) {
      try validate(field: field, value: sent)
    }
  }

  @Test func `Null puts a field back to what it starts as`() throws {
    #expect(try validate(field: "mood", value: nil) == "calm")
    #expect(try validate(field: "age", value: nil) == .some(.null))
    #expect(try validate(field: "words", value: nil) == [])
  }

  @Test func `A new record has an id, its times, what was sent and what fields start as`() throws {
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

  @Test(arguments: [[:], ["name": nil]] as [JSONObject]) func `A required member must be there`(body: JSONObject) {
    #expect(throws: APIError.parameterMissing("name is a required parameter")) {
      try fixture.send(.post, to: "/parrots", body: body)
    }
  }

  @Test func `A write is all or nothing`() throws {
    try fixture.insertParrots(named: "Polly")
    #expect(throws: APIError.parameterInvalid("tame must be a boolean")) {
      try fixture.send(.put, to: "/parrots/1", body: ["name": "Kiki", "tame": "very"])
    }
    #expect(try fixture.send(.get, to: "/parrots/1")["name"] == "Polly")
  }

  @Test func `A sparse field is left out again when it is emptied`() throws {
    try fixture.insert(parrots: [["name": "Polly", "nickname": "Pol"]])
    #expect(try fixture.send(.get, to: "/parrots/1")["nickname"] == "Pol")
    #expect(
      try fixture.send(.put, to: "/parrots/1", body: ["nickname": nil]).object?.contains(key: "nickname") == false)
  }

  @Test func `The members of a record inside another are kept as its fields, and others left out`() throws {
    let parrot = try fixture.send(.post, to: "/parrots", body: ["name": "Polly", "cage": ["bars": 3, "lock": true]])
    #expect(parrot["cage"] == ["type": "cage", "metal": nil, "bars": 3])
  }
}
