import API
import JSON
import Testing
@testable import Intercom

@Suite struct DataAttributesTests {
  private let fixture = WorkspaceFixture()

  @Test(arguments: APIVersion.allCases)
  func `The type of a built-in time has another name in Preview`(version: APIVersion) throws {
    let attributes =
      try fixture.send(.get, to: "/data_attributes?model=company", body: [:], version: version)["data"]?.array ?? []
    let created = try #require(attributes.first { $0["name"] == "created_at" })
    #expect(created["data_type"] == (version == .preview ? "datetime" : "date"))
    #expect(attributes.allSatisfy { $0["id"] == nil && $0["custom"] == false && $0["model"] == "company" })
  }

  @Test(arguments: APIVersion.allCases)
  func `A new attribute is writable by the Messenger up to 2.10`(version: APIVersion) throws {
    let body: JSONObject = ["name": "owls", "model": "contact", "data_type": "integer"]
    let made = try fixture.send(.post, to: "/data_attributes", body: body, version: version)
    #expect(made["messenger_writable"] == .boolean(version <= .v2_10))
  }

  @Test(arguments: APIVersion.allCases)
  func `Attributes of conversations are listed up to 2.15 and rejected from 2.16 on`(version: APIVersion) throws {
    func list() throws -> JSON {
      try fixture.send(.get, to: "/data_attributes?model=conversation", body: [:], version: version)
    }
    guard version >= .v2_16 else {
      let attributes = try list()["data"]?.array ?? []
      #expect(attributes.count == 54)
      #expect(attributes.allSatisfy { $0["id"] == nil && $0["custom"] == false && $0["model"] == "conversation" })
      #expect(attributes.first { $0["name"] == "created_at" }?["data_type"] == "datetime")
      return
    }
    #expect { try list() } throws: { ($0 as? APIError)?.status.code == 422 }
  }

  @Test(arguments: APIVersion.allCases)
  func `A list may be created with options from 2.14 on`(version: APIVersion) throws {
    let body: JSONObject = ["name": "wood", "model": "contact", "data_type": "options", "options": ["holly", "yew"]]
    guard version >= .v2_14 else {
      #expect(throws: APIError.parameterInvalid("Data Type isn't an option")) {
        try fixture.send(.post, to: "/data_attributes", body: body, version: version)
      }
      return
    }
    let made = try fixture.send(.post, to: "/data_attributes", body: body, version: version)
    #expect(made["data_type"] == "string" && made["options"] == ["holly", "yew"])
  }

  @Test func `An attribute that a segment uses cannot be archived`() throws {
    fixture.insert(
      ["id": 7, "model": "company", "name": "tier", "data_type": "string", "segment_ids": ["c3"]],
      into: DataAttributes.model)
    #expect { try fixture.send(.put, to: "/data_attributes/7", body: ["archived": true]) } throws: {
      ($0 as? APIError)?.code == "data_invalid"
    }
    #expect(fixture.workspace[DataAttributes.model]["7"]?["archived"] == false)
  }
}

@Suite struct CustomAttributesTests {
  private let fixture: WorkspaceFixture

  init() throws {
    fixture = WorkspaceFixture()
    for (name, type) in [
      ("word", "string"), ("count", "integer"), ("share", "float"), ("flag", "boolean"), ("day", "date"),
      ("moment", "datetime"),
    ] {
      try fixture.send(
        .post, to: "/data_attributes", body: ["name": .string(name), "model": "contact", "data_type": .string(type)])
    }
    try fixture.send(
      .post, to: "/data_attributes",
      body: [
        "name": "choice", "model": "contact", "data_type": "options", "options": [["value": "a"], ["value": "b"]],
      ])
    try fixture.send(.post, to: "/data_attributes", body: ["name": "tier", "model": "company", "data_type": "string"])
  }

  private func write(attributes: JSONObject) throws -> JSON? {
    try fixture.send(.post, to: "/contacts", body: ["role": "user", "custom_attributes": .object(attributes)])[
      "custom_attributes"]
  }

  @Test(
    arguments: [
      ("word", "soup", "soup"), ("word", 7, "7"), ("count", 7, 7), ("count", "7", 7), ("count", 7.0, 7),
      ("share", 0.5, 0.5), ("share", 2, 2), ("share", "0.5", 0.5), ("flag", true, true), ("flag", "false", false),
      ("day", 1_700_000_000, 1_700_000_000), ("day", "2024-02-29", 1_709_164_800),
      ("moment", "2024-02-29T00:00:01Z", 1_709_164_801), ("choice", "b", "b"),
    ] as [(String, JSON, JSON)])
  func `A value is stored in the type of its attribute`(name: String, sent: JSON, kept: JSON) throws {
    #expect(try write(attributes: [name: sent]) == .object([name: kept]))
  }

