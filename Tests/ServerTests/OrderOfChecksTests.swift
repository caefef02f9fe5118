import HTTPTypes
import Testing

@testable import Server

/// A request that is wrong in several ways is refused for the first of them, in this order.
@Suite struct OrderOfChecksTests {
  private static let wrongs: [(HTTPFields, String)] = [
    ([:], "401 unauthorized"),
    ([.authorization: "Bearer revoked"], "401 token_revoked"),
    ([.authorization: "Bearer ok"], "400 intercom_version_invalid"),
    ([.authorization: "Bearer ok", .intercomVersion: "2.14"], "406 media_type_not_acceptable"),
    ([.authorization: "Bearer no-plan", .intercomVersion: "2.14"], "406 media_type_not_acceptable"),
  ]

  @Test(arguments: Self.wrongs.indices) func `The token, then the version, then the media type`(row: Int) {
    var fields = Self.wrongs[row].0
    if fields[.intercomVersion] == nil { fields[.intercomVersion] = "9.9" }
    fields[.accept] = "text/html"
    #expect(Harbour().ask(.get, "/nowhere", fields).refusal.hasPrefix(Self.wrongs[row].1))
  }

  @Test func `Then the route, then the scope, then the body, then the handler`() {
    let harbour = Harbour()
    func refusal(_ token: String, _ target: String, _ body: String) -> String {
      String(harbour.post(target, body, token: token).refusal.prefix { $0 != ":" })
    }
    #expect(refusal("no-scope", "/nowhere", "{") == "404 not_found")
    #expect(refusal("no-scope", "/boats/1/sink", "{") == "403 forbidden")
    #expect(refusal("ok", "/boats/1/sink", "{") == "400 parameter_invalid")
    #expect(refusal("ok", "/boats/1/sink", "{}") == "500 server_error")
  }

  @Test func `An unknown version is refused, and echoed`() {
    let answer = Harbour().get("/boats", [.intercomVersion: "9.9"])
    #expect(answer.refusal == "400 intercom_version_invalid: The requested version could not be found")
    #expect(answer["intercom-version"] == "9.9")
  }

  @Test func `An operation of another version is a wrong version, one of none is not found`() {
    let harbour = Harbour()
    #expect(
      harbour.get("/boats/1/crew", [.intercomVersion: "2.14"]).refusal
        == "400 intercom_version_invalid: Requested resource is not available in current API version.")
    #expect(harbour.get("/boats/1/crew", [.intercomVersion: "2.15"]).status == 200)
    #expect(harbour.get("/boats/1/cargo").refusal == "404 not_found: Resource Not Found")
  }

  @Test func `A method that a path does not have is a 404 with a hint`() {
    let answer = Harbour().ask(.put, "/boats/1", [.authorization: "Bearer token"])
    #expect(answer.refusal == "404 not_found: Resource Not Found")
    #expect(answer["x-mock-hint"] == "this path has DELETE, GET only")
    #expect(answer["cache-control"] == "no-cache")
    #expect(Harbour().get("/nowhere")["x-mock-hint"] == "no operation has this path; GET /_mock/operations lists them")
  }

  @Test(
    arguments: [
      nil, "", "application/json", "*/*", "application/*", "text/html, application/json;q=0.9",
      "application/vnd.intercom.3+json", "APPLICATION/JSON; charset=utf-8", " */* ",
    ])
  func `Every way to ask for JSON is good`(accept: String?) {
    let more: HTTPFields = accept.map { [.accept: $0] } ?? [:]
    #expect(Harbour().get("/boats", more).status == 200)
  }

  @Test(arguments: ["text/html", "application/xml", "image/*", "application/jsonp"])
  func `A client that takes no JSON is refused without a request id in the body`(accept: String) {
    let answer = Harbour().get("/boats", [.accept: accept])
    #expect(
      answer.refusal
        == "406 media_type_not_acceptable: The Accept header should send a media type of application/json")
    #expect(answer.json["request_id"] == nil)
  }

  @Test func `The default version serves requests that name none`() {
    let harbour = Harbour { $0.settings.defaultVersion = .v2_15 }
    #expect(harbour.get("/boats/1/crew")["intercom-version"] == "2.15")
    #expect(harbour.get("/boats", [.intercomVersion: "Unstable"])["intercom-version"] == "Unstable")
    #expect(harbour.get("/boats", [.intercomVersion: "1.0"])["intercom-version"] == "1.0")
    #expect(harbour.get("/boats", [.intercomVersion: ""])["intercom-version"] == "2.15")
  }
}
