import API
import HTTPMessage
import HTTPTypes
import JSON
import Store
import Testing
@testable import Intercom

/// Changes of more records than are changed in one step.
@Suite struct LargeChangeTests {
  private let fixture = WorkspaceFixture()
  private static let catalogue = Catalogue.intercom
  private let company: String

  init() throws {
    let created = try fixture.send(.post, to: "/companies", body: ["company_id": "big", "name": "Big"])
    company = created["id"]?.string ?? ""
    for number in 1...400 {
      fixture.insert(
        ["id": .string("c\(number)"), "role": "user", "company_ids": [.string(company)], "segment_ids": []],
        into: Contacts.model)
    }
  }

  private var contacts: RecordCollection { fixture.workspace[Contacts.model] }

  private func members() -> Int { contacts.count(in: "company_ids", under: company) }

  private func begin(_ method: HTTPRequest.Method, _ target: String, body: JSONObject = [:]) throws -> SlicedWork<Reply>
  {
    let request = Request(method: method, target: target, authority: "mock.test")
    let match = try #require(
      Self.catalogue.router.match(method: method, segments: request.segments, version: .preview))
    return try match.operation.begin(
      Call(
        workspace: fixture.workspace, operation: match.operation, plan: Self.catalogue.plan(for: .preview),
        parameters: match.parameters, request: request, body: body))
  }

  @Test func `A deletion is seen as a whole, and keeps the writes made in the meantime`() throws {
    _ = fixture.workspace.takeMutations()
    var work = try begin(.delete, "/companies/\(company)")
    var steps = 0
    while case .unfinished = work {
      #expect(fixture.workspace[Companies.model][company] != nil && members() == 400 + min(steps, 1))
      if steps == 0 {
        var changed = try #require(contacts["c7"])
        changed["name"] = "Changed"
        contacts.replace(changed)
        fixture.insert(["id": "late", "role": "user", "company_ids": [.string(company)]], into: Contacts.model)
        contacts.remove(id: "c8")
        fixture.insert(["id": "c8", "role": "user", "company_ids": [.string(company)]], into: Contacts.model)
      }
      work = try work.run(for: .zero)
      steps += 1
    }
    #expect(steps > 5)
    #expect(fixture.workspace[Companies.model][company] == nil && members() == 0)
    #expect(contacts.count == 401 && contacts["c7"]?["name"] == "Changed" && contacts["late"] != nil)
    let written = Set(Mutation.coalesced(fixture.workspace.takeMutations()).map(\.key))
    #expect(written.count == 402)
  }

  @Test func `A deletion that is begun while the state is reset leaves the new state alone`() throws {
    let seed = fixture.workspace.state
    var work = try begin(.delete, "/companies/\(company)")
    fixture.workspace.reset(to: seed)
    while case .unfinished = work { work = try work.run(for: .zero) }
    #expect(fixture.workspace[Companies.model][company] != nil && members() == 400)
  }

  @Test func `A large change has the same result as the small ones it consists of`() throws {
    let tag = try fixture.send(.post, to: "/tags", body: ["name": "many", "users": users(1...300)])
    let id = tag["id"]?.string ?? ""
    #expect(fixture.workspace[Taggings.model].count(in: "tag_id", under: id) == 300)
    #expect(tag["users"]?.array?.count == 300)
    try fixture.send(.post, to: "/tags", body: ["name": "many", "users": users(101...400, untag: true)])
    #expect(fixture.workspace[Taggings.model].count(in: "tag_id", under: id) == 100)
    try fixture.send(.delete, to: "/tags/\(id)")
    #expect(fixture.workspace[Taggings.model].count == 0 && fixture.workspace[Tags.model][id] == nil)
  }

  private func users(_ numbers: ClosedRange<Int>, untag: Bool = false) -> JSON {
    .array(numbers.map { ["id": .string("c\($0)"), "untag": .boolean(untag)] })
  }
}