  @Test(
    arguments: [
      ("word", true), ("word", []), ("word", [:]), ("count", 1.5), ("count", "many"), ("count", 1e300),
      ("share", "nan"),
      ("flag", 1), ("day", "2023-02-29"), ("moment", "noon"), ("choice", "c"), ("choice", "A"),
    ] as [(String, JSON)])
  func `A value of the wrong type is rejected`(name: String, sent: JSON) {
    #expect { try write(attributes: [name: sent]) } throws: {
      ($0 as? APIError)?.status == .badRequest && ($0 as? APIError)?.code == "parameter_invalid"
    }
    #expect(fixture.workspace[Contacts.model].count == 0)
  }

  @Test(arguments: ["nothing", "tier"])
  func `An attribute that contacts do not have is rejected`(name: String) {
    #expect(throws: APIError.parameterInvalid("Custom attribute '\(name)' does not exist")) {
      try write(attributes: [name: "x"])
    }
  }

  @Test func `An archived attribute is treated as unknown`() throws {
    let id = try fixture.send(.get, to: "/data_attributes?model=contact")["data"]?.array?.first {
      $0["name"] == "word"
    }?["id"]
    try fixture.send(.put, to: "/data_attributes/\(try #require(id?.integer))", body: ["archived": true])
    #expect(throws: APIError.parameterInvalid("Custom attribute 'word' does not exist")) {
      try write(attributes: ["word": "x"])
    }
  }

  @Test func `Null removes an attribute and keeps the others`() throws {
    let contact = try fixture.send(
      .post, to: "/contacts", body: ["role": "user", "custom_attributes": ["word": "x", "count": 1]])
    let path = "/contacts/\(try #require(contact["id"]?.string))"
    let changed = try fixture.send(.put, to: path, body: ["custom_attributes": ["word": nil]])
    #expect(changed["custom_attributes"] == ["count": 1])
  }
}

@Suite struct CustomObjectsTests {
  private static let orders = "/custom_object_instances/Order"
  private static let contact = "/contacts/65f1a00200000000000000a2"
  private let fixture: ServerFixture

  init() throws {
    fixture = try ServerFixture()
  }

  @Test func `Sending an existing external id updates the instance and keeps its other attributes`() {
    let first = fixture.send(
      .post, to: Self.orders,
      body: ["external_id": "o-1", "external_created_at": 5, "custom_attributes": ["a": 1, "b": "x"]])
    let second = fixture.send(
      .post, to: Self.orders, body: ["external_id": "o-1", "custom_attributes": ["a": 2, "b": nil]])
    #expect(first.status == 200 && second.status == 200 && first.json["id"] == second.json["id"])
    #expect(second.json["custom_attributes"] == ["a": 2] && second.json["external_created_at"] == 5)
    #expect(second.json["type"] == "Order")
  }

  @Test func `The same external id of another type is another instance`() {
    let order = fixture.send(.post, to: Self.orders, body: ["external_id": "same"])
    let subscription = fixture.send(.post, to: "/custom_object_instances/Subscription", body: ["external_id": "same"])
    #expect(order.json["id"] != subscription.json["id"])
    let id = subscription.json["id"]?.string ?? ""
    #expect(fixture.send(.get, to: "\(Self.orders)/\(id)").status == 404)
  }

  @Test func `The error for an unknown type names it`() {
    let answer = fixture.send(.post, to: "/custom_object_instances/Ghost", body: ["external_id": "1"])
    #expect(answer.status == 404)
    #expect(answer.json["errors"]?[0]?["message"] == "Custom object type `Ghost` not found")
  }

  @Test func `An external id selects one instance, and instances are listed from 2.16 on`() {
    #expect(fixture.send(.get, to: Self.orders, body: [:], version: .v2_15).status == 400)
    #expect(
      fixture.send(.get, to: "\(Self.orders)?external_id=order-1001", body: [:], version: .v2_15).json["id"] == "21")
    let list = fixture.send(.get, to: Self.orders, body: [:], version: .v2_16).json
    #expect(list["data"]?.array?.compactMap { $0["id"]?.string } == ["23", "22", "21"] && list["total_count"] == 3)
    #expect(fixture.send(.get, to: "\(Self.orders)?external_id=order-1001").json["id"] == "21")
    #expect(fixture.send(.get, to: "\(Self.orders)?external_id=ghost").status == 404)
  }

  @Test func `A contact refers to instances by id and renders them completely`() {
    let answer = fixture.send(.put, to: Self.contact, body: ["custom_attributes": ["order": ["21", 23]]])
    let list = answer.json["custom_attributes"]?["order"]
    #expect(list?["type"] == "Order.list")
    #expect(list?["instances"]?.array?.compactMap { $0["external_id"]?.string } == ["order-1001", "order-1003"])
    let found = fixture.send(.get, to: "\(Self.orders)?references_contact_id=65f1a00200000000000000a2").json
    #expect(found["data"]?.array?.compactMap { $0["id"]?.string } == ["23", "21"])
    #expect(fixture.send(.get, to: Self.contact, body: [:], version: .v2_12).json["custom_attributes"]?["order"] == nil)
  }

  @Test func `A ticket of any type can refer to instances`() {
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

  @Test func `References to a deleted instance are removed`() {
    fixture.send(.put, to: Self.contact, body: ["custom_attributes": ["order": ["21", "22"]]])
    let gone = fixture.send(.delete, to: "\(Self.orders)?external_id=order-1001")
    #expect(gone.json == ["id": "21", "object": "Order", "deleted": true])
    let list = fixture.send(.get, to: Self.contact).json["custom_attributes"]?["order"]?["instances"]?.array
    #expect(list?.count == 1)
  }

  @Test(arguments: [["order": ["24"]], ["order": ["999"]]] as [JSON])
  func `A reference to an unknown instance or one of another type is not found`(attributes: JSON) {
    #expect(fixture.send(.put, to: Self.contact, body: ["custom_attributes": attributes]).status == 404)
  }
}
