@testable import API
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

  @Test func `String comparison ignores case and respects accents`() throws {
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
  func `A long list of values finds the same as a short one`(field: String, values: [JSON]) throws {
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

  @Test func `Numbers in strings are compared as numbers`() throws {
    #expect(try results(field: "age", comparison: ">", value: 3) == ["2"])
    #expect(try results(field: "age", comparison: ">=", value: "3") == ["1", "2"])
    #expect(try results(field: "age", comparison: "<", value: 3) == ["4"])
    #expect(try results(field: "age", comparison: "<=", value: 3.5) == ["1", "4"])
    #expect(try results(field: "age", comparison: "=", value: 0) == ["4"])
    #expect(try results(field: "age", comparison: "=", value: .null) == ["3"])
    #expect(try results(field: "age", comparison: "IN", value: [0, 30]) == ["2", "4"])
  }

  @Test func `Booleans are true, false, or the strings of these`() throws {
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

  @Test func `An attribute without a definition is compared as text, and by order as a number`() throws {
    #expect(try results(field: "custom_attributes.plan", comparison: "=", value: "gold") == ["1"])
    #expect(try results(field: "custom_attributes.seats", comparison: ">", value: 4) == ["1", "3"])
    #expect(try results(field: "custom_attributes.seats", comparison: "=", value: 12) == ["3"])
    #expect(try results(field: "custom_attributes.nothing", comparison: "=", value: .null) == ["1", "2", "3", "4"])
  }

  @Test func `Groups combine filters and may contain groups`() throws {
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

  @Test func `A time stands for its calendar day`() throws {
    #expect(try results(field: "hatched_at", comparison: "=", value: 1_699_999_999) == ["1", "2"])
    #expect(try results(field: "hatched_at", comparison: ">", value: 1_699_920_000) == ["3"])
    #expect(try results(field: "hatched_at", comparison: "<", value: 1_700_006_400) == ["1", "2"])
  }

  @Test func `Results are in the order of the list by default`() throws {
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
  func `Following the cursor of a sorted search returns each record once`(field: String, order: String) throws {
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

  @Test func `The type of an attribute determines how it is compared, not that of the filter's value`() throws {
    let large: Int64 = 9_007_199_254_740_993
    try fixture.insert(parrots: [
      [
        "name": "A",
        "custom_attributes": ["flights": .integer(large), "wingspan": 5, "talks": true, "friends": ["1", "2"]],
      ],
      [
        "name": "B",
        "custom_attributes": ["flights": .integer(large - 1), "wingspan": 5.5, "friends": ["12"], "motto": "5"],
      ],
      ["name": "C", "custom_attributes": ["talks": false, "friends": [], "motto": ""]],
    ])
    func names(_ attribute: String, _ sign: String, _ value: JSON) throws -> [String] {
      let ids = try results(
        of: [
          "operator": "AND",
          "value": [
            ["field": .string("custom_attributes.\(attribute)"), "operator": .string(sign), "value": value],
            ["field": "name", "operator": "IN", "value": ["A", "B", "C"]],
          ],
        ])
      return ids.compactMap { fixture.workspace[SampleParrots.model][$0]?["name"].string }
    }
    #expect(try names("flights", "=", .integer(large)) == ["A"])
    #expect(try names("flights", "=", .string(String(large))) == ["A"])
    #expect(try names("flights", "<", .integer(large)) == ["B"])
    #expect(try names("flights", "IN", [.string(String(large)), .null]) == ["A", "C"])
    #expect(try names("flights", "NIN", [.integer(large), .null]) == ["B"])
    #expect(try names("wingspan", "=", "5.0") == ["A"])
    #expect(try names("wingspan", ">", "5") == ["B"])
    #expect(try names("talks", "=", "false") == ["C"])
    #expect(try names("talks", "IN", [true, .null]) == ["A", "B"])
    #expect(try names("friends", "=", "1") == ["A"])
    #expect(try names("friends", "NIN", ["1", "12"]) == ["C"])
    #expect(try names("friends", "=", .null) == ["C"])
    #expect(try names("motto", "=", 5) == ["B"])
    #expect(try names("motto", "=", "") == ["C"])
    for (attribute, sign, value) in [
      ("flights", "=", "many"), ("talks", "=", "yes"), ("motto", ">", "4"), ("friends", "~", "1"),
    ] {
      #expect(throws: APIError.self) { try names(attribute, sign, .string(value)) }
    }
  }

  @Test func `An id and an indexed string are found in any case`() throws {
    try fixture.insert(parrots: [["name": "POLLY"]])
    #expect(try results(field: "name", comparison: "=", value: "pOLLY") == ["1", "2", "5"])
    #expect(try results(field: "name", comparison: "IN", value: ["polly", "KIKI"]) == ["1", "2", "3", "5"])
  }

  @Test func `A renamed field is searched by the name that the version shows`() throws {
    #expect(try results(field: "label", comparison: "=", value: "kiki", version: .v2_13) == ["3"])
    #expect(try results(field: "name", comparison: "=", value: "kiki", version: .v2_14) == ["3"])
    #expect(throws: SearchQuery.invalidField(named: "name")) {
      try results(field: "name", comparison: "=", value: "kiki", version: .v2_13)
    }
    #expect(throws: SearchQuery.invalidField(named: "label")) {
      try results(field: "label", comparison: "=", value: "kiki", version: .v2_14)
    }
  }

  @Test func `Null in a list finds records without a value`() throws {
    #expect(try results(field: "age", comparison: "IN", value: [0, .null]) == ["3", "4"])
    #expect(try results(field: "age", comparison: "NIN", value: ["0", .null]) == ["1", "2"])
    #expect(try results(field: "words", comparison: "IN", value: [2, .null]) == ["1"])
  }

  @Test func `A field that a version lacks cannot be searched`() throws {
    #expect(try results(field: "mood", comparison: "=", value: "calm", version: .v2_12) == ["2", "3", "4"])
    #expect(throws: APIError(status: .badRequest, code: "invalid_field", message: "mood is not a valid search field")) {
      try results(field: "mood", comparison: "=", value: "calm", version: .v2_11)
    }
  }
}

@Suite struct SearchErrorTests {
  private let fixture = APIFixture()

  private func refusal(of body: JSONObject, version: APIVersion = .preview) -> APIError? {
    do {
      _ = try fixture.send(.post, to: "/parrots/search", body: body, version: version)
      return nil
    } catch {
      return error as? APIError
    }
  }

  private func refusal(field: String, comparison sign: String, value: JSON) -> String? {
    refusal(of: ["query": ["field": .string(field), "operator": .string(sign), "value": value]])?.message
  }

  private static let matchAll: JSON = ["operator": "AND", "value": []]

  @Test func `A search must have a query, and it must be an object`() {
    #expect(refusal(of: [:]) == APIError.parameterMissing("query is a required parameter"))
    #expect(refusal(of: ["query": nil]) == APIError.parameterMissing("query is a required parameter"))
    #expect(refusal(of: ["query": "name"]) == APIError.parameterInvalid("query must be an object"))
    #expect(refusal(of: ["query": [:]]) == APIError.parameterInvalid("operator must be a string"))
    #expect(refusal(of: ["query": ["operator": 3]]) == APIError.parameterInvalid("operator must be a string"))
  }

  @Test func `The error for an unknown field names it`() {
    #expect(
      refusal(of: ["query": ["field": "beak", "operator": "=", "value": 1]])
        == APIError(status: .badRequest, code: "invalid_field", message: "beak is not a valid search field"))
    #expect(refusal(field: "beak.size", comparison: "=", value: 1) == "beak.size is not a valid search field")
    #expect(
      refusal(field: "custom_attributes", comparison: "=", value: 1) == "custom_attributes is not a valid search field")
    #expect(refusal(of: ["query": ["field": 3, "operator": "="]])?.message == "field must be a string")
  }

  @Test(
    arguments: [
      ("name", ">"), ("age", "~"), ("tame", ">"), ("hatched_at", "~"), ("hatched_at", "IN"), ("pirate_id", "IN"),
      ("words", "^"),
    ])
  func `An operator that the field's type does not support is rejected`(field: String, sign: String) {
    #expect(refusal(field: field, comparison: sign, value: 1) == "\(sign) is not supported for \(field)")
  }

  @Test func `An unknown operator is rejected`() {
    #expect(refusal(field: "name", comparison: "=~", value: "x") == "=~ is not a valid operator")
    #expect(refusal(field: "name", comparison: "AND", value: "x") == "AND is not a valid operator")
  }

  @Test(
    arguments: [
      ("name", "=", ["x"], "a string"), ("name", "~", .null, "a string"), ("name", "IN", "x", "an array"),
      ("age", "=", "old", "a number"), ("age", ">", .null, "a number"), ("age", "=", [:], "a number"),
      ("age", "=", "nan", "a number"), ("age", "=", 9.3e18, "an integer of at most 64 bits"),
      ("age", "IN", ["-9223372036854775809"], "an integer of at most 64 bits"), ("tame", "=", "yes", "a boolean"),
      ("tame", "=", 2, "a boolean"),
      ("hatched_at", "=", "today", "a number"), ("hatched_at", "=", 1e300, "a Unix timestamp in seconds"),
      ("pirate_id", "=", .null, "a string"), ("words", ">", "many", "a number"),
    ] as [(String, String, JSON, String)])
  func `A value of another type is rejected`(field: String, sign: String, value: JSON, expected: String) {
    #expect(refusal(field: field, comparison: sign, value: value) == "value for \(field) must be \(expected)")
  }

  @Test func `Groups may be nested two deep and contain fifteen filters`() {
    let filter: JSON = ["field": "age", "operator": "=", "value": 1]
    func nested(_ json: JSON) -> JSON { ["operator": "AND", "value": [json]] }
    #expect(refusal(of: ["query": nested(nested(filter))]) == nil)
    #expect(
      refusal(of: ["query": nested(nested(nested(filter)))])?.message == "query may be nested at most 2 levels deep")
    let fifteen = Array(repeating: filter, count: 15)
    #expect(refusal(of: ["query": ["operator": "OR", "value": .array(fifteen)]]) == nil)
    #expect(
      refusal(of: ["query": ["operator": "OR", "value": .array(fifteen + [filter])]])?.message
        == "a group may have at most 15 filters")
    #expect(refusal(of: ["query": ["operator": "AND", "value": 1]])?.message == "value of a group must be an array")
  }

  @Test func `Invalid paging in the body is rejected`() {
    func pagingRefusal(for json: JSON) -> APIError? { refusal(of: ["query": Self.matchAll, "pagination": json]) }
    #expect(pagingRefusal(for: "all") == APIError.parameterInvalid("pagination must be an object"))
    #expect(pagingRefusal(for: ["per_page": "many"]) == APIError.parameterInvalid("per_page must be an integer"))
    #expect(pagingRefusal(for: ["page": 1e18]) == APIError.parameterInvalid("page must be an integer"))
    #expect(pagingRefusal(for: ["page": [:]]) == APIError.parameterInvalid("page must be an integer"))
    #expect(pagingRefusal(for: ["starting_after": 5]) == APIError.parameterInvalid("starting_after must be a string"))
    #expect(pagingRefusal(for: ["starting_after": "here"]) == APIError.invalidCursor)
    #expect(pagingRefusal(for: ["per_page": "2", "starting_after": nil]) == nil)
  }

  @Test func `An invalid sort is rejected`() {
    func sortRefusal(for json: JSON) -> APIError? { refusal(of: ["query": Self.matchAll, "sort": json]) }
    #expect(sortRefusal(for: "age") == APIError.parameterInvalid("sort must be an object"))
    #expect(sortRefusal(for: ["field": "beak"])?.code == "invalid_field")
    #expect(sortRefusal(for: ["field": 3])?.message == "3 is not a valid search field")
    #expect(sortRefusal(for: ["field": "pirate_id"])?.code == "invalid_field")
    #expect(sortRefusal(for: ["field": "age", "order": "upwards"]) == nil)
  }
}
