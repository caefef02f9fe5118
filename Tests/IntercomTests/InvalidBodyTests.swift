import API
import HTTPTypes
import JSON
import Store
import TestSupport
import Testing

/// The response to an invalid request is a documented error or a success, never a 5xx, and an error changes nothing.
@Suite struct InvalidBodyTests {
  /// A failed merge is recorded as an activity. Tagging creates the tag even if a contact or company is missing.
  private static func writesOnError(_ operation: API.Operation, status: Int) -> Bool {
    operation.id == "mergeContact" || operation.id == "createTag" && status == 404
  }

  private static let writeOperations = ServerFixture.catalogue.operations.filter { $0.method != .get }

  private func send(_ body: JSON, to operation: API.Operation, version: APIVersion, in fixture: ServerFixture) {
    fixture.runDueTasks()
    let before = fixture.revisions
    let (status, bytes) = fixture.sendForBytes(
      operation.method, to: InvalidBodies.path(for: operation), body: body.bytes, version: version)
    let isFine = (200..<300).contains(status) || isDocumentedError(status: status, body: bytes)
    if !isFine {
      Issue.record("\(status) for \(operation.id) in \(version.name): \(body.text.prefix(300))")
    }
    if status >= 400, !Self.writesOnError(operation, status: status), fixture.revisions != before {
      Issue.record("a rejected \(operation.id) in \(version.name) wrote a record: \(body.text.prefix(300))")
    }
  }

  /// The versions between these two share their code, so they are tested with fewer bodies.
  private func isOutermost(version: APIVersion) -> Bool {
    version == .v2_7 || version == .preview
  }

  private func isDocumentedError(status: Int, body bytes: [UInt8]) -> Bool {
    guard (400..<500).contains(status), let json = try? JSON(parsing: bytes) else { return false }
    // Some errors are not an error.list (Documentation.docc/Errors.md, "Other envelopes").
    if json["error_key"]?.string != nil { return true }
    if json["type"] == nil, let errors = json["errors"]?.object { return errors.allSatisfy { $0.value.string != nil } }
    if json["type"] == "error", json["message"]?.string != nil { return true }
    guard json["type"] == "error.list", let error = json["errors"]?.array?.first else { return false }
    return error["code"]?.string != nil && error["message"]?.string != nil
  }

  @Test(arguments: APIVersion.allCases)
  func `Members of the wrong type are rejected or converted, in every operation that writes`(version: APIVersion) throws
  {
    let fixture = try ServerFixture()
    var random = SeededRandom(seed: UInt64(version.rawValue))
    let values = isOutermost(version: version) ? InvalidBodies.invalidValues : InvalidBodies.valuePerType
    for operation in Self.writeOperations where operation.availability.contains(version) {
      fixture.reset()
      for value in values {
        send(
          .object(JSONObject(InvalidBodies.memberNames.map { (key: $0, value: value) })), to: operation,
          version: version, in: fixture)
        send(value, to: operation, version: version, in: fixture)
      }
      for _ in 1...6 { send(InvalidBodies.random(using: &random), to: operation, version: version, in: fixture) }
    }
  }

  @Test(arguments: [APIVersion.v2_7, .preview], InvalidBodies.templates.keys.sorted())
  func `A valid body with one invalid member, at any depth, is rejected or converted`(
    version: APIVersion, name: String
  ) throws {
    let fixture = try ServerFixture()
    let operation = try #require(Self.writeOperations.first { $0.id == name }, "unknown operation \(name)")
    guard operation.availability.contains(version), let good = InvalidBodies.templates[name] else { return }
    let first = fixture.sendForBytes(
      operation.method, to: InvalidBodies.path(for: operation), body: JSON.object(good).bytes, version: version)
    #expect(first.status < 300, "\(name): \(String(decoding: first.body, as: UTF8.self))")
    fixture.reset()
    for (number, body) in InvalidBodies.variants(of: .object(good)).enumerated() {
      if number % 40 == 0 { fixture.reset() }
      send(body, to: operation, version: version, in: fixture)
    }
  }

  @Test(arguments: APIVersion.allCases)
  func `Invalid queries and ids are rejected or converted`(version: APIVersion) throws {
    let fixture = try ServerFixture()
    let texts = ["", "0", "-1", "x", "1.5", "99999999999999999999", "%00", "%FF", "a%2Fb", "W10=", "W251bGwsMSwxXQ=="]
    let names = [
      "page", "per_page", "starting_after", "order", "sort", "cursor", "scroll_param", "company_id", "name", "tag_id",
      "segment_id", "include_count", "created_at_before", "created_at_after", "model", "include_archived", "type",
      "user_id", "email", "intercom_user_id", "summary", "before", "since", "contact_id", "external_id",
      "references_contact_id", "references_conversation_id", "ruleset_id", "message_id", "state_version", "success",
      "updated_since",
      "parent_folder_id", "states", "tag_ids", "tag_operator", "folder_ids", "created_at_before", "copilot_state",
      "count",
      "error_type", "start_ts", "end_ts", "include_bodies", "job_identifier",
    ]
    for operation in ServerFixture.catalogue.operations
    where operation.method == .get && operation.availability.contains(version) {
      for text in texts {
        let all = names.map { "\($0)=\(text)" }.joined(separator: "&")
        let odd = operation.path.split(separator: "/").map { $0.hasPrefix("{") ? "/" + text : "/\($0)" }.joined()
        let single =
          version == .preview && text.utf8.count < 4
          ? names.map { "\(InvalidBodies.path(for: operation))?\($0)=\(text)" } : []
        let targets = [InvalidBodies.path(for: operation) + "?" + all, odd] + single
        for target in targets {
          let (status, bytes) = fixture.sendForBytes(.get, to: target, version: version)
          let isFine = status == 200 || status == 302 || isDocumentedError(status: status, body: bytes)
          if !isFine { Issue.record("\(status) for GET \(target) in \(version.name)") }
        }
      }
    }
  }
}
