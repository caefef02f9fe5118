import API
import HTTPMessage
import HTTPTypes
import JSON
import Testing
@testable import Intercom
@testable import MockServer

@Suite struct AuthenticationTests {
  private func token(from field: String?) -> String? {
    let fields: HTTPFields = field.map { [.authorization: $0] } ?? [:]
    return Authentication.token(of: Request(method: .get, target: "/", fields: ReceivedFields(fields)))
  }

  @Test func `A token is accepted as Bearer, in any case of the scheme`() {
    #expect(token(from: "Bearer abc") == "abc")
    #expect(token(from: "bearer abc") == "abc")
    #expect(token(from: "BEARER   abc") == "abc")
    #expect(token(from: "Bearer dG9rOjEyMw==") == "dG9rOjEyMw==")
  }

  @Test func `A token may be the user name of Basic`() {
    #expect(token(from: "Basic \(Base64.encode(Array("abc:".utf8)))") == "abc")
    #expect(token(from: "basic \(Base64.encode(Array("abc:secret".utf8)))") == "abc")
    #expect(token(from: "Basic \(Base64.encode(Array("abc".utf8)))") == "abc")
  }

  @Test(arguments: [nil, "", "abc", "Bearer", "Bearer ", "Digest abc", "Basic", "Basic !", "Basic Og==", "Bearerabc"])
  func `A field without a token is the same as a missing field`(field: String?) {
    #expect(token(from: field) == nil)
    let fields: HTTPFields = field.map { [.authorization: $0] } ?? [:]
    let answer = SampleServerFixture().send(.get, to: "/boats", fields: fields)
    #expect(answer.refusal == "401 unauthorized: Access Token Invalid")
    #expect(answer["x-ratelimit-limit"] == nil)
  }

  @Test(
    arguments: [
      ("invalid", "401 unauthorized: Access Token Invalid"),
      ("revoked", "401 token_revoked: Access Token Revoked"),
      ("suspended", "401 token_suspended: Unauthorized token, suspended application"),
      ("blocked", "401 token_blocked: Access Token Blocked"),
      ("no-plan", "403 api_plan_restricted: Active subscription needed."),
      ("no-scope", "403 forbidden: You do not have the required scope (read_boats) to access this resource"),
    ])
  func `Each preset token causes its failure`(token: String, refusal: String) {
    #expect(SampleServerFixture().get("/boats", token: token).refusal == refusal)
  }

  @Test func `A read-only token may read and search but not write`() {
    let fixture = SampleServerFixture()
    #expect(fixture.get("/boats", token: "read-only").status == 200)
    #expect(fixture.post(to: "/boats/search", body: "{}", token: "read-only").status == 200)
    #expect(
      fixture.post(to: "/boats", body: "{}", token: "read-only").refusal
        == "403 forbidden: You do not have the required scope (write_boats) to access this resource")
  }

  @Test func `A listed token selects its workspace, admin and scopes`() {
    let fixture = SampleServerFixture(tokens: [
      AccessToken(token: "ada", workspace: "ship", adminID: "7"),
      AccessToken(token: "bram", workspace: "ship", scopes: ["read_boats"]),
    ])
    #expect(fixture.get("/captain", token: "ada").json == ["id": "7"])
    #expect(fixture.get("/captain", token: "someone").json == ["id": nil])
    #expect(fixture.post(to: "/boats", body: #"{"name":"Argo"}"#, token: "ada").status == 200)
    #expect(fixture.get("/boats/1", token: "bram").json["name"] == "Argo")
    #expect(fixture.post(to: "/boats", body: "{}", token: "bram").status == 403)
    #expect(fixture.get("/captain", token: "bram").status == 403)
  }

  @Test func `If only listed tokens are accepted, all others except the default token are rejected`() {
    let fixture = SampleServerFixture(tokens: [AccessToken(token: "ada")], onlyListedTokens: true)
    #expect(fixture.get("/boats", token: "ada").status == 200)
    #expect(fixture.get("/boats", token: IntercomEdge.defaultToken).status == 200)
    #expect(fixture.get("/boats", token: "eve").refusal == "401 unauthorized: Access Token Invalid")
  }

  @Test(
    arguments: [
      (#"[{"workspace":"x"}]"#, "tokens.json:1, field token: expected a string"),
      ("[\n{\"token\":\"a\",\"refused\":\"sold\"}]", "tokens.json:2: record a, field refused: expected one of invalid"),
      ("[", "tokens.json:1: "),
    ])
  func `The error for an invalid tokens file names line and field`(text: String, expected: String) {
    do {
      _ = try AccessToken.parse(FixtureLoader.File(path: "tokens.json", name: "access_tokens", bytes: Array(text.utf8)))
      Issue.record("accepted")
    } catch {
      #expect("\(error)".hasPrefix(expected), "\(error)")
    }
  }

  @Test func `A tokens file may name admins by number and may reject tokens`() throws {
    let text =
      #"[{"token":"a","admin_id":7,"scopes":["read_boats"],"refused":"no-plan","workspace":"w"},{"token":"b"}]"#
    let tokens = try AccessToken.parse(FixtureLoader.File(path: "t", name: "access_tokens", bytes: Array(text.utf8)))
    #expect(tokens.map(\.token) == ["a", "b"])
    #expect(tokens[0].adminID == "7")
    #expect(tokens[0].refused == .noPlan)
    #expect(tokens[0].workspace == "w")
    #expect(tokens[1].scopes == nil)
  }
}

