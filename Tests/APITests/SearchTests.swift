import API
import JSON
import Testing

@Suite struct SearchTests {
  private let fixture = APIFixture()
  private static let day: Int64 = 86_400

  init() throws {
    try fixture.insert(parrots: [
      [
        "name": "Polly", "age": 3, "tame": true, "mood": "cross", "pirate_id": "9", "words": ["a", "b"],
        "hatched_at": 1_699_920_000, "cage": ["metal": "Tin"], "custom_attributes": ["plan": "Gold", "seats": 5],
      ],
      ["name": "polly", "age": 30, "words": ["a"], "hatched_at": 1_699_920_001],
      ["name": "Kiki", "hatched_at": 1_700_006_400, "custom_attributes": ["plan": "silver", "seats": "12"]],
      ["name": "Jörn", "age": 0, "tame": false],
    ])
  }

  private func results(
    field: String, comparison sign: String, value: JSON, version: APIVersion = .preview
  ) throws -> [String] {
    try results(of: ["field": .string(field), "operator": .string(sign), "value": value], version: version)
  }

  private func results(of query: JSON, version: APIVersion = .preview) throws -> [String] {
    try fixture.send(
      .post, to: "/parrots/search", body: ["query": query, "pagination": ["per_page": 5]], version: version
    ).ids().sorted()
  }

  @Test func `Texts are compared without regard to case, with accents`() throws {
    #expect(try results(field: "metal", comparison: "=", value: "tin") == ["1"])
    #expect(try results(field: "name", comparison: "~", value: "OL") == ["1", "2"])
    #expect(try results(field: "name", comparison: "!~", value: "OL") == ["3", "4"])
    #expect(try results(field: "name", comparison: "^", value: "PO") == ["1", "2"])
    #expect(try results(field: "name", comparison: "$", value: "IKI") == ["3"])
    #expect(try results(field: "name", comparison: "~", value: "jÖ") == ["4"])
    #expect(try results(field: "name", comparison: "~", value: "jo") == [])
    #expect(try results(field: "metal", comparison: "IN", value: ["tin", "gold"]) == ["1"])
    #expect(try results(field: "metal", comparison: "NIN", value: ["tin"]) == ["2", "3", "4"])
  }

