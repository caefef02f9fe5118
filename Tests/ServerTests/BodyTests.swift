import HTTPTypes
import Testing

@testable import Server

@Suite struct RequestBodyTests {
  private let fixture = SampleServerFixture()

  @Test(arguments: ["", "{}", "[]", " [ ] ", "\n{ }\n"]) func `Nothing and an empty list mean an empty object`(
    body: String
  ) {
    #expect(fixture.post(to: "/boats/echo", body: body).body == "{}")
  }

  @Test func `Members come to the handler in their order, with their types`() {
    let body = #"{"z":1,"a":1.0,"n":null,"t":"é","l":[{}]}"#
    #expect(fixture.post(to: "/boats/echo", body: body).body == body)
  }

  @Test(arguments: ["[1]", "\"text\"", "3", "null", "true", "[[]]"]) func `Any other value is refused`(body: String) {
    #expect(
      fixture.post(to: "/boats/echo", body: body).refusal
        == "400 parameter_invalid: The request body must be a JSON object")
  }

  @Test(arguments: ["{", "{\"a\":}", "{\"a\" 1}", "{'a':1}", "{}x", "\u{1}", "{\"a\":\"\n\"}", "name=Argo", "   "])
  func `What is no JSON is refused with its place, and nothing is stored`(body: String) {
    let refusal = fixture.post(to: "/boats", body: body).refusal
    #expect(refusal.hasPrefix("400 parameter_invalid: The request body is not valid JSON: "), "\(refusal)")
    #expect(refusal.contains(" at line "))
    #expect(fixture.get("/boats").json["data"] == [])
  }

  @Test func `Bytes that are no UTF-8 and nesting without end are refused`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(fixture.post(to: "/boats/echo", body: "{\"a\":\(deep)").status == 400)
    #expect(throws: (any Error).self) { try RequestBody.object([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]) }
  }

  @Test func `The body of a GET is not looked at`() {
    #expect(fixture.send(.get, to: "/boats", fields: [.authorization: "Bearer token"], body: "{").status == 200)
  }
}
