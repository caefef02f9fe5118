import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Logging
import Testing
@testable import MockServer

/// Hosts, origins, the token of the control plane, and the type of its bodies.
@Suite struct AccessTests {
  private func fixture(
    tokens: [AccessToken] = [], onlyListed: Bool = false, _ change: (inout AccessPolicy) -> Void = { _ in }
  ) -> SampleServerFixture {
    SampleServerFixture(configure: { change(&$0.access) }, tokens: tokens, onlyListedTokens: onlyListed)
  }

  // MARK: Hosts

  @Test(arguments: [
    "", "127.0.0.1", "127.0.0.1:4020", "192.168.7.9", "127.1", "2130706433", "[::1]", "[::1]:4020",
    "[::ffff:127.0.0.1]:80", "localhost", "LOCALHOST:4020", "localhost.", "intercom", "intercom:4020", "my_mock",
    "api.localhost", "printer.local", "host.docker.internal:4020", "mock.test", "mock.tools.svc",
    "mock.tools.svc.cluster.local:80", "api.intercom.io", "api.eu.intercom.io:443", "api.au.intercom.io",
    "app.intercom.com", "user@localhost", ":4020",
  ])
  func `A host that no stranger can register is served`(host: String) {
    let fixture = fixture()
    fixture.host = host
    #expect(fixture.get("/boats").status == 200)
    #expect(fixture.get("/_mock/health").status == 200)
  }

  @Test(arguments: [
    "evil.example.com", "evil.example.com:4020", "EVIL.example.com.", "127.0.0.1.nip.io", "localhost.evil.com",
    "nottest.com",
    "evil-local.dev", "api.intercom.io.evil.com", "xapi.intercom.io", "intercom.io.evil", "local.evil",
    "127.0.0.1@evil.com", "evil.com@evil.com", "1.2.3.4.com", "localhost..", "a.b.c.d",
  ])
  func `Any other host is refused, with the option that allows it`(host: String) {
    let fixture = fixture()
    fixture.host = host
    let name = HostRule.host(of: host)
    for target in ["/boats", "/_mock/health", "/", "/oauth", "/nowhere"] {
      let answer = fixture.get(target)
      #expect(answer.status == 403 && answer.refusal.hasSuffix("start the server with --allow-host \(name)"))
    }
    #expect(fixture.send(.options, to: "/boats", fields: [.origin: "http://localhost"]).status == 403)
    #expect(fixture.server.sessions.names.isEmpty)
  }

  @Test func `A name is allowed exactly, and a name with a leading dot includes those below it`() {
    let fixture = fixture { $0.hosts = ["Mock.example.com", ".tools.example.com"] }
    func status(of host: String) -> Int {
      fixture.host = host
      return fixture.get("/boats").status
    }
    #expect(status(of: "mock.example.com:4020") == 200 && status(of: "a.mock.example.com") == 403)
    #expect(status(of: "a.b.tools.example.com") == 200 && status(of: "tools.example.com") == 200)
    #expect(status(of: "eviltools.example.com") == 403)
  }

  @Test func `A refused request is not recorded in a journal`() throws {
    let fixture = fixture()
    _ = fixture.get("/boats")
    fixture.host = "evil.example.com"
    _ = fixture.get("/boats")
    #expect(try fixture.server.sessions.openSession(named: "token").journal.entries().count == 1)
  }

  // MARK: Origins

  private static let secFetch = (
    site: HTTPField.Name("Sec-Fetch-Site") ?? .origin, mode: HTTPField.Name("Sec-Fetch-Mode") ?? .origin
  )

  @Test(arguments: [
    "http://evil.example.com", "http://127.0.0.1:9", "http://localhost", "https://intercom", "null", "x",
  ])
  func `A page of another origin may not use the control plane`(origin: String) {
    let fixture = fixture()
    for method in [HTTPRequest.Method.get, .post, .delete, .options] {
      let answer = fixture.send(method, to: "/_mock/requests", fields: [.origin: origin])
      #expect(answer.status == 403 && answer["access-control-allow-origin"] == nil)
      #expect(answer.refusal.contains("--allow-origin"))
    }
  }

