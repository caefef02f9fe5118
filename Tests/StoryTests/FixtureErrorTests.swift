import API
import MockServer
import TestSupport
import Testing

/// The fixtures of the repository, and the errors for invalid fixtures.
@Suite struct FixtureErrorTests {
  static let contacts = """
    [
      { "id": "65f1a00100000000000000a1", "name": "Iris Vale" },
      {
        "id": "65f1a00200000000000000a2", @
      }
    ]
    """

  @Test(arguments: try TestFiles.names(in: TestFiles.root + "/fixtures"))
  func `The fixtures of the repository load without warnings`(fixtures name: String) throws {
    let fixtureSet = try FixtureSet(from: name)
    #expect(fixtureSet.warnings.isEmpty)
  }

  @Test func `The default fixtures have many collections, the empty ones only admins and ticket states`() throws {
    let full = try FixtureSet.files(of: "default").map(\.name)
    #expect(Set(Catalogue.shared.layout.collections.map(\.name)).intersection(full).count > 15)
    #expect(try FixtureSet.files(of: "empty").map(\.name) == ["admins", "ticket_states", "workspace"])
  }

  @Test(arguments: [
    (#""shoe_size": 42"#, "shoe_size", "contact has no such field"),
    (#""name": 5"#, "name", "expected a string"),
    (
      #""created_at": "yesterday""#, "created_at",
      #"expected a Unix timestamp in seconds or a relative time such as "-2d""#
    ),
    (#""created_at": 1.5"#, "created_at", #"expected a Unix timestamp in seconds or a relative time such as "-2d""#),
    (#""role": "king""#, "role", "expected one of user, lead"),
    (#""has_hard_bounced": "no""#, "has_hard_bounced", "expected a boolean"),
    (#""custom_attributes": []"#, "custom_attributes", "expected an object"),
    (#""location": { "planet": "Earth" }"#, "location.planet", "contact_location has no such field"),
    (#""location": { "city": 1 }"#, "location.city", "expected a string"),
    (#""social_profiles": { "data": [5] }"#, "social_profiles.data", "expected an array"),
    (#""owner_id": "4711""#, "owner_id", "there is no admin 4711"),
    (#""company_ids": ["nowhere"]"#, "company_ids", "there is no company nowhere"),
  ])
  func `An error names file, line, record and field`(member: String, field: String, reason: String) {
    let error = FixtureError(
      file: "fixtures/test/contacts.json", line: 3, record: "65f1a00200000000000000a2", field: field, reason: reason)
    expect(error, loading: ["contacts": Self.contacts.replacing("@", with: member)])
  }

  @Test func `Records without an id, records that are not objects and duplicate ids are errors`() {
    let file = "fixtures/test/tags.json"
    expect(
      FixtureError(file: file, line: 2, field: "id", reason: "a record must have an id"),
      loading: ["tags": "[\n  { \"name\": \"VIP\" }\n]"])
    expect(
      FixtureError(file: file, line: 1, reason: "a record must be an object"), loading: ["tags": "[5]"])
    expect(
      FixtureError(file: file, line: 3, record: "1", field: "id", reason: "the id is not unique"),
      loading: ["tags": "[\n  { \"id\": \"1\" },\n  { \"id\": \"1\" }\n]"])
  }

  @Test func `Files that are not arrays, not JSON or of an unknown collection are errors`() {
    expect(FixtureError(file: "fixtures/test/tags.json", line: 1, reason: "expected an array"), loading: ["tags": "{}"])
    expect(
      FixtureError(file: "fixtures/test/tags.json", line: 2, reason: "expected ':' after a key"),
      loading: ["tags": "[\n  { \"id\" \"1\" }\n]"])
    expect(
      FixtureError(file: "fixtures/test/soups.json", reason: "unknown collection soups"), loading: ["soups": "[]"])
    expect(
      FixtureError(file: "fixtures/test/workspace.json", reason: "expected an object"), loading: ["workspace": "[]"]
    )
    expect(
      FixtureError(
        file: "fixtures/test/access_tokens.json", line: 1, record: "x", field: "refused",
        reason: "expected one of invalid, revoked, suspended, blocked, no-plan, read-only, no-scope"),
      loading: ["access_tokens": #"[{ "token": "x", "refused": "always" }]"#])
  }

  @Test func `The description of an error contains location and reason`() {
    let error = FixtureError(
      file: "fixtures/test/tags.json", line: 3, record: "1", field: "name", reason: "expected a string")
    #expect(error.description == "fixtures/test/tags.json:3: record 1, field name: expected a string")
  }

  @Test func `Computed members of a response are ignored with a warning`() throws {
    let fixtureSet = try Self.load(files: ["tags": "[\n  { \"type\": \"tag\", \"id\": \"1\", \"name\": \"VIP\" }\n]"])
    #expect(fixtureSet.warnings == [])
    let other = try Self.load(files: ["contacts": Self.contacts.replacing("@", with: #""email_domain": "example.com""#)]
    )
    #expect(
      other.warnings == [
        "fixtures/test/contacts.json:3: record 65f1a00200000000000000a2, field email_domain: never stored, so it is ignored"
      ])
  }

  private static func load(files: [String: String]) throws -> FixtureSet {
    try FixtureSet(
      from: files.map {
        FixtureLoader.File(path: "fixtures/test/\($0.key).json", name: $0.key, bytes: Array($0.value.utf8))
      })
  }

  private func expect(
    _ error: FixtureError, loading files: [String: String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let thrown = #expect(throws: FixtureError.self, sourceLocation: sourceLocation) { _ = try Self.load(files: files) }
    #expect(thrown?.description == error.description, sourceLocation: sourceLocation)
  }
}
