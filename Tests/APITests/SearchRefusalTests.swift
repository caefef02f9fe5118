import API
import JSON
import Testing

@Suite struct SearchRefusalTests {
  private let aviary = Aviary()

  private func refusal(_ body: JSONObject, version: APIVersion = .preview) -> APIError? {
    do {
      _ = try aviary.ask(.post, "/parrots/search", body, version: version)
      return nil
    } catch {
      return error as? APIError
    }
  }

  private func refusal(_ field: String, _ sign: String, _ value: JSON) -> String? {
    refusal(["query": ["field": .string(field), "operator": .string(sign), "value": value]])?.message
  }

  private static let everything: JSON = ["operator": "AND", "value": []]

  @Test func `A search must have a query, and it must be an object`() {
    #expect(refusal([:]) == APIError.parameterMissing("query is a required parameter"))
    #expect(refusal(["query": nil]) == APIError.parameterMissing("query is a required parameter"))
    #expect(refusal(["query": "name"]) == APIError.parameterInvalid("query must be an object"))
    #expect(refusal(["query": [:]]) == APIError.parameterInvalid("operator must be a string"))
    #expect(refusal(["query": ["operator": 3]]) == APIError.parameterInvalid("operator must be a string"))
  }

  @Test func `An unknown field is named`() {
    #expect(
      refusal(["query": ["field": "beak", "operator": "=", "value": 1]])
        == APIError(.badRequest, "invalid_field", "beak is not a valid search field"))
    #expect(refusal("beak.size", "=", 1) == "beak.size is not a valid search field")
    #expect(refusal("custom_attributes", "=", 1) == "custom_attributes is not a valid search field")
    #expect(refusal(["query": ["field": 3, "operator": "="]])?.message == "field must be a string")
  }

  @Test(
    arguments: [
      ("name", ">"), ("age", "~"), ("tame", ">"), ("hatched_at", "~"), ("hatched_at", "IN"), ("pirate_id", "IN"),
      ("words", "^"),
    ])
  func `An operator that the field's type does not have is refused`(field: String, sign: String) {
    #expect(refusal(field, sign, 1) == "\(sign) is not supported for \(field)")
  }

  @Test func `An operator that is none is refused`() {
    #expect(refusal("name", "=~", "x") == "=~ is not a valid operator")
    #expect(refusal("name", "AND", "x") == "AND is not a valid operator")
  }

  @Test(
    arguments: [
      ("name", "=", ["x"], "a string"), ("name", "~", .null, "a string"), ("name", "IN", "x", "an array"),
      ("age", "=", "old", "a number"), ("age", ">", .null, "a number"), ("age", "=", [:], "a number"),
      ("age", "=", "nan", "a number"), ("tame", "=", "yes", "a boolean"), ("tame", "=", 2, "a boolean"),
      ("hatched_at", "=", "today", "a number"), ("hatched_at", "=", 1e300, "a Unix timestamp in seconds"),
      ("pirate_id", "=", .null, "a string"), ("words", ">", "many", "a number"),
    ] as [(String, String, JSON, String)])
  func `A value of another type is refused`(field: String, sign: String, value: JSON, expected: String) {
    #expect(refusal(field, sign, value) == "value for \(field) must be \(expected)")
  }

  @Test func `Groups may be two deep and fifteen wide`() {
    let filter: JSON = ["field": "age", "operator": "=", "value": 1]
    func wrap(_ json: JSON) -> JSON { ["operator": "AND", "value": [json]] }
    #expect(refusal(["query": wrap(wrap(filter))]) == nil)
    #expect(refusal(["query": wrap(wrap(wrap(filter)))])?.message == "query may be nested at most 2 levels deep")
    let fifteen = Array(repeating: filter, count: 15)
    #expect(refusal(["query": ["operator": "OR", "value": .array(fifteen)]]) == nil)
    #expect(
      refusal(["query": ["operator": "OR", "value": .array(fifteen + [filter])]])?.message
        == "a group may have at most 15 filters")
    #expect(refusal(["query": ["operator": "AND", "value": 1]])?.message == "value of a group must be an array")
  }

  @Test func `Paging in the body is checked`() {
    func paging(_ json: JSON) -> APIError? { refusal(["query": Self.everything, "pagination": json]) }
    #expect(paging("all") == APIError.parameterInvalid("pagination must be an object"))
    #expect(paging(["per_page": "many"]) == APIError.parameterInvalid("per_page must be an integer"))
    #expect(paging(["page": 1e18]) == APIError.parameterInvalid("page must be an integer"))
    #expect(paging(["page": [:]]) == APIError.parameterInvalid("page must be an integer"))
    #expect(paging(["starting_after": 5]) == APIError.parameterInvalid("starting_after must be a string"))
    #expect(paging(["starting_after": "here"]) == APIError.badCursor)
    #expect(paging(["per_page": "2", "starting_after": nil]) == nil)
  }

  @Test func `A sort is checked`() {
    func sort(_ json: JSON) -> APIError? { refusal(["query": Self.everything, "sort": json]) }
    #expect(sort("age") == APIError.parameterInvalid("sort must be an object"))
    #expect(sort(["field": "beak"])?.code == "invalid_field")
    #expect(sort(["field": 3])?.message == "3 is not a valid search field")
    #expect(sort(["field": "pirate_id"])?.code == "invalid_field")
    #expect(sort(["field": "age", "order": "upwards"]) == nil)
  }
}
