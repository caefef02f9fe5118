import API
import JSON
import Testing

@testable import Intercom

@Suite struct VisitorsTests {
  private let fixture = WorkspaceFixture()
  private let id = "65f1d00100000000000000d1"

  init() {
    fixture.insert(
      [
        "id": .string(id), "user_id": "uuid-1", "name": "White Rabbit", "created_at": 1, "signed_up_at": 1,
        "location_data": ["country_name": "Ireland"], "custom_attributes": ["plan": "free"],
      ], into: Visitors.model)
  }

  private func convertVisitor(to type: String, user: JSONObject) throws -> JSON {
    try fixture.send(
      .post, to: "/visitors/convert",
      body: ["type": .string(type), "visitor": ["user_id": "uuid-1"], "user": .object(user)])
  }

  @Test func `a visitor becomes a user of the same id and age`() throws {
    let contact = try convertVisitor(to: "user", user: ["email": "rabbit@sdk.test"])
    #expect(contact["id"] == .string(id) && contact["role"] == "user" && contact["created_at"] == 1)
    #expect(contact["external_id"] == nil || contact["external_id"] == .null)
    #expect(contact["name"] == "White Rabbit" && contact["location"]?["country"] == "Ireland")
    #expect(fixture.workspace[Visitors.model].count == 0)
  }

  @Test func `a lead keeps the visitor's own identifier`() throws {
    let contact = try convertVisitor(to: "lead", user: [:])
    #expect(contact["role"] == "lead" && contact["external_id"] == "uuid-1")
  }

  @Test(arguments: ["id", "user_id", "email"])
  func `a user who exists takes the visitor up and keeps what it has`(key: String) throws {
    let alice = try fixture.send(
      .post, to: "/contacts", body: ["external_id": "alice-1", "email": "alice@sdk.test", "name": "Alice"])
    let names: JSONObject = ["id": alice["id"] ?? .null, "user_id": "alice-1", "email": "Alice@sdk.test"]
    let contact = try convertVisitor(to: "user", user: [key: try #require(names[key])])
    #expect(contact["id"] == alice["id"] && contact["name"] == "Alice")
    #expect(contact["custom_attributes"] == ["plan": "free"])
    #expect(fixture.workspace[Contacts.model].count == 1)
  }

  @Test func `an address of somebody else is a conflict, and nothing is lost`() throws {
    try fixture.send(.post, to: "/contacts", body: ["external_id": "alice-1", "email": "alice@sdk.test"])
    #expect { try convertVisitor(to: "user", user: ["user_id": "rabbit-1", "email": "alice@sdk.test"]) } throws: {
      ($0 as? APIError)?.status == .conflict
    }
    #expect(fixture.workspace[Visitors.model].count == 1)
  }
}
