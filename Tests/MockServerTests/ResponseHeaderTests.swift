import HTTPTypes
import Testing
@testable import MockServer

/// The header fields of a response (Documentation.docc/Requests-and-Responses.md, "Response header fields").
@Suite struct ResponseHeaderTests {
  private let fixture = SampleServerFixture()
  /// The first 32 digits of the SHA-256 of `{"name":"Argo"}`.
  private let etag = "W/\"798b4317955a739bff33ca7a599f88b4\""

  @Test func `A response has the header fields of the real service`() {
    let answer = fixture.get("/boats/argo")
    #expect(answer["content-type"] == "application/json; charset=utf-8")
    #expect(answer["status"] == "200 OK")
    #expect(answer["intercom-version"] == "2.14")
    #expect(answer["cache-control"] == "max-age=0, private, must-revalidate")
    #expect(answer["vary"] == "Accept-Encoding")
    #expect(answer["x-intercom-version"]?.count == 40)
    #expect(answer["access-control-allow-origin"] == nil)
    for name in ["server", "x-ami-version", "x-request-queueing"] {
      #expect(answer[name] != nil, "\(name)")
    }
  }

  @Test func `Every field occurs once`() {
    for answer in [fixture.get("/boats/argo"), fixture.get("/boats/7"), fixture.get("/boats/7/chart")] {
      #expect(Set(answer.fields.map(\.name)).count == answer.fields.count)
    }
  }

  @Test func `A request id has 20 digits of base 32, and errors repeat it`() {
    let answer = fixture.get("/boats/7")
    let id = answer["x-request-id"] ?? ""
    #expect(id.count == 20)
    #expect(id.allSatisfy { "0123456789abcdefghijklmnopqrstuv".contains($0) })
    #expect(answer.json["request_id"]?.string == id)
    #expect(fixture.get("/boats/7")["x-request-id"] != id)
  }

  @Test func `The duration is reported in seconds with six decimals`() {
    let parts = (fixture.get("/boats")["x-runtime"] ?? "").split(separator: ".")
    #expect(parts.count == 2)
    #expect(parts.last?.count == 6)
    #expect(parts.allSatisfy { $0.allSatisfy(\.isNumber) })
  }

  @Test func `An entity tag is weak: the first 32 digits of the SHA-256 of the body`() {
    #expect(fixture.get("/boats/argo")["etag"] == etag)
    #expect(fixture.get("/boats/7")["etag"] == nil)
  }

  @Test(arguments: ["TAG", "W/TAG", "*", "\"x\", TAG", " W/TAG ,\"y\""])
  func `A body that the client has cached is not sent again`(field: String) {
    let known = field.replacing("TAG", with: etag.dropFirst(2))
    let answer = fixture.get("/boats/argo", fields: [.ifNoneMatch: known])
    #expect(answer.status == 304)
    #expect(answer.body == "")
    #expect(answer["etag"] == etag)
    #expect(answer["x-request-id"] != nil)
  }

  @Test func `A different entity tag does not match`() {
    #expect(fixture.get("/boats/argo", fields: [.ifNoneMatch: "\"x\", W/\"y\""]).status == 200)
  }

  @Test func `Long bodies are hashed only if the setting says always, and none if it is off`() {
    #expect(fixture.get("/boats/ark")["etag"] == nil)
    #expect(SampleServerFixture { $0.settings.etag = .always }.get("/boats/ark")["etag"] != nil)
    #expect(SampleServerFixture { $0.settings.etag = .off }.get("/boats/argo")["etag"] == nil)
  }

  @Test func `Responses without a body or of another type have the matching fields`() {
    let none = fixture.send(.delete, to: "/boats/7", fields: [.authorization: "Bearer token"])
    #expect(none.status == 204)
    #expect(none.body == "")
    #expect(fixture.get("/boats/7/chart")["content-type"] == "image/png")
  }

