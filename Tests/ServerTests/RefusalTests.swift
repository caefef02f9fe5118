import HTTPMessage
import HTTPTypes
import JSON
import Testing

@testable import Server

@Suite struct ErrorResponseTests {
  private let fixture = SampleServerFixture()

  private func errorBody(kind: String) -> JSON {
    var json = fixture.get("/refusals/\(kind)").json
    if json["request_id"]?.string?.count == 20 { json["request_id"] = "<id>" }
    return json
  }

  @Test func `An error list stands around one error, with its request id present, null or absent`() {
    let errors: JSON = [["code": "data_invalid", "message": "It leaks", "field": "hull"]]
    #expect(errorBody(kind: "present") == ["type": "error.list", "request_id": "<id>", "errors": errors])
    #expect(errorBody(kind: "null") == ["type": "error.list", "request_id": nil, "errors": errors])
    #expect(errorBody(kind: "absent") == ["type": "error.list", "errors": errors])
    #expect(errorBody(kind: "raw") == ["oops": true])
  }

  @Test func `A message may be null, and a refusal may bring header fields`() {
    #expect(errorBody(kind: "silent")["errors"] == [["code": "data_invalid", "message": nil, "field": "hull"]])
    let answer = fixture.get("/refusals/present")
    #expect(answer.status == 422)
    #expect(answer["location"] == "/boats/1")
    #expect(answer["status"] == "422 Unprocessable Content")
  }

  @Test func `Anything else that is thrown is a 500 with a request id, and the server goes on`() {
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
  func `What the transport refuses is an error list too, and closes`(failure: RequestFailure, refusal: String) {
    let response = fixture.server.respond(to: failure)
    let answer = ClientResponse(response)
    #expect(answer.refusal == refusal)
    #expect(response.closesConnection)
    #expect(answer.json["request_id"]?.string == answer["x-request-id"])
    #expect(answer["content-type"] == "application/json; charset=utf-8")
  }
}
