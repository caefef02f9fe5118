import HTTPMessage
import JSON
import Testing
@testable import MockServer

/// Answers of endpoints in the delivery log, and endpoints that must not receive requests.
@Suite struct WebhookTargetTests {
  private func log(of fixture: WebhookFixture) -> JSON? {
    fixture.session.webhooks.log.first?.json(format: fixture.server.edge.webhooks)["attempts"]?[0]
  }

  @Test(arguments: [(4096, 4096, false), (4097, 4096, true), (100_000, 4096, true), (0, 0, false)])
  func `The body of an answer is cut at 4 KB`(size: Int, stored: Int, isCut: Bool) throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    fixture.createBoat(named: "Argo")
    try fixture.respond(
      with: .success(ReceivedResponse(status: .ok, body: [UInt8](repeating: UInt8(ascii: "x"), count: size))))
    #expect(log(of: fixture)?["response_body"]?.string?.utf8.count == stored)
    #expect(log(of: fixture)?["response_body_cut"] == .boolean(isCut))
  }

  @Test func `A delivery to the metadata service of a cloud fails at once, with the reason`() throws {
    let fixture = try WebhookFixture()
    try fixture.subscribe(to: "*")
    fixture.createBoat(named: "Argo")
    try fixture.respond(with: .failure(.forbidden("169.254.169.254")))
    #expect(fixture.deliveryStates == ["failed"] && fixture.session.webhooks.nextDueTime == nil)
    #expect(
      log(of: fixture)?["error"]
        == "refused: 169.254.169.254 is the metadata service of a cloud, which gives out credentials")
  }
}