/// OAuth: consent, code, token and revocation (Documentation.docc/Requests-and-Responses.md, "OAuth").
@Suite struct OAuthTests {
  private let fixture = SampleServerFixture()
  private let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

  /// The code in the redirect URL.
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

  @Test func `A token belongs to the workspace that its client names, by default to the default workspace`() throws {
    _ = fixture.post(to: "/boats", body: #"{"name":"Argo"}"#, token: "suite-1")
    _ = fixture.post(to: "/boats", body: #"{"name":"Ark"}"#, token: IntercomEdge.defaultToken)
    for (client, boat) in [("suite-1", "Argo"), ("nobody", "Ark")] {
      let token = try #require(exchange(code: code(for: client), client: client).json["token"]?.string)
      #expect(fixture.get("/boats/1", token: token).json["name"]?.string == boat)
    }
  }

  @Test func `A code is valid once, for its client, and for a limited time`() {
    let (used, foreign, old) = (code(), code(), code())
    #expect(exchange(code: used).status == 200)
    #expect(
      exchange(code: used).refusal == "400 parameter_invalid: code is unknown or was exchanged already"
    )
    #expect(
      exchange(code: foreign, client: "other").refusal == "400 parameter_invalid: client_id does not belong to the code"
    )
    fixture.server.sessions.session(named: IntercomEdge.defaultToken)?.workspace.clock.advance(
      bySeconds: 301)
    #expect(exchange(code: old).refusal == "400 parameter_invalid: code is older than 5 minutes")
  }

  @Test(arguments: ["code", "client_id", "client_secret"]) func `Each parameter of the token exchange is required`(
    name: String
  ) {
    let body = ["code", "client_id", "client_secret"].filter { $0 != name }.map { "\($0)=x" }.joined(separator: "&")
    let answer = fixture.send(.post, to: "/auth/eagle/token", fields: form, body: body)
    #expect(answer.refusal == "400 parameter_not_found: \(name) is a required parameter")
  }

  @Test func `Uninstalling revokes the token, and only tokens from OAuth can be revoked`() throws {
    let token = try #require(exchange(code: code()).json["token"]?.string)
    func uninstall(token: String) -> ClientResponse { fixture.post(to: "/auth/uninstall", body: "", token: token) }
    #expect(uninstall(token: token).status == 200)
    #expect(fixture.get("/boats", token: token).refusal == "401 token_revoked: Access Token Revoked")
    #expect(uninstall(token: token).status == 401)
    #expect(uninstall(token: "token").status == 403)
    #expect(fixture.send(.post, to: "/auth/uninstall", fields: [:]).status == 401)
  }

  @Test func `A reset of all workspaces makes issued tokens invalid, instead of workspaces of their own`() throws {
    let token = try #require(exchange(code: code()).json["token"]?.string)
    fixture.server.resetAllWorkspaces()
    #expect(fixture.get("/boats", token: token).refusal == "401 unauthorized: Access Token Invalid")
    #expect(fixture.server.sessions.names.isEmpty)
    let next = try #require(exchange(code: code()).json["token"]?.string)
    #expect(fixture.get("/boats", token: next).status == 200)
  }

  @Test func `The body of a request is not needed to refuse its token`() {
    func refuses(_ method: HTTPRequest.Method, _ target: String, token: String?) -> Bool {
      let fields: HTTPFields = token.map { [.authorization: "Bearer \($0)"] } ?? [:]
      return fixture.server.refusesWithoutBody(
        Request(method: method, target: target, fields: ReceivedFields(fields)))
    }
    #expect(refuses(.post, "/boats", token: "revoked"))
    #expect(refuses(.post, "/boats", token: nil))
    #expect(!refuses(.post, "/boats", token: "any"))
    #expect(!refuses(.post, "/auth/eagle/token", token: nil))
    #expect(!refuses(.post, "/_mock/reset", token: nil))
  }

  @Test func `The consent page links to the redirect and escapes its parameters`() {
    let page = fixture.send(.get, to: "/oauth?client_id=%3Cb%3E&redirect_uri=http%3A%2F%2Flocalhost", fields: [:])
    #expect(page["content-type"] == "text/html; charset=utf-8")
    #expect(page.body.contains("&lt;b&gt;") && !page.body.contains("<b><b>"))
    #expect(page.body.contains("redirect_uri=http%3A%2F%2Flocalhost&amp;approve=1"))
  }
}
