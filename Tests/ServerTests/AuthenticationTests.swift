import API
import HTTPMessage
import HTTPTypes
import Testing

@testable import Server

@Suite struct AuthenticationTests {
  private func token(from field: String?) -> String? {
    let fields: HTTPFields = field.map { [.authorization: $0] } ?? [:]
    return Authentication.token(of: Request(method: .get, target: "/", fields: ReceivedFields(fields)))
  }

  @Test func `A token comes as Bearer, whatever the scheme's case`() {
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
  func `Without a token in it, a field is as good as none`(field: String?) {
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
  func `Each failure is one preset token away`(token: String, refusal: String) {
    #expect(SampleServerFixture().get("/boats", token: token).refusal == refusal)
  }

  @Test func `A token that may only read reads and searches, and writes nothing`() {
    let harbour = SampleServerFixture()
    #expect(harbour.get("/boats", token: "read-only").status == 200)
    #expect(harbour.post(to: "/boats/search", body: "{}", token: "read-only").status == 200)
    #expect(
      harbour.post(to: "/boats", body: "{}", token: "read-only").refusal
        == "403 forbidden: You do not have the required scope (write_boats) to access this resource")
  }

  @Test func `A listed token opens its workspace, as its admin, with its scopes`() {
    let harbour = SampleServerFixture(tokens: [
      Token("ada", workspace: "ship", adminID: "7"), Token("bram", workspace: "ship", scopes: ["read_boats"]),
    ])
    #expect(harbour.get("/captain", token: "ada").json == ["id": "7"])
    #expect(harbour.get("/captain", token: "someone").json == ["id": nil])
    #expect(harbour.post(to: "/boats", body: #"{"name":"Argo"}"#, token: "ada").status == 200)
    #expect(harbour.get("/boats/1", token: "bram").json["name"] == "Argo")
    #expect(harbour.post(to: "/boats", body: "{}", token: "bram").status == 403)
    #expect(harbour.get("/captain", token: "bram").status == 403)
  }

  @Test func `When only listed tokens are let in, others are not, but for the default one`() {
    let harbour = SampleServerFixture(configure: { $0.onlyListedTokens = true }, tokens: [Token("ada")])
    #expect(harbour.get("/boats", token: "ada").status == 200)
    #expect(harbour.get("/boats", token: Tenants.defaultToken).status == 200)
    #expect(harbour.get("/boats", token: "eve").refusal == "401 unauthorized: Access Token Invalid")
  }

  @Test(
    arguments: [
      (#"[{"workspace":"x"}]"#, "tokens.json:1, field token: expected a string"),
      ("[\n{\"token\":\"a\",\"refused\":\"sold\"}]", "tokens.json:2: record a, field refused: expected one of invalid"),
      ("[", "tokens.json:1: "),
    ])
  func `A file of tokens that does not fit is refused by line and field`(text: String, expected: String) {
    do {
      _ = try Token.parse(FixtureLoader.File(path: "tokens.json", name: "access_tokens", bytes: Array(text.utf8)))
      Issue.record("accepted")
    } catch {
      #expect("\(error)".hasPrefix(expected), "\(error)")
    }
  }

  @Test func `A file of tokens may name admins by number and may refuse`() throws {
    let text =
      #"[{"token":"a","admin_id":7,"scopes":["read_boats"],"refused":"no-plan","workspace":"w"},{"token":"b"}]"#
    let tokens = try Token.parse(FixtureLoader.File(path: "t", name: "access_tokens", bytes: Array(text.utf8)))
    #expect(tokens.map(\.token) == ["a", "b"])
    #expect(tokens[0].adminID == "7")
    #expect(tokens[0].refused == .noPlan)
    #expect(tokens[0].workspace == "w")
    #expect(tokens[1].scopes == nil)
  }
}
