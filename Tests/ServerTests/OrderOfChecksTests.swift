import HTTPTypes
import Testing

@testable import Server

/// A request that is wrong in several ways is refused for the first of them, in this order.
@Suite struct CheckOrderTests {
  private static let expectedErrors: [(HTTPFields, String)] = [
    ([:], "401 unauthorized"),
    ([.authorization: "Bearer revoked"], "401 token_revoked"),
    ([.authorization: "Bearer ok"], "400 intercom_version_invalid"),
    ([.authorization: "Bearer ok", .intercomVersion: "2.14"], "406 media_type_not_acceptable"),
    ([.authorization: "Bearer no-plan", .intercomVersion: "2.14"], "406 media_type_not_acceptable"),
  ]

  @Test(arguments: Self.expectedErrors.indices) func `The token, then the version, then the media type`(row: Int) {
    var fields = Self.expectedErrors[row].0
    if fields[.intercomVersion] == nil { fields[.intercomVersion] = "9.9" }
    fields[.accept] = "text/html"
    #expect(
      SampleServerFixture().send(.get, to: "/nowhere", fields: fields).refusal.hasPrefix(Self.expectedErrors[row].1))
  }

  @Test func `Then the route, then the scope, then the body, then the handler`() {
    let harbour = SampleServerFixture()
    func refusal(token: String, target: String, body: String) -> String {
      String(harbour.post(to: target, body: body, token: token).refusal.prefix { $0 != ":" })
    }
    #expect(refusal(token: "no-scope", target: "/nowhere", body: "{") == "404 not_found")
    #expect(refusal(token: "no-scope", target: "/boats/1/sink", body: "{") == "403 forbidden")
    #expect(refusal(token: "ok", target: "/boats/1/sink", body: "{") == "400 parameter_invalid")
    #expect(refusal(token: "ok", target: "/boats/1/sink", body: "{}") == "500 server_error")
  }

  @Test func `An unknown version is refused, and echoed`() {
    let answer = SampleServerFixture().get("/boats", fields: [.intercomVersion: "9.9"])
    #expect(answer.refusal == "400 intercom_version_invalid: The requested version could not be found")
    #expect(answer["intercom-version"] == "9.9")
  }

  @Test func `An operation of another version is a wrong version, one of none is not found`() {
    let harbour = SampleServerFixture()
    #expect(
      harbour.get("/boats/1/crew", fields: [.intercomVersion: "2.14"]).refusal
        == "400 intercom_version_invalid: Requested resource is not available in current API version.")
    #expect(harbour.get("/boats/1/crew", fields: [.intercomVersion: "2.15"]).status == 200)
    #expect(harbour.get("/boats/1/cargo").refusal == "404 not_found: Resource Not Found")
  }

  @Test func `A method that a path does not have is a 404 with a hint`() {
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
  func `Every way to ask for JSON is good`(accept: String?) {
    let more: HTTPFields = accept.map { [.accept: $0] } ?? [:]
    #expect(SampleServerFixture().get("/boats", fields: more).status == 200)
  }

  @Test(arguments: ["text/html", "application/xml", "image/*", "application/jsonp"])
  func `A client that takes no JSON is refused without a request id in the body`(accept: String) {
    let answer = SampleServerFixture().get("/boats", fields: [.accept: accept])
    #expect(
      answer.refusal
        == "406 media_type_not_acceptable: The Accept header should send a media type of application/json")
    #expect(answer.json["request_id"] == nil)
  }

  @Test func `The default version serves requests that name none`() {
    let harbour = SampleServerFixture { $0.settings.defaultVersion = .v2_15 }
    #expect(harbour.get("/boats/1/crew")["intercom-version"] == "2.15")
    #expect(harbour.get("/boats", fields: [.intercomVersion: "Unstable"])["intercom-version"] == "Unstable")
    #expect(harbour.get("/boats", fields: [.intercomVersion: "1.0"])["intercom-version"] == "1.0")
    #expect(harbour.get("/boats", fields: [.intercomVersion: ""])["intercom-version"] == "2.15")
  }
}