  @Test func `A page of the server's own origin may, and one of an allowed origin may read the response`() {
    let fixture = fixture { $0.origins = ["https://app.example.com"] }
    fixture.host = "127.0.0.1:4020"
    let own = fixture.send(.post, to: "/_mock/reset", fields: [.origin: "http://127.0.0.1:4020"])
    #expect(own.status == 200 && own["access-control-allow-origin"] == nil)
    let allowed = fixture.send(.post, to: "/_mock/reset", fields: [.origin: "https://app.example.com"])
    #expect(allowed.status == 200 && allowed["access-control-allow-origin"] == "https://app.example.com")
    let preflight = fixture.send(
      .options, to: "/_mock/state",
      fields: [.origin: "https://app.example.com", .accessControlRequestHeaders: "content-type"])
    #expect(preflight.status == 204 && preflight["access-control-allow-headers"] == "content-type")
  }

  @Test func `A simple GET that a page of another site makes is refused, and a link is not`() {
    let fixture = fixture()
    func get(site: String, mode: String) -> Int {
      fixture.send(.get, to: "/_mock/state", fields: [Self.secFetch.site: site, Self.secFetch.mode: mode]).status
    }
    #expect(get(site: "cross-site", mode: "no-cors") == 403 && get(site: "same-site", mode: "no-cors") == 403)
    #expect(get(site: "same-origin", mode: "cors") == 200 && get(site: "none", mode: "navigate") == 200)
    #expect(get(site: "cross-site", mode: "navigate") == 200)
  }

  @Test(arguments: [
    "http://localhost:3000", "https://localhost", "http://127.0.0.1:5173", "http://[::1]:8080", "http://app.localhost",
  ])
  func `Pages of this machine may read the responses of the API`(origin: String) {
    let answer = fixture().send(.get, to: "/boats", fields: [.authorization: "Bearer token", .origin: origin])
    #expect(answer["access-control-allow-origin"] == origin)
    #expect(answer.fields.contains { $0 == ("vary", "Origin") })
  }

  @Test(arguments: [
    "http://evil.example.com", "null", "http://localhost.evil.com", "http://127.0.0.1.evil.com", "localhost",
  ])
  func `Pages of other machines may not`(origin: String) {
    let fixture = fixture()
    let answer = fixture.send(.get, to: "/boats", fields: [.authorization: "Bearer token", .origin: origin])
    #expect(answer.status == 200 && answer["access-control-allow-origin"] == nil)
    let preflight = fixture.send(.options, to: "/boats", fields: [.origin: origin])
    #expect(preflight.status == 204 && preflight["access-control-allow-origin"] == nil)
  }

