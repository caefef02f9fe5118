import HTTPTypes
import Testing

@testable import Server

/// The header fields of an answer (api-behaviour.md, 2).
@Suite struct FieldTests {
  private let harbour = Harbour()
  /// Of the body `{"name":"Argo"}`: the first 32 digits of its SHA-256.
  private let tag = "W/\"798b4317955a739bff33ca7a599f88b4\""

  @Test func `An answer says what the real service says`() {
    let answer = harbour.get("/boats/argo")
    #expect(answer["content-type"] == "application/json; charset=utf-8")
    #expect(answer["status"] == "200 OK")
    #expect(answer["intercom-version"] == "2.14")
    #expect(answer["cache-control"] == "max-age=0, private, must-revalidate")
    #expect(answer["vary"] == "Accept-Encoding")
    #expect(answer["x-intercom-version"]?.count == 40)
    #expect(answer["access-control-allow-origin"] == "*")
    for name in ["server", "x-ami-version", "x-request-queueing", "strict-transport-security"] {
      #expect(answer[name] != nil, "\(name)")
    }
  }

  @Test func `Every field stands once`() {
    for answer in [harbour.get("/boats/argo"), harbour.get("/boats/7"), harbour.get("/boats/7/chart")] {
      #expect(Set(answer.fields.map(\.name)).count == answer.fields.count)
    }
  }

  @Test func `A request id has 20 digits of base 32, and errors repeat it`() {
    let answer = harbour.get("/boats/7")
    let id = answer["x-request-id"] ?? ""
    #expect(id.count == 20)
    #expect(id.allSatisfy { "0123456789abcdefghijklmnopqrstuv".contains($0) })
    #expect(answer.json["request_id"]?.string == id)
    #expect(harbour.get("/boats/7")["x-request-id"] != id)
  }

  @Test func `The time taken is told in seconds with six decimals`() {
    let parts = (harbour.get("/boats")["x-runtime"] ?? "").split(separator: ".")
    #expect(parts.count == 2)
    #expect(parts.last?.count == 6)
    #expect(parts.allSatisfy { $0.allSatisfy(\.isNumber) })
  }

  @Test func `A tag is weak: the first 32 digits of the SHA-256 of the body`() {
    #expect(harbour.get("/boats/argo")["etag"] == tag)
    #expect(harbour.get("/boats/7")["etag"] == nil)
  }

  @Test(arguments: ["TAG", "W/TAG", "*", "\"x\", TAG", " W/TAG ,\"y\""])
  func `What the client has already is not sent again`(field: String) {
    let known = field.replacing("TAG", with: tag.dropFirst(2))
    let answer = harbour.get("/boats/argo", [.ifNoneMatch: known])
    #expect(answer.status == 304)
    #expect(answer.body == "")
    #expect(answer["etag"] == tag)
    #expect(answer["x-request-id"] != nil)
  }

  @Test func `Another tag is no match`() {
    #expect(harbour.get("/boats/argo", [.ifNoneMatch: "\"x\", W/\"y\""]).status == 200)
  }

  @Test func `Long bodies are hashed only when told so, and none when told not to`() {
    #expect(harbour.get("/boats/ark")["etag"] == nil)
    #expect(Harbour { $0.settings.etag = .always }.get("/boats/ark")["etag"] != nil)
    #expect(Harbour { $0.settings.etag = .off }.get("/boats/argo")["etag"] == nil)
  }

  @Test func `Answers without a body and of another type say so`() {
    let none = harbour.ask(.delete, "/boats/7", [.authorization: "Bearer token"])
    #expect(none.status == 204)
    #expect(none.body == "")
    #expect(harbour.get("/boats/7/chart")["content-type"] == "image/png")
  }

  @Test func `HEAD is answered as GET would be`() {
    let answer = harbour.ask(.head, "/boats/argo", [.authorization: "Bearer token"])
    #expect(answer.status == 200)
    #expect(answer["etag"] == tag)
  }
}
