import API
import HTTPMessage
import HTTPTypes
import JSON
import Testing
@testable import Intercom
@testable import MockServer

/// A request with several errors is rejected for the first one, in this order.
@Suite struct CheckOrderTests {
  private static let expectedErrors: [(HTTPFields, String)] = [
    ([:], "401 unauthorized"),
    ([.authorization: "Bearer revoked"], "401 token_revoked"),
    ([.authorization: "Bearer ok"], "400 intercom_version_invalid"),
    ([.authorization: "Bearer ok", .intercomVersion: "2.14"], "406 media_type_not_acceptable"),
    ([.authorization: "Bearer no-plan", .intercomVersion: "2.14"], "406 media_type_not_acceptable"),
  ]

  @Test(arguments: Self.expectedErrors.indices)
  func `The token is checked first, then the version, then the media type`(row: Int) {
    var fields = Self.expectedErrors[row].0
    if fields[.intercomVersion] == nil { fields[.intercomVersion] = "9.9" }
    fields[.accept] = "text/html"
    #expect(
      SampleServerFixture().send(.get, to: "/nowhere", fields: fields).refusal.hasPrefix(Self.expectedErrors[row].1))
  }

  @Test func `Then the route, the scope, the body and the handler are checked`() {
    let fixture = SampleServerFixture()
    func refusal(token: String, target: String, body: String) -> String {
      String(fixture.post(to: target, body: body, token: token).refusal.prefix { $0 != ":" })
    }
    #expect(refusal(token: "no-scope", target: "/nowhere", body: "{") == "404 not_found")
    #expect(refusal(token: "no-scope", target: "/boats/1/sink", body: "{") == "403 forbidden")
    #expect(refusal(token: "ok", target: "/boats/1/sink", body: "{") == "400 parameter_invalid")
    #expect(refusal(token: "ok", target: "/boats/1/sink", body: "{}") == "500 server_error")
  }

  @Test func `An unknown version is rejected, and the response repeats it`() {
    let answer = SampleServerFixture().get("/boats", fields: [.intercomVersion: "9.9"])
    #expect(answer.refusal == "400 intercom_version_invalid: The requested version could not be found")
    #expect(answer["intercom-version"] == "9.9")
  }

  @Test func `An operation of another version is a version error, and an unknown operation is not found`() {
    let fixture = SampleServerFixture()
    #expect(
      fixture.get("/boats/1/crew", fields: [.intercomVersion: "2.14"]).refusal
        == "400 intercom_version_invalid: Requested resource is not available in current API version")
    #expect(fixture.get("/boats/1/crew", fields: [.intercomVersion: "2.15"]).status == 200)
    #expect(fixture.get("/boats/1/cargo").refusal == "404 not_found: Resource Not Found")
  }

  @Test func `An unsupported method is a 404 with a hint`() {
    let answer = SampleServerFixture().send(.put, to: "/boats/1", fields: [.authorization: "Bearer token"])
    #expect(answer.refusal == "404 not_found: Resource Not Found")
    #expect(answer["x-mock-hint"] == "this path has DELETE, GET only")
    #expect(answer["cache-control"] == "no-cache")
    #expect(
      SampleServerFixture().get("/nowhere")["x-mock-hint"]
        == "no operation has this path; GET /_mock/operations lists them")
  }

  @Test(
    arguments: [
      nil, "", "application/json", "*/*", "application/*", "text/html, application/json;q=0.9",
      "application/vnd.intercom.3+json", "APPLICATION/JSON; charset=utf-8", " */* ",
    ])
  func `Every Accept that permits JSON is accepted`(accept: String?) {
    let more: HTTPFields = accept.map { [.accept: $0] } ?? [:]
    #expect(SampleServerFixture().get("/boats", fields: more).status == 200)
  }

  @Test(arguments: ["text/html", "application/xml", "image/*", "application/jsonp"])
  func `An Accept that excludes JSON is rejected without a request id in the body`(accept: String) {
    let answer = SampleServerFixture().get("/boats", fields: [.accept: accept])
    #expect(
      answer.refusal
        == "406 media_type_not_acceptable: The Accept header should send a media type of application/json")
    #expect(answer.json["request_id"] == nil)
  }

  @Test func `Requests without a version are served by the default version`() {
    let fixture = SampleServerFixture { $0.settings.defaultVersion = .v2_15 }
    #expect(fixture.get("/boats/1/crew")["intercom-version"] == "2.15")
    #expect(fixture.get("/boats", fields: [.intercomVersion: "Unstable"])["intercom-version"] == "Unstable")
    #expect(fixture.get("/boats", fields: [.intercomVersion: "1.0"])["intercom-version"] == "1.0")
    #expect(fixture.get("/boats", fields: [.intercomVersion: ""])["intercom-version"] == "2.15")
  }
}

