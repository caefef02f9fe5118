import API
import JSON
import Testing
@testable import Intercom

/// The effects of deleting, merging and duplicating records on related records, with the default fixtures.
@Suite struct ContactRelationTests {
  private let fixture: ServerFixture
  private let contact = "65f1a00100000000000000a1"
  private let company = "65f1b00100000000000000b1"

  init() throws {
    fixture = try ServerFixture()
  }

  private func refusal(in answer: (status: Int, json: JSON)) -> String {
    let error = answer.json["errors"]?.array?.first
    return "\(answer.status) \(error?["code"]?.string ?? "-"): \(error?["message"]?.string ?? "-")"
  }

  @Test func `Deleting a company keeps its contacts and removes all references to it`() {
    let before = fixture.send(.get, to: "/companies/\(company)/contacts").json["data"]?.array ?? []
    #expect(!before.isEmpty)
    #expect(fixture.send(.delete, to: "/companies/\(company)").json["deleted"] == true)
    for member in before {
      let id = member["id"]?.string ?? ""
      #expect(fixture.send(.get, to: "/contacts/\(id)").status == 200)
      #expect(!fixture.send(.get, to: "/contacts/\(id)/companies").json.text.contains(company))
    }
    #expect(Invariants(fixture: fixture).violations() == [])
  }

  @Test func `A tag that a segment uses cannot be deleted; another is removed from all tagged records`() {
    #expect(fixture.send(.delete, to: "/tags/3001").status == 400)
    #expect(fixture.send(.delete, to: "/tags/3002").status == 200)
    #expect(Invariants(fixture: fixture).violations() == [])
  }

  @Test func `A tag can be renamed, also to its own name in another case, but not to the name of another tag`() {
    #expect(
      fixture.send(.post, to: "/tags", body: ["id": "3002", "name": "beta TESTER"]).json["name"] == "beta TESTER")
    #expect(
      refusal(in: fixture.send(.post, to: "/tags", body: ["id": "3002", "name": "vip"]))
        == "400 parameter_invalid: invalid tag parameters")
    #expect(fixture.send(.post, to: "/tags", body: ["name": "ViP"]).json["id"] == "3001")
  }

  @Test func `An email is unique among users, ignoring case, and the error names the user who has it`() {
    let body: JSON = ["role": "user", "email": "IRIS.Vale@Example.com"]
    #expect(
      refusal(in: fixture.send(.post, to: "/contacts", body: body))
        == "409 conflict: A contact matching those details already exists with id=\(contact)")
    #expect(
      fixture.send(.post, to: "/contacts", body: ["role": "lead", "email": "iris.vale@example.com"]).status == 200)
    _ = fixture.send(.post, to: "/contacts/\(contact)/archive")
    #expect(
      refusal(in: fixture.send(.post, to: "/contacts", body: body))
        == "409 conflict: An archived contact matching those details already exists with id=\(contact)")
  }

  @Test func `A merge does not copy the lead's email if another user has it`() {
    let (lead, user) = ("65f1a00a00000000000000aa", "65f1a00700000000000000a7")
    let body: JSON = ["from": .string(lead), "into": .string(user), "skip_duplicate_validation": true]
    let merged = fixture.send(.post, to: "/contacts/merge", body: body)
    #expect(merged.status == 200)
    #expect(merged.json["email"] == .some(.null))
    #expect(Invariants(fixture: fixture).violations() == [])
  }

  @Test func `The error for a merged contact depends on the version`() {
    let lead = "65f1a00900000000000000a9"
    _ = fixture.send(
      .post, to: "/contacts/merge",
      body: ["from": .string(lead), "into": .string(contact), "skip_duplicate_validation": true])
    #expect(fixture.send(.get, to: "/contacts/\(lead)", body: [:], version: .v2_15).status == 404)
    #expect(fixture.send(.get, to: "/contacts/\(lead)", body: [:], version: .v2_16).status == 410)
    #expect(fixture.send(.get, to: "/contacts/\(lead)", body: [:], version: .preview).status == 410)
  }

  @Test func `An archived contact is in no list and no search until it is unarchived`() {
    func isFound() -> [Bool] {
      let query: JSON = ["query": ["field": "id", "operator": "=", "value": .string(contact)]]
      return [
        fixture.send(.get, to: "/contacts?per_page=150").json.text.contains("\"id\":\"\(contact)\""),
        fixture.send(.post, to: "/contacts/search", body: query).json["total_count"] == 1,
        fixture.send(.get, to: "/contacts/\(contact)").status == 200,
      ]
    }
    #expect(isFound() == [true, true, true])
    _ = fixture.send(.post, to: "/contacts/\(contact)/archive")
    #expect(isFound() == [false, false, true])
    _ = fixture.send(.post, to: "/contacts/\(contact)/unarchive")
    #expect(isFound() == [true, true, true])
  }
}

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

  @Test func `A visitor becomes a user with the same id and creation time`() throws {
    let contact = try convertVisitor(to: "user", user: ["email": "rabbit@sdk.test"])
    #expect(contact["id"] == .string(id) && contact["role"] == "user" && contact["created_at"] == 1)
    #expect(contact["external_id"] == nil || contact["external_id"] == .null)
    #expect(contact["name"] == "White Rabbit" && contact["location"]?["country"] == "Ireland")
    #expect(fixture.workspace[Visitors.model].count == 0)
  }

  @Test func `A lead keeps the visitor's user id`() throws {
    let contact = try convertVisitor(to: "lead", user: [:])
    #expect(contact["role"] == "lead" && contact["external_id"] == "uuid-1")
  }

  @Test(arguments: ["id", "user_id", "email"])
  func `Merging a visitor into an existing user keeps the user's values`(key: String) throws {
    let alice = try fixture.send(
      .post, to: "/contacts", body: ["external_id": "alice-1", "email": "alice@sdk.test", "name": "Alice"])
    let names: JSONObject = ["id": alice["id"] ?? .null, "user_id": "alice-1", "email": "Alice@sdk.test"]
    let contact = try convertVisitor(to: "user", user: [key: try #require(names[key])])
    #expect(contact["id"] == alice["id"] && contact["name"] == "Alice")
    #expect(contact["custom_attributes"] == ["plan": "free"])
    #expect(fixture.workspace[Contacts.model].count == 1)
  }

  @Test func `An email of another contact is a conflict, and nothing is changed`() throws {
    try fixture.send(.post, to: "/contacts", body: ["external_id": "alice-1", "email": "alice@sdk.test"])
    #expect { try convertVisitor(to: "user", user: ["user_id": "rabbit-1", "email": "alice@sdk.test"]) } throws: {
      ($0 as? APIError)?.status == .conflict
    }
    #expect(fixture.workspace[Visitors.model].count == 1)
  }
}
