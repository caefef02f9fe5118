import API
import JSON
import Testing

@testable import Intercom

@Suite struct CustomObjectsTests {
  private static let orders = "/custom_object_instances/Order"
  private static let contact = "/contacts/65f1a00200000000000000a2"
  private let fixture: ServerFixture

  init() throws {
    fixture = try ServerFixture()
  }

  @Test func `the same external id is changed, and its other attributes stay`() {
    let first = fixture.send(
      .post, to: Self.orders,
      body: ["external_id": "o-1", "external_created_at": 5, "custom_attributes": ["a": 1, "b": "x"]])
    let second = fixture.send(
      .post, to: Self.orders, body: ["external_id": "o-1", "custom_attributes": ["a": 2, "b": nil]])
    #expect(first.status == 200 && second.status == 200 && first.json["id"] == second.json["id"])
    #expect(second.json["custom_attributes"] == ["a": 2] && second.json["external_created_at"] == 5)
    #expect(second.json["type"] == "Order")
  }

  @Test func `the same external id of another type is another instance`() {
    let order = fixture.send(.post, to: Self.orders, body: ["external_id": "same"])
    let subscription = fixture.send(.post, to: "/custom_object_instances/Subscription", body: ["external_id": "same"])
    #expect(order.json["id"] != subscription.json["id"])
    let id = subscription.json["id"]?.string ?? ""
    #expect(fixture.send(.get, to: "\(Self.orders)/\(id)").status == 404)
  }

  @Test func `an unknown type is named`() {
    let answer = fixture.send(.post, to: "/custom_object_instances/Ghost", body: ["external_id": "1"])
    #expect(answer.status == 404)
    #expect(answer.json["errors"]?[0]?["message"] == "Custom object type `Ghost` not found")
  }

  @Test func `one is asked for by its external id up to 2.15, and listed from 2.16 on`() {
    #expect(fixture.send(.get, to: Self.orders, body: [:], version: .v2_15).status == 400)
    #expect(
      fixture.send(.get, to: "\(Self.orders)?external_id=order-1001", body: [:], version: .v2_15).json["id"] == "21")
    let list = fixture.send(.get, to: Self.orders, body: [:], version: .v2_16).json
    #expect(list["data"]?.array?.compactMap { $0["id"]?.string } == ["23", "22", "21"] && list["total_count"] == 3)
    #expect(fixture.send(.get, to: "\(Self.orders)?external_id=order-1001").json["total_count"] == 1)
  }

  @Test func `a contact refers to instances by id and shows them whole`() {
    let answer = fixture.send(.put, to: Self.contact, body: ["custom_attributes": ["order": ["21", 23]]])
    let list = answer.json["custom_attributes"]?["order"]
    #expect(list?["type"] == "Order.list")
    #expect(list?["instances"]?.array?.compactMap { $0["external_id"]?.string } == ["order-1001", "order-1003"])
    let found = fixture.send(.get, to: "\(Self.orders)?references_contact_id=65f1a00200000000000000a2").json
    #expect(found["data"]?.array?.compactMap { $0["id"]?.string } == ["23", "21"])
    #expect(fixture.send(.get, to: Self.contact, body: [:], version: .v2_12).json["custom_attributes"]?["order"] == nil)
  }

  @Test func `a ticket refers to instances, too, whatever its type`() {
    let made = fixture.send(
      .post, to: "/tickets",
      body: [
        "ticket_type_id": "56", "contacts": [["id": "65f1a00200000000000000a2"]],
        "ticket_attributes": ["_default_title_": "Refund", "order": ["21"]],
      ])
    let list = made.json["ticket_attributes"]?["order"]
    #expect(made.status == 200 && list?["type"] == "Order.list" && list?["instances"]?[0]?["id"] == "21")
    let id = made.json["id"]?.string ?? ""
    let changed = fixture.send(.put, to: "/tickets/\(id)", body: ["ticket_attributes": ["order": ["22", "23"]]])
    #expect(changed.json["ticket_attributes"]?["order"]?["instances"]?.array?.count == 2)
    #expect(fixture.send(.put, to: "/tickets/\(id)", body: ["ticket_attributes": ["order": ["x"]]]).status == 404)
  }

  @Test func `an instance that is gone is referred to no more`() {
    fixture.send(.put, to: Self.contact, body: ["custom_attributes": ["order": ["21", "22"]]])
    let gone = fixture.send(.delete, to: "\(Self.orders)?external_id=order-1001")
    #expect(gone.json == ["id": "21", "object": "Order", "deleted": true])
    let list = fixture.send(.get, to: Self.contact).json["custom_attributes"]?["order"]?["instances"]?.array
    #expect(list?.count == 1)
  }

  @Test(arguments: [["order": ["24"]], ["order": ["999"]]] as [JSON])
  func `a reference to nothing, or to another type, is not found`(attributes: JSON) {
    #expect(fixture.send(.put, to: Self.contact, body: ["custom_attributes": attributes]).status == 404)
  }
}
