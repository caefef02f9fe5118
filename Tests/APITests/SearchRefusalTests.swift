import API
import JSON
import Testing

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

  @Test func `An unknown field is named`() {
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
  func `An operator that the field's type does not have is refused`(field: String, sign: String) {
    #expect(refusal(field: field, comparison: sign, value: 1) == "\(sign) is not supported for \(field)")
  }

  @Test func `An unknown operator is refused`() {
    #expect(refusal(field: "name", comparison: "=~", value: "x") == "=~ is not a valid operator")
    #expect(refusal(field: "name", comparison: "AND", value: "x") == "AND is not a valid operator")
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
    #expect(refusal(field: field, comparison: sign, value: value) == "value for \(field) must be \(expected)")
  }

  @Test func `Groups may be two deep and fifteen wide`() {
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

  @Test func `Paging in the body is checked`() {
    func pagingRefusal(for json: JSON) -> APIError? { refusal(of: ["query": Self.matchAll, "pagination": json]) }
    #expect(pagingRefusal(for: "all") == APIError.parameterInvalid("pagination must be an object"))
    #expect(pagingRefusal(for: ["per_page": "many"]) == APIError.parameterInvalid("per_page must be an integer"))
    #expect(pagingRefusal(for: ["page": 1e18]) == APIError.parameterInvalid("page must be an integer"))
    #expect(pagingRefusal(for: ["page": [:]]) == APIError.parameterInvalid("page must be an integer"))
    #expect(pagingRefusal(for: ["starting_after": 5]) == APIError.parameterInvalid("starting_after must be a string"))
    #expect(pagingRefusal(for: ["starting_after": "here"]) == APIError.invalidCursor)
    #expect(pagingRefusal(for: ["per_page": "2", "starting_after": nil]) == nil)
  }

  @Test func `A sort is checked`() {
    func sortRefusal(for json: JSON) -> APIError? { refusal(of: ["query": Self.matchAll, "sort": json]) }
    #expect(sortRefusal(for: "age") == APIError.parameterInvalid("sort must be an object"))
    #expect(sortRefusal(for: ["field": "beak"])?.code == "invalid_field")
    #expect(sortRefusal(for: ["field": 3])?.message == "3 is not a valid search field")
    #expect(sortRefusal(for: ["field": "pirate_id"])?.code == "invalid_field")
    #expect(sortRefusal(for: ["field": "age", "order": "upwards"]) == nil)
  }
}