  @Test(
    arguments: [
      ("metal", ["tin", "gold"]), ("name", ["POLLY", "kiki"]), ("custom_attributes.plan", ["gold"]),
      ("metal", ["tin", nil]), ("age", [0, "30"]), ("words", [1, 0]), ("tame", [true, "true"]), ("metal", []),
    ] as [(String, [JSON])])
  func `Many values are looked for as few are`(field: String, values: [JSON]) throws {
    let kind: JSON = field == "tame" ? true : field == "age" || field == "words" ? 77 : "none of them"
    let many = values + Array(repeating: kind, count: 50)
    #expect(
      try results(field: field, comparison: "IN", value: .array(many))
        == results(field: field, comparison: "IN", value: .array(values)))
    #expect(
      try results(field: field, comparison: "NIN", value: .array(many))
        == results(field: field, comparison: "NIN", value: .array(values)))
  }

  @Test func `A not-equal filter also finds records without a value`() throws {
    #expect(try results(field: "metal", comparison: "!=", value: "tin") == ["2", "3", "4"])
    #expect(try results(field: "metal", comparison: "!=", value: .null) == ["1"])
    #expect(try results(field: "metal", comparison: "=", value: .null) == ["2", "3", "4"])
  }

  @Test func `Numbers are compared as numbers, sent as text too`() throws {
    #expect(try results(field: "age", comparison: ">", value: 3) == ["2"])
    #expect(try results(field: "age", comparison: ">=", value: "3") == ["1", "2"])
    #expect(try results(field: "age", comparison: "<", value: 3) == ["4"])
    #expect(try results(field: "age", comparison: "<=", value: 3.5) == ["1", "4"])
    #expect(try results(field: "age", comparison: "=", value: 0) == ["4"])
    #expect(try results(field: "age", comparison: "=", value: .null) == ["3"])
    #expect(try results(field: "age", comparison: "IN", value: [0, 30]) == ["2", "4"])
  }

  @Test func `Booleans are true, false, or their words`() throws {
    #expect(try results(field: "tame", comparison: "=", value: true) == ["1"])
    #expect(try results(field: "tame", comparison: "=", value: "false") == ["2", "3", "4"])
    #expect(try results(field: "tame", comparison: "!=", value: true) == ["2", "3", "4"])
  }

  @Test func `A filter on a count uses the current count`() throws {
    #expect(try results(field: "words", comparison: ">", value: 1) == ["1"])
    #expect(try results(field: "words", comparison: "=", value: 0) == ["3", "4"])
    #expect(try results(field: "words", comparison: "=", value: .null) == [])
  }

  @Test func `Relations support only the operators equal and not equal`() throws {
    #expect(try results(field: "pirate_id", comparison: "=", value: "9") == ["1"])
    #expect(try results(field: "pirate_id", comparison: "!=", value: 9) == ["2", "3", "4"])
  }

  @Test func `Attributes are compared as what the value is`() throws {
    #expect(try results(field: "custom_attributes.plan", comparison: "=", value: "gold") == ["1"])
    #expect(try results(field: "custom_attributes.seats", comparison: ">", value: 4) == ["1", "3"])
    #expect(try results(field: "custom_attributes.seats", comparison: "=", value: 12) == ["3"])
    #expect(try results(field: "custom_attributes.nothing", comparison: "=", value: .null) == ["1", "2", "3", "4"])
  }

  @Test func `Groups combine filters, and may hold groups`() throws {
    let tame: JSON = ["field": "tame", "operator": "=", "value": true]
    let young: JSON = ["field": "age", "operator": "<", "value": 3]
    let cross: JSON = ["field": "mood", "operator": "=", "value": "cross"]
    #expect(try results(of: ["operator": "AND", "value": [tame, cross]]) == ["1"])
    #expect(try results(of: ["operator": "or", "value": [tame, young]]) == ["1", "4"])
    #expect(
      try results(of: ["operator": "AND", "value": [cross, ["operator": "OR", "value": [tame, young]]]]) == ["1"])
    #expect(try results(of: ["operator": "AND", "value": []]) == ["1", "2", "3", "4"])
    #expect(try results(of: ["operator": "OR", "value": []]) == [])
  }

  @Test func `A time stands for its whole day`() throws {
    #expect(try results(field: "hatched_at", comparison: "=", value: 1_699_999_999) == ["1", "2"])
    #expect(try results(field: "hatched_at", comparison: ">", value: 1_699_920_000) == ["3"])
    #expect(try results(field: "hatched_at", comparison: "<", value: 1_700_006_400) == ["1", "2"])
  }

  @Test func `Results come in the order of the list unless sorted`() throws {
    func names(sortedBy sort: JSON) throws -> [String] {
      try fixture.send(
        .post, to: "/parrots/search",
        body: ["query": ["operator": "AND", "value": []], "sort": sort, "pagination": ["per_page": 5]]
      ).ids()
    }
    #expect(try names(sortedBy: .null) == ["1", "2", "3", "4"])
    #expect(try names(sortedBy: ["order": "descending"]) == ["4", "3", "2", "1"])
    #expect(try names(sortedBy: ["field": "created_at", "order": "ascending"]) == ["1", "2", "3", "4"])
    #expect(try names(sortedBy: ["field": "age", "order": "ascending"]) == ["4", "1", "2", "3"])
    #expect(try names(sortedBy: ["field": "age"]) == ["2", "1", "4", "3"])
    #expect(try names(sortedBy: ["field": "words", "order": "descending"]) == ["1", "2", "4", "3"])
  }

  @Test(arguments: ["age", "name", "created_at", "words"], ["ascending", "descending"])
  func `Following the cursor of a sorted search meets every record once`(field: String, order: String) throws {
    var seen: [String] = []
    var after: JSON = .null
    repeat {
      let page = try fixture.send(
        .post, to: "/parrots/search",
        body: [
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
    #expect(try results(field: "mood", comparison: "=", value: "calm", version: .v2_12) == ["2", "3", "4"])
    #expect(throws: APIError(status: .badRequest, code: "invalid_field", message: "mood is not a valid search field")) {
      try results(field: "mood", comparison: "=", value: "calm", version: .v2_11)
    }
  }
}
