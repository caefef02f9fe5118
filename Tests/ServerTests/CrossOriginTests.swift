import HTTPTypes
import Testing

@testable import Server

@Suite struct CrossOriginTests {
  private let fixture = SampleServerFixture()

  @Test(arguments: ["/boats", "/nowhere"]) func `A preflight request needs no token`(target: String) {
    let answer = fixture.send(.options, to: target, fields: [.accessControlRequestHeaders: "x-custom, authorization"])
    #expect(answer.status == 204)
    #expect(answer["access-control-allow-origin"] == "*")
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

  @Test func `Pages may read every answer, errors too, and the fields that matter`() {
    for answer in [fixture.get("/boats"), fixture.get("/nowhere"), fixture.send(.get, to: "/boats", fields: [:])] {
      #expect(answer["access-control-allow-origin"] == "*")
      #expect(answer["access-control-expose-headers"]?.contains("X-Request-Id") == true)
    }
  }
}