@Suite struct RequestBodyTests {
  private let fixture = SampleServerFixture()

  @Test(arguments: ["", "{}", "[]", " [ ] ", "\n{ }\n"]) func `No body and an empty array mean an empty object`(
    body: String
  ) {
    #expect(fixture.post(to: "/boats/echo", body: body).body == "{}")
  }

  @Test func `The handler receives members in their order, with their types`() {
    let body = #"{"z":1,"a":1.0,"n":null,"t":"é","l":[{}]}"#
    #expect(fixture.post(to: "/boats/echo", body: body).body == body)
  }

  @Test(arguments: ["[1]", "\"text\"", "3", "null", "true", "[[]]"]) func `Any other JSON value is rejected`(
    body: String
  ) {
    #expect(
      fixture.post(to: "/boats/echo", body: body).refusal
        == "400 parameter_invalid: The request body must be a JSON object")
  }

  @Test(arguments: ["{", "{\"a\":}", "{\"a\" 1}", "{'a':1}", "{}x", "\u{1}", "{\"a\":\"\n\"}", "name=Argo", "   "])
  func `A JSON syntax error is reported with its position, and nothing is stored`(body: String) {
    let refusal = fixture.post(to: "/boats", body: body).refusal
    #expect(refusal.hasPrefix("400 parameter_invalid: The request body is not valid JSON: "), "\(refusal)")
    #expect(refusal.contains(" at line "))
    #expect(fixture.get("/boats").json["data"] == [])
  }

  @Test func `Invalid UTF-8 and excessive nesting are rejected`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(fixture.post(to: "/boats/echo", body: "{\"a\":\(deep)").status == 400)
    #expect(throws: (any Error).self) { try RequestBody.object(from: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]) }
  }

  @Test func `The body of a GET is ignored`() {
    #expect(fixture.send(.get, to: "/boats", fields: [.authorization: "Bearer token"], body: "{").status == 200)
  }
}

@Suite struct ErrorResponseTests {
  private let fixture = SampleServerFixture()

  private func errorBody(kind: String) -> JSON {
    var json = fixture.get("/refusals/\(kind)").json
    if json["request_id"]?.string?.count == 20 { json["request_id"] = "<id>" }
    return json
  }

  @Test func `An error list contains one error, with a request id that is present, null or absent`() {
    let errors: JSON = [["code": "data_invalid", "message": "It leaks", "field": "hull"]]
    #expect(errorBody(kind: "present") == ["type": "error.list", "request_id": "<id>", "errors": errors])
    #expect(errorBody(kind: "null") == ["type": "error.list", "request_id": nil, "errors": errors])
    #expect(errorBody(kind: "absent") == ["type": "error.list", "errors": errors])
    #expect(errorBody(kind: "raw") == ["oops": true])
  }

  @Test func `A message may be null, and an error may have header fields`() {
    #expect(errorBody(kind: "silent")["errors"] == [["code": "data_invalid", "message": nil, "field": "hull"]])
    let answer = fixture.get("/refusals/present")
    #expect(answer.status == 422)
    #expect(answer["location"] == "/boats/1")
    #expect(answer["status"] == "422 Unprocessable Content")
  }

  @Test func `Any other thrown error is a 500 with a request id, and the server continues`() {
    let answer = fixture.post(to: "/boats/1/sink", body: "{}")
    #expect(answer.refusal == "500 server_error: Server Error")
    #expect(answer.json["request_id"]?.string == answer["x-request-id"])
    #expect(fixture.get("/boats").status == 200)
  }

  @Test(
    arguments: [
      (.malformed("no colon in a field"), "400 bad_request: The request is malformed: no colon in a field"),
      (.timedOut, "408 request_timeout: The request was not complete in time"),
      (.bodyTooLarge(limit: 10), "413 client_error: The request body is larger than 10 bytes"),
      (.expectationFailed, "417 client_error: The only expectation that can be met is 100-continue"),
      (.headTooLarge(limit: 20), "431 client_error: The request head is larger than 20 bytes"),
      (.unsupportedTransferCoding, "501 client_error: The only transfer coding that is understood is chunked"),
      (.unsupportedVersion, "505 client_error: HTTP/1.0 and HTTP/1.1 are understood"),
    ] as [(RequestFailure, String)])
  func `A request that the transport rejects is answered with an error list, and the connection closes`(
    failure: RequestFailure, refusal: String
  ) {
    let response = fixture.server.respond(to: failure)
    let answer = ClientResponse(response)
    #expect(answer.refusal == refusal)
    #expect(response.closesConnection)
    #expect(answer.json["request_id"]?.string == answer["x-request-id"])
    #expect(answer["content-type"] == "application/json; charset=utf-8")
  }
}
