import API
import HTTPTypes
import JSON
import Store
import TestSupport
import Testing

@testable import Intercom

/// Long random lives of a workspace, after each of which the books must balance.
@Suite struct ContactInvariantTests {
  /// A client that does sensible things in no sensible order.
  private struct RandomContactActions {
    let fixture: ServerFixture
    let version: APIVersion
    var random: SeededRandom

    mutating func performAction() -> Int {
      let (contact, company, tag) = (randomID(in: "contacts"), randomID(in: "companies"), randomID(in: "tags"))
      let one = random.int(below: 30)
      switch one {
      case 0...3: return send(.post, to: "/contacts", body: contactBody())
      case 4, 5: return send(.put, to: "/contacts/\(contact)", body: contactBody())
      case 6: return send(.delete, to: "/contacts/\(contact)")
      case 7: return send(.post, to: "/contacts/\(contact)/\(random.one(of: ["archive", "unarchive", "block"]))")
      case 8...10: return send(.post, to: "/contacts/merge", body: mergeBody(contact, with: randomID(in: "contacts")))
      case 11, 12:
        return send(
          .post, to: "/companies",
          body: ["company_id": randomName(below: 8), "name": "c", "plan": randomName(below: 3)])
      case 13: return send(.delete, to: "/companies/\(company)")
      case 14...17: return send(.post, to: "/contacts/\(contact)/companies", body: ["id": .string(company)])
      case 18: return send(.delete, to: "/contacts/\(contact)/companies/\(company)")
      case 19, 20: return send(.post, to: "/tags", body: taggingBody(contact: contact, company: company))
      case 21...23: return send(.post, to: "/contacts/\(contact)/tags", body: ["id": .string(tag)])
      case 24: return send(.delete, to: "/contacts/\(contact)/tags/\(tag)")
      case 25: return send(.delete, to: "/tags/\(tag)")
      case 26, 27: return send(.post, to: "/contacts/\(contact)/notes", body: ["body": "note", "admin_id": "1001"])
      case 28: return send(.put, to: "/tags", body: ["id": .string(tag), "name": randomName(below: 6)])
      default:
        return random.int(below: 2) == 0
          ? convertVisitor() : send(.post, to: "/tags", body: ["id": .string(tag), "name": randomName(below: 6)])
      }
    }

    private func send(_ method: HTTPRequest.Method, to path: String, body: JSONObject = [:]) -> Int {
      fixture.send(method, to: path, body: .object(body), version: version).status
    }

    /// The id of one of those that are there, or now and then of none.
    private mutating func randomID(in collection: String) -> String {
      let all = fixture.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.int(below: 30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func randomName(below bound: Int) -> JSON { .string("n\(random.int(below: bound))") }

    private mutating func contactBody() -> JSONObject {
      var body: JSONObject = ["role": random.one(of: ["user", "lead"])]
      if random.int(below: 2) == 0 { body["email"] = .string("N\(random.int(below: 12))@example.com") }
      if random.int(below: 3) == 0 { body["email"] = .string("n\(random.int(below: 12))@example.com") }
      if random.int(below: 3) == 0 { body["external_id"] = random.int(below: 4) == 0 ? .null : randomName(below: 12) }
      return body
    }

    private func mergeBody(_ one: String, with other: String) -> JSONObject {
      let roles = [one, other].map { fixture.workspace[Contacts.model][$0]?["role"].string }
      let (from, into) = roles.first == "lead" ? (one, other) : (other, one)
      return ["from": .string(from), "into": .string(into), "skip_duplicate_validation": true]
    }

    private mutating func taggingBody(contact: String, company: String) -> JSONObject {
      let untag = JSON.boolean(random.int(below: 3) == 0)
      return random.int(below: 2) == 0
        ? ["name": randomName(below: 6), "users": [["id": .string(contact), "untag": untag]]]
        : ["name": randomName(below: 6), "companies": [["id": .string(company), "untag": untag]]]
    }

    private mutating func convertVisitor() -> Int {
      let visitor = JSON.string(randomID(in: "visitors"))
      let user: JSON = ["email": .string("n\(random.int(below: 12))@example.com")]
      let body: JSONObject = ["visitor": ["id": visitor], "user": user, "type": random.one(of: ["user", "lead"])]
      return send(.post, to: "/visitors/convert", body: body)
    }
  }

  @Test(arguments: [(APIVersion.v2_7, 1), (.v2_14, 2), (.preview, 3), (.preview, 4)] as [(APIVersion, UInt64)])
  func `Counts agree with lists, references resolve, nothing is there twice`(version: APIVersion, seed: UInt64) throws {
    let town = try ServerFixture()
    var client = RandomContactActions(fixture: town, version: version, random: SeededRandom(seed: seed))
    #expect(Invariants(fixture: town).violations() == [], "before anything was done")
    for round in 1...8 {
      for _ in 1...60 {
        let status = client.performAction()
        if !(200..<500).contains(status) { Issue.record("\(status) in round \(round)") }
      }
      let faults = Invariants(fixture: town).violations()
      if !faults.isEmpty {
        Issue.record("round \(round): \(faults.prefix(5))")
        break
      }
    }
  }

  @Test func `The default fixtures violate no invariant`() throws {
    #expect(try Invariants(fixture: ServerFixture()).violations() == [])
  }
}
