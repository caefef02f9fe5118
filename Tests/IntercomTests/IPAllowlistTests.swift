import API
import JSON
import Testing
@testable import Intercom

@Suite struct IPAllowlistTests {
  @Test(arguments: [
    ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false), ("192.168.0.1/24", "192.168.0.255", true),
    ("192.168.0.1/24", "192.168.1.0", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("::/0", "2001:db8::1", true), ("2001:db8::/32", "2001:db8:ffff::1", true),
    ("2001:db8::/32", "2001:db9::1", false), ("::1", "::1", true), ("10.0.0.0/8", "nobody", false),
  ])
  func `A range contains its addresses`(range: String, address: String, isIn: Bool) throws {
    #expect(try #require(IPRange(range)).contains(address) == isIn)
  }

  @Test(arguments: [
    "", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::1/129", "a", "1.2.3.4/+8",
  ])
  func `A string that is neither an address nor a range is not parsed`(text: String) {
    #expect(IPRange(text) == nil)
  }

  @Test func `An enabled list blocks other addresses in every version, except from the control plane`() throws {
    let fixture = try ServerFixture()
    let list: JSON = ["enabled": true, "ip_allowlist": ["192.0.2.0/24"]]
    #expect(fixture.send(.put, to: "/ip_allowlist", body: list, version: .v2_15, peer: "192.0.2.9").status == 200)
    for version in APIVersion.allCases {
      #expect(fixture.send(.get, to: "/tags", body: [:], version: version, peer: "192.0.2.9").status == 200)
      let (status, answer) = fixture.send(.get, to: "/tags", body: [:], version: version, peer: "198.51.100.1")
      #expect(status == 403)
      #expect(answer["errors"]?.array?.first?["code"] == "forbidden")
    }
    // Through a Unix socket.
    #expect(fixture.send(.get, to: "/tags", body: [:], peer: "").status == 200)
  }

  @Test func `A list that would block the caller is rejected without changes`() throws {
    let fixture = try ServerFixture()
    let list: JSON = ["enabled": true, "ip_allowlist": ["203.0.113.7"]]
    let (status, answer) = fixture.send(.put, to: "/ip_allowlist", body: list, version: .v2_15, peer: "198.51.100.1")
    #expect(status == 422)
    #expect(
      answer["errors"]?.array?.first?["message"]
        == "Your IP (198.51.100.1) is not on the allowlist. Saving would lock you out of this workspace.")
    #expect(
      fixture.send(.get, to: "/ip_allowlist", body: [:], version: .v2_15, peer: "198.51.100.1").json["enabled"] == false
    )
  }
}
