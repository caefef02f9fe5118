import API
import HTTPMessage
import HTTPTypes
import Intercom
import JSON
import Logging
import Synchronization
import Testing
@testable import MockServer

/// Tokens and secrets in the journal, its HAR export, lists and the log.
@Suite struct SecretMaskTests {
  private static let token = "dG9rOjEyMzQ1Njc4OTA="
  private let mask = SecretMask(showsSecrets: false)

  private func body(_ text: String, path: [String] = []) -> String {
    String(decoding: mask.body(Array(text.utf8), path: path), as: UTF8.self)
  }

  @Test func `A mask has at most the last four characters, and never more than half`() {
    #expect(
      ["", "a", "ab", "test-1", "test-token", Self.token].map(mask.mask) == [
        "****", "****", "****b", "****t-1", "****oken", "****OTA=",
      ])
  }

  @Test(arguments: [
    (#"{"client_secret":"abcdefghij","a":"b"}"#, #"{"client_secret":"****ghij","a":"b"}"#),
    (#"{ "secret" : "a\"bcdefghi" , "x": 1}"#, #"{ "secret" : "****fghi" , "x": 1}"#),
    (#"{"secret":"abcdefg\\xyz"}"#, #"{"secret":"****"}"#), (#"{"secret":"abcdef\"ab"}"#, #"{"secret":"****"}"#),
    (#"{"access_token":"abcdefghij"#, #"{"access_token":"****ghij"#),
    ("code=1&client_secret=abcdefghij&x=1", "code=1&client_secret=****ghij&x=1"),
    (
      #"{"url":"http://h/e?a=b&accessToken=abcdefghij&rewind=2m"}"#,
      #"{"url":"http://h/e?a=b&accessToken=****ghij&rewind=2m"}"#
    ),
    (#"{"x":"{\"client_secret\":\"abcdefghij\"}"}"#, #"{"x":"{\"client_secret\":\"****ghij\"}"}"#),
    (#"{"my_secret":"abcdefghij","secrets":"abcdefghij"}"#, #"{"my_secret":"abcdefghij","secrets":"abcdefghij"}"#),
    (#"{"secret":null,"secret":12}"#, #"{"secret":null,"secret":12}"#),
    (#"{"token":"abcdefghij"}"#, #"{"token":"abcdefghij"}"#), (":", ":"), ("=", "="), (#"":""#, #"":""#),
    (#""secret":""#, #""secret":"****"#), ("secret=", "secret=****"), (#"{"secret":"a\"#, #"{"secret":"****"#),
  ])
  func `Values of secret members and parameters are masked in bodies of any form`(text: String, shown: String) {
    #expect(body(text) == shown)
  }

  @Test func `The member token is a secret in the requests of OAuth only`() {
    #expect(body(#"{"token":"abcdefghij"}"#, path: ["auth", "eagle", "token"]) == #"{"token":"****ghij"}"#)
  }

  private func exchange(in fixture: SampleServerFixture) throws -> (token: String, secret: String) {
    let target = "/oauth?client_id=token&redirect_uri=http%3A%2F%2Flocalhost&approve=1"
    let location = try #require(fixture.send(.get, to: target, fields: [:])["location"])
    let code = try #require(location.split(separator: "=").last)
    let secret = "s3cret-of-the-app"
    let answer = fixture.post(
      to: "/auth/eagle/token", body: #"{"code":"\#(code)","client_id":"token","client_secret":"\#(secret)"}"#)
    return (try #require(answer.json["access_token"]?.string), secret)
  }

  @Test func `Journal, HAR and the list of workspaces show no token and no secret`() throws {
    let fixture = SampleServerFixture()
    _ = fixture.get("/boats?accessToken=\(Self.token)", token: Self.token)
    _ = fixture.get("/boats")
    let (issued, secret) = try exchange(in: fixture)
    let id = try #require(fixture.get("/_mock/requests").json["requests"]?[0]?["id"]?.string)
    for target in ["/_mock/requests", "/_mock/requests/\(id)", "/_mock/requests.har", "/_mock/workspaces"] {
      for token in [Self.token, "token"] {
        let text = fixture.get(target, token: token).body
        for hidden in [Self.token, issued, secret] { #expect(!text.contains(hidden), "\(target)") }
      }
    }
    #expect(fixture.get("/_mock/requests", token: Self.token).body.contains("Bearer ****OTA="))
    #expect(fixture.get("/_mock/requests").body.contains(#""client_secret":"****-app""#))
  }

  @Test func `With the option they show them`() throws {
    let fixture = SampleServerFixture { $0.access.showsSecrets = true }
    _ = fixture.get("/boats", token: Self.token)
    #expect(fixture.get("/_mock/requests", token: Self.token).body.contains("Bearer \(Self.token)"))
    #expect(fixture.get("/_mock/workspaces").json["workspaces"]?[0]?["name"]?.string == Self.token)
  }

  @Test func `A workspace has an id that stands for its token`() throws {
    let fixture = SampleServerFixture()
    _ = fixture.get("/boats", token: Self.token)
    _ = fixture.get("/boats", token: "another")
    let rows = try #require(fixture.get("/_mock/workspaces").json["workspaces"]?.array)
    #expect(rows.compactMap { $0["name"]?.string } == ["****her", "****OTA="])
    let id = try #require(rows.last?["id"]?.string)
    #expect(id == WorkspaceID.id(ofName: Self.token) && id.utf8.count == 12)
    #expect(fixture.send(.delete, to: "/_mock/workspaces/\(id)", fields: [:]).status == 200)
    #expect(fixture.server.sessions.names == ["another"])
    #expect(fixture.send(.delete, to: "/_mock/workspaces/another", fields: [:]).status == 200)
    #expect(fixture.send(.delete, to: "/_mock/workspaces/\(id)", fields: [:]).status == 404)
  }

  @Test func `Queries match the true values, and differences show none of them`() throws {
    let fixture = SampleServerFixture()
    _ = fixture.post(to: "/boats/echo", body: #"{"client_secret":"abcdefghij"}"#)
    func verify(_ secret: String) -> ClientResponse {
      fixture.post(to: "/_mock/requests/verify", body: #"{"match":{"body":{"client_secret":"\#(secret)"}}}"#)
    }
    #expect(verify("abcdefghij").status == 200)
    let answer = verify("other-secret")
    #expect(answer.status == 409 && !answer.body.contains("abcdefghij"))
    #expect(answer.body.contains("body.client_secret is "))
  }

  @Test func `The log shows no token`() throws {
    let log = RecordingLog()
    let catalogue = SampleServerFixture.catalogue
    var logger = Logger(label: "test") { _ in log }
    logger.logLevel = .debug
    let server = Server(
      catalogue: catalogue, edge: IntercomEdge(), seed: .init(definition: catalogue.layout, ids: .init(seed: 1)),
      logger: logger)
    _ = server.respond(
      to: Request(
        method: .get, target: "/boats?accessToken=\(Self.token)",
        fields: ReceivedFields([.authorization: "Bearer \(Self.token)"]), authority: "localhost"))
    let text = log.lines.joined(separator: "\n")
    #expect(text.contains("****OTA=") && !text.contains(Self.token))
  }
}

/// Keeps the messages and the metadata of a log.
private final class RecordingLog: LogHandler, Sendable {
  private let recorded = Mutex<[String]>([])

  var lines: [String] { recorded.withLock { $0 } }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }

  subscript(metadataKey _: String) -> Logger.MetadataValue? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    recorded.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
  }
}
