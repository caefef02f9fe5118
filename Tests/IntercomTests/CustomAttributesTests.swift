import API
import JSON
import Testing

@testable import Intercom

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
  func `a value is kept as its attribute has it`(name: String, sent: JSON, kept: JSON) throws {
    #expect(try write(attributes: [name: sent]) == .object([name: kept]))
  }

  @Test(
    arguments: [
      ("word", true), ("word", []), ("word", [:]), ("count", 1.5), ("count", "many"), ("count", 1e300),
      ("share", "nan"),
      ("flag", 1), ("day", "2023-02-29"), ("moment", "noon"), ("choice", "c"), ("choice", "A"),
    ] as [(String, JSON)])
  func `a value that does not fit is refused`(name: String, sent: JSON) {
    #expect { try write(attributes: [name: sent]) } throws: {
      ($0 as? APIError)?.status == .badRequest && ($0 as? APIError)?.code == "parameter_invalid"
    }
    #expect(fixture.workspace[Contacts.model].count == 0)
  }

  @Test(arguments: ["nothing", "tier"])
  func `an attribute that contacts do not have is refused`(name: String) {
    #expect(throws: APIError.parameterInvalid("Custom attribute '\(name)' does not exist")) {
      try write(attributes: [name: "x"])
    }
  }

  @Test func `an archived attribute is treated as unknown`() throws {
    let id = try fixture.send(.get, to: "/data_attributes?model=contact")["data"]?.array?.first {
      $0["name"] == "word"
    }?["id"]
    try fixture.send(.put, to: "/data_attributes/\(try #require(id?.integer))", body: ["archived": true])
    #expect(throws: APIError.parameterInvalid("Custom attribute 'word' does not exist")) {
      try write(attributes: ["word": "x"])
    }
  }

  @Test func `null takes an attribute away and leaves the others`() throws {
    let contact = try fixture.send(
      .post, to: "/contacts", body: ["role": "user", "custom_attributes": ["word": "x", "count": 1]])
    let path = "/contacts/\(try #require(contact["id"]?.string))"
    let changed = try fixture.send(.put, to: path, body: ["custom_attributes": ["word": nil]])
    #expect(changed["custom_attributes"] == ["count": 1])
  }
}
