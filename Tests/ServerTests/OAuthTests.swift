import HTTPTypes
import JSON
import Testing

@testable import Server

/// Consent, code, token, and the end of it (api-behaviour.md, 10).
@Suite struct OAuthTests {
  private let fixture = SampleServerFixture()
  private let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

  /// The code that the redirect carries.
  private func code(for client: String = "app") -> String {
    let answer = fixture.send(
      .get, to: "/oauth?client_id=\(client)&redirect_uri=http%3A%2F%2Flocalhost%2Fback&state=a%20b&approve=1",
      fields: [:])
    let location = answer["location"] ?? ""
    #expect(answer.status == 302 && location.hasPrefix("http://localhost/back?code="))
    #expect(location.hasSuffix("&state=a%20b"))
    return String(location.drop { $0 != "=" }.dropFirst().prefix { $0 != "&" })
  }

  private func exchange(code: String, client: String = "app", fields: HTTPFields = [:]) -> ClientResponse {
    fixture.send(
      .post, to: "/auth/eagle/token", fields: [:],
      body: #"{"code":"\#(code)","client_id":"\#(client)","client_secret":"s"}"#)
  }

  @Test func `A code is exchanged for a token, as JSON or as a form`() throws {
    let answer = exchange(code: code())
    #expect(answer.status == 200 && answer.json["token_type"] == "Bearer")
    let token = try #require(answer.json["access_token"]?.string)
    #expect(answer.json["token"]?.string == token)
    #expect(fixture.get("/boats", token: token).status == 200)
    let second = fixture.send(
      .post, to: "/auth/eagle/token", fields: form, body: "code=\(code())&client_id=app&client_secret=s&grant_type=x")
    #expect(second.status == 200 && second.json["token"]?.string != token)
  }

  @Test func `A token opens the workspace that its client names, else the default one`() throws {
    _ = fixture.post(to: "/boats", body: #"{"name":"Argo"}"#, token: "suite-1")
    _ = fixture.post(to: "/boats", body: #"{"name":"Ark"}"#, token: Tenants.defaultToken)
    for (client, boat) in [("suite-1", "Argo"), ("nobody", "Ark")] {
      let token = try #require(exchange(code: code(for: client), client: client).json["token"]?.string)
      #expect(fixture.get("/boats/1", token: token).json["name"]?.string == boat)
    }
  }

  @Test func `A code serves once, for its own client, and not for long`() {
    let (used, foreign, old) = (code(), code(), code())
    #expect(exchange(code: used).status == 200)
    #expect(
      exchange(code: used).refusal == "400 parameter_invalid: code is none that was given out, or was exchanged already"
    )
    #expect(exchange(code: foreign, client: "other").refusal == "400 parameter_invalid: client_id is not the code's")
    fixture.server.tenants.existing(Tenants.defaultToken)?.workspace.clock.advance(bySeconds: 301)
    #expect(exchange(code: old).refusal == "400 parameter_invalid: code is older than 5 minutes")
  }

  @Test(arguments: ["code", "client_id", "client_secret"]) func `Each parameter of the token exchange is required`(
    name: String
  ) {
    let body = ["code", "client_id", "client_secret"].filter { $0 != name }.map { "\($0)=x" }.joined(separator: "&")
    let answer = fixture.send(.post, to: "/auth/eagle/token", fields: form, body: body)
    #expect(answer.refusal == "400 parameter_not_found: \(name) is a required parameter")
  }

  @Test func `Uninstalling revokes the token, and only one of OAuth can be`() throws {
    let token = try #require(exchange(code: code()).json["token"]?.string)
    func uninstall(token: String) -> ClientResponse { fixture.post(to: "/auth/uninstall", body: "", token: token) }
    #expect(uninstall(token: token).status == 200)
    #expect(fixture.get("/boats", token: token).refusal == "401 token_revoked: Access Token Revoked")
    #expect(uninstall(token: token).status == 401)
    #expect(uninstall(token: "token").status == 403)
    #expect(fixture.send(.post, to: "/auth/uninstall", fields: [:]).status == 401)
  }

  @Test func `The consent page links to the redirect and escapes its parameters`() {
    let page = fixture.send(.get, to: "/oauth?client_id=%3Cb%3E&redirect_uri=http%3A%2F%2Flocalhost", fields: [:])
    #expect(page["content-type"] == "text/html; charset=utf-8")
    #expect(page.body.contains("&lt;b&gt;") && !page.body.contains("<b><b>"))
    #expect(page.body.contains("redirect_uri=http%3A%2F%2Flocalhost&amp;approve=1"))
  }
}
