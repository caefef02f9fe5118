import API
import JSON
import Testing

@Suite struct SearchTests {
  private let aviary = Aviary()
  private static let day: Int64 = 86_400

  init() throws {
    try aviary.keep([
      [
        "name": "Polly", "age": 3, "tame": true, "mood": "cross", "pirate_id": "9", "words": ["a", "b"],
        "hatched_at": 1_699_920_000, "cage": ["metal": "Tin"], "custom_attributes": ["plan": "Gold", "seats": 5],
      ],
      ["name": "polly", "age": 30, "words": ["a"], "hatched_at": 1_699_920_001],
      ["name": "Kiki", "hatched_at": 1_700_006_400, "custom_attributes": ["plan": "silver", "seats": "12"]],
      ["name": "Jörn", "age": 0, "tame": false],
    ])
  }

  private func found(
    _ field: String, _ sign: String, _ value: JSON, version: APIVersion = .preview
  ) throws -> [String] {
    try found(["field": .string(field), "operator": .string(sign), "value": value], version: version)
  }

  private func found(_ query: JSON, version: APIVersion = .preview) throws -> [String] {
    try aviary.ask(
      .post, "/parrots/search", ["query": query, "pagination": ["per_page": 5]], version: version
    ).ids().sorted()
  }

  @Test func `Texts are compared without regard to case, with accents`() throws {
    #expect(try found("metal", "=", "tin") == ["1"])
    #expect(try found("name", "~", "OL") == ["1", "2"])
    #expect(try found("name", "!~", "OL") == ["3", "4"])
    #expect(try found("name", "^", "PO") == ["1", "2"])
    #expect(try found("name", "$", "IKI") == ["3"])
    #expect(try found("name", "~", "jÖ") == ["4"])
    #expect(try found("name", "~", "jo") == [])
    #expect(try found("metal", "IN", ["tin", "gold"]) == ["1"])
    #expect(try found("metal", "NIN", ["tin"]) == ["2", "3", "4"])
  }

  @Test(
    arguments: [
      ("metal", ["tin", "gold"]), ("name", ["POLLY", "kiki"]), ("custom_attributes.plan", ["gold"]),
      ("metal", ["tin", nil]), ("age", [0, "30"]), ("words", [1, 0]), ("tame", [true, "true"]), ("metal", []),
    ] as [(String, [JSON])])
  func `Many values are looked for as few are`(field: String, values: [JSON]) throws {
    let kind: JSON = field == "tame" ? true : field == "age" || field == "words" ? 77 : "none of them"
    let many = values + Array(repeating: kind, count: 50)
    #expect(try found(field, "IN", .array(many)) == found(field, "IN", .array(values)))
    #expect(try found(field, "NIN", .array(many)) == found(field, "NIN", .array(values)))
  }

  @Test func `What differs from a text includes what has none`() throws {
    #expect(try found("metal", "!=", "tin") == ["2", "3", "4"])
    #expect(try found("metal", "!=", .null) == ["1"])
    #expect(try found("metal", "=", .null) == ["2", "3", "4"])
  }

  @Test func `Numbers are compared as numbers, sent as text too`() throws {
    #expect(try found("age", ">", 3) == ["2"])
    #expect(try found("age", ">=", "3") == ["1", "2"])
    #expect(try found("age", "<", 3) == ["4"])
    #expect(try found("age", "<=", 3.5) == ["1", "4"])
    #expect(try found("age", "=", 0) == ["4"])
    #expect(try found("age", "=", .null) == ["3"])
    #expect(try found("age", "IN", [0, 30]) == ["2", "4"])
  }

  @Test func `Booleans are true, false, or their words`() throws {
    #expect(try found("tame", "=", true) == ["1"])
    #expect(try found("tame", "=", "false") == ["2", "3", "4"])
    #expect(try found("tame", "!=", true) == ["2", "3", "4"])
  }