  @Test func `Texts that are no origins and no host names are recognised`() {
    for text in ["https://app.example.com", "http://localhost:3000", "null", "http://[::1]:1"] {
      #expect(AccessPolicy.isOrigin(text))
    }
    for text in ["", "*", "app.example.com", "https://", "https://a/b", "ftp://a", "http://a,http://b", "http://a b"] {
      #expect(!AccessPolicy.isOrigin(text))
    }
    for text in ["a", "mock.example.com", ".example.com"] { #expect(AccessPolicy.isHostName(text)) }
    for text in ["", ".", "..a", "http://a", "a:1", "a/b", "*", "a,b"] { #expect(!AccessPolicy.isHostName(text)) }
  }

  // MARK: Tokens

  private static let control = HTTPField.Name("X-Mock-Control-Token") ?? .origin

  @Test func `The control plane asks for its token, except for health`() {
    let fixture = fixture { $0.controlToken = "open-sesame" }
    #expect(fixture.get("/_mock/health").status == 200 && fixture.get("/").status == 200)
    for fields: HTTPFields in [[:], [.authorization: "Bearer open-sesam"], [Self.control: "open-sesame!"]] {
      let answer = fixture.send(.post, to: "/_mock/reset", fields: fields)
      #expect(answer.status == 401 && answer.refusal.contains("X-Mock-Control-Token"))
    }
    for fields: HTTPFields in [[.authorization: "Bearer open-sesame"], [Self.control: "open-sesame"]] {
      #expect(fixture.send(.post, to: "/_mock/reset", fields: fields).status == 200)
    }
    #expect(fixture.get("/boats").status == 200)
  }

  @Test func `With a field of its own the bearer token selects the workspace, otherwise the default one is used`() {
    let fixture = fixture { $0.controlToken = "open-sesame" }
    _ = fixture.get("/boats", token: "suite-1")
    _ = fixture.get("/boats", token: IntercomEdge.defaultToken)
    func requests(_ fields: HTTPFields) -> JSON? {
      fixture.send(.get, to: "/_mock/requests", fields: fields).json["requests"]?[0]?["headers"]?["Authorization"]
    }
    #expect(requests([Self.control: "open-sesame", .authorization: "Bearer suite-1"]) == "Bearer ****e-1")
    #expect(requests([.authorization: "Bearer open-sesame"]) == "Bearer ****oken")
  }

  @Test func `If only listed tokens are accepted, the control plane accepts only them`() {
    let fixture = fixture(tokens: [AccessToken(token: "ada")], onlyListed: true)
    func status(_ fields: HTTPFields) -> Int { fixture.send(.get, to: "/_mock/state", fields: fields).status }
    #expect(status([:]) == 401 && status([.authorization: "Bearer eve"]) == 401)
    #expect(status([.authorization: "Bearer \(IntercomEdge.defaultToken)"]) == 401)
    #expect(status([.authorization: "Bearer revoked"]) == 401)
    #expect(status([.authorization: "Bearer ada"]) == 200)
    #expect(fixture.send(.get, to: "/_mock/health", fields: [:]).status == 200)
  }

  // MARK: Bodies

  @Test(arguments: [
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/jsonx",
  ])
  func `A body that is not JSON is refused`(type: String) {
    let answer = fixture().send(.post, to: "/_mock/reset", fields: [.contentType: type], body: "{}")
    #expect(answer.status == 415 && answer.refusal.contains("--json"))
  }

  @Test func `A body without a type is refused, and JSON and no body are accepted`() {
    let fixture = fixture()
    let request = Request(method: .post, target: "/_mock/reset", body: Array("{}".utf8), authority: "127.0.0.1")
    guard case .now(let response) = fixture.server.respond(to: request) else { return #expect(Bool(false)) }
    #expect(ClientResponse(response).status == 415)
    #expect(fixture.send(.post, to: "/_mock/reset", fields: [:]).status == 200)
    for type in ["application/json", "Application/JSON ; charset=utf-8"] {
      #expect(fixture.send(.post, to: "/_mock/reset", fields: [.contentType: type], body: "{}").status == 200)
    }
  }

  // MARK: Fields of pages

  @Test func `Only hosts of the service have Strict-Transport-Security`() {
    let fixture = fixture()
    for (host, isSent) in [("127.0.0.1", false), ("localhost", false), ("mock.test", false), ("api.intercom.io", true)]
    {
      fixture.host = host
      #expect((fixture.get("/boats")["strict-transport-security"] != nil) == isSent, "\(host)")
      #expect((fixture.get("/nowhere")["strict-transport-security"] != nil) == isSent, "\(host)")
    }
  }

  @Test func `The consent page has the fields of a page`() {
    let page = fixture().send(.get, to: "//oauth?client_id=app&redirect_uri=http%3A%2F%2Flocalhost", fields: [:])
    #expect(page["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
    #expect(page["x-frame-options"] == "DENY" && page["x-content-type-options"] == "nosniff")
    #expect(page["referrer-policy"] == "no-referrer" && page["cache-control"] == "no-store")
    #expect(page.body.contains(#"href="/oauth?client_id=app"#))
  }
}