  @Test func `HEAD has the response of GET without the body`() {
    let answer = fixture.send(.head, to: "/boats/argo", fields: [.authorization: "Bearer token"])
    #expect(answer.status == 200)
    #expect(answer["etag"] == etag)
  }

  @Test func `Twenty warnings have a field each, and one more field counts the rest`() {
    let strict = SampleServerFixture { $0.settings.strict = .warn }
    let long = String(repeating: "x", count: 300)
    func warnings(count: Int) -> [String] {
      let answer = strict.get("/boats?" + (0..<count).map { "\(long)\($0)=1" }.joined(separator: "&"), fields: version)
      #expect(size(of: answer) < 8_192)
      return answer.fields.filter { $0.name == "x-mock-warning" }.map(\.value)
    }
    #expect(
      warnings(count: 20).count == 20 && warnings(count: 20).allSatisfy { $0.hasPrefix("the query parameter xx") })
    #expect(warnings(count: 21).last == "1 more deviation" && warnings(count: 45).last == "25 more deviations")
    #expect(warnings(count: 45).count == 21 && warnings(count: 45).allSatisfy { $0.utf8.count <= 200 })
  }

  @Test func `A header block is shorter than 8 KB, whatever the request repeats`() {
    let long = String(repeating: "x", count: 10_000)
    let version = fixture.get("/boats", fields: [.init("Intercom-Version") ?? .server: long])
    #expect(version.status == 400 && version["intercom-version"] == String(repeating: "x", count: 64))
    let preflight = fixture.send(.options, to: "/boats", fields: [.accessControlRequestHeaders: long])
    #expect(preflight.status == 204 && preflight["access-control-allow-headers"]?.hasPrefix("Authorization") == true)
    let redirect = fixture.get("/boats/\(long)/chart-room")
    #expect(redirect.status == 431 && redirect["location"] == nil)
    for answer in [version, preflight, redirect] { #expect(size(of: answer) < 8_192) }
  }

  private let version: HTTPFields = [.init("Intercom-Version") ?? .server: "2.14"]

  private func size(of answer: ClientResponse) -> Int {
    answer.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
  }
}

@Suite struct CrossOriginTests {
  private let fixture = SampleServerFixture()
  private let page = "http://localhost:3000"

  @Test(arguments: ["/boats", "/nowhere"]) func `A preflight request needs no token`(target: String) {
    let answer = fixture.send(
      .options, to: target, fields: [.origin: page, .accessControlRequestHeaders: "x-custom, authorization"])
    #expect(answer.status == 204)
    #expect(answer["access-control-allow-origin"] == page)
    #expect(answer["access-control-allow-methods"] == "GET, POST, PUT, PATCH, DELETE, OPTIONS")
    #expect(answer["access-control-allow-headers"] == "x-custom, authorization")
    #expect(answer["access-control-max-age"] == "600")
    #expect(answer["allow"] != nil)
    #expect(answer.body == "")
  }

  @Test func `Without requested headers, the usual request headers are allowed`() {
    let answer = fixture.send(.options, to: "/boats", fields: [:])
    #expect(answer["access-control-allow-headers"] == "Authorization, Content-Type, Intercom-Version")
  }

  @Test func `CORS permits pages to read every response, errors included, and the relevant fields`() {
    for (target, fields) in [("/boats", authorized), ("/nowhere", authorized), ("/boats", [.origin: page])] {
      let answer = fixture.send(.get, to: target, fields: fields)
      #expect(answer["access-control-allow-origin"] == page)
      #expect(answer["access-control-expose-headers"]?.contains("X-Request-Id") == true)
    }
  }

  @Test func `A preflight reply does not repeat a long list of fields`() {
    let answer = fixture.send(
      .options, to: "/boats",
      fields: [.origin: page, .accessControlRequestHeaders: String(repeating: "x", count: 20_000)])
    #expect(answer["access-control-allow-headers"] == "Authorization, Content-Type, Intercom-Version")
  }

  private var authorized: HTTPFields { [.authorization: "Bearer token", .origin: page] }
}