  @Test func `A count over other things is compared anew each time`() throws {
    #expect(try found("words", ">", 1) == ["1"])
    #expect(try found("words", "=", 0) == ["3", "4"])
    #expect(try found("words", "=", .null) == [])
  }

  @Test func `Relations know equal and different only`() throws {
    #expect(try found("pirate_id", "=", "9") == ["1"])
    #expect(try found("pirate_id", "!=", 9) == ["2", "3", "4"])
  }

  @Test func `Attributes are compared as what the value is`() throws {
    #expect(try found("custom_attributes.plan", "=", "gold") == ["1"])
    #expect(try found("custom_attributes.seats", ">", 4) == ["1", "3"])
    #expect(try found("custom_attributes.seats", "=", 12) == ["3"])
    #expect(try found("custom_attributes.nothing", "=", .null) == ["1", "2", "3", "4"])
  }

  @Test func `Groups combine filters, and may hold groups`() throws {
    let tame: JSON = ["field": "tame", "operator": "=", "value": true]
    let young: JSON = ["field": "age", "operator": "<", "value": 3]
    let cross: JSON = ["field": "mood", "operator": "=", "value": "cross"]
    #expect(try found(["operator": "AND", "value": [tame, cross]]) == ["1"])
    #expect(try found(["operator": "or", "value": [tame, young]]) == ["1", "4"])
    #expect(
      try found(["operator": "AND", "value": [cross, ["operator": "OR", "value": [tame, young]]]]) == ["1"])
    #expect(try found(["operator": "AND", "value": []]) == ["1", "2", "3", "4"])
    #expect(try found(["operator": "OR", "value": []]) == [])
  }

  @Test func `A time stands for its whole day`() throws {
    #expect(try found("hatched_at", "=", 1_699_999_999) == ["1", "2"])
    #expect(try found("hatched_at", ">", 1_699_920_000) == ["3"])
    #expect(try found("hatched_at", "<", 1_700_006_400) == ["1", "2"])
  }

  @Test func `Results come in the order of the list unless sorted`() throws {
    func order(_ sort: JSON) throws -> [String] {
      try aviary.ask(
        .post, "/parrots/search",
        ["query": ["operator": "AND", "value": []], "sort": sort, "pagination": ["per_page": 5]]
      ).ids()
    }
    #expect(try order(.null) == ["1", "2", "3", "4"])
    #expect(try order(["order": "descending"]) == ["4", "3", "2", "1"])
    #expect(try order(["field": "created_at", "order": "ascending"]) == ["1", "2", "3", "4"])
    #expect(try order(["field": "age", "order": "ascending"]) == ["4", "1", "2", "3"])
    #expect(try order(["field": "age"]) == ["2", "1", "4", "3"])
    #expect(try order(["field": "words", "order": "descending"]) == ["1", "2", "4", "3"])
  }

  @Test(arguments: ["age", "name", "created_at", "words"], ["ascending", "descending"])
  func `Following the cursor of a sorted search meets every record once`(field: String, order: String) throws {
    var seen: [String] = []
    var after: JSON = .null
    repeat {
      let page = try aviary.ask(
        .post, "/parrots/search",
        [
          "query": ["operator": "AND", "value": []], "sort": ["field": .string(field), "order": .string(order)],
          "pagination": ["per_page": 1, "starting_after": after],
        ])
      seen += page.ids()
      after = page["pages"]?["next"]?["starting_after"] ?? .null
    } while !after.isNull && seen.count < 9
    #expect(seen.count == 4)
    #expect(Set(seen).count == 4)
  }

  @Test func `A field that a version lacks cannot be searched`() throws {
    #expect(try found("mood", "=", "calm", version: .v2_12) == ["2", "3", "4"])
    #expect(throws: APIError(.badRequest, "invalid_field", "mood is not a valid search field")) {
      try found("mood", "=", "calm", version: .v2_11)
    }
  }
}
