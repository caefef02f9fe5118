import API
import HTTPTypes
import JSON
import Store
import TestSupport
import Testing

@testable import Intercom

/// Long random lives of a workspace, after each of which the books must balance.
@Suite struct InvariantTests {
  /// A client that does sensible things in no sensible order.
  private struct Client {
    let town: Town
    let version: APIVersion
    var random: Seeded

    mutating func act() -> Int {
      let (contact, company, tag) = (id("contacts"), id("companies"), id("tags"))
      let one = random.below(30)
      switch one {
      case 0...3: return send(.post, "/contacts", person())
      case 4, 5: return send(.put, "/contacts/\(contact)", person())
      case 6: return send(.delete, "/contacts/\(contact)")
      case 7: return send(.post, "/contacts/\(contact)/\(random.one(of: ["archive", "unarchive", "block"]))")
      case 8...10: return send(.post, "/contacts/merge", merge(contact, id("contacts")))
      case 11, 12: return send(.post, "/companies", ["company_id": number(8), "name": "c", "plan": number(3)])
      case 13: return send(.delete, "/companies/\(company)")
      case 14...17: return send(.post, "/contacts/\(contact)/companies", ["id": .string(company)])
      case 18: return send(.delete, "/contacts/\(contact)/companies/\(company)")
      case 19, 20: return send(.post, "/tags", tagging(contact, company))
      case 21...23: return send(.post, "/contacts/\(contact)/tags", ["id": .string(tag)])
      case 24: return send(.delete, "/contacts/\(contact)/tags/\(tag)")
      case 25: return send(.delete, "/tags/\(tag)")
      case 26, 27: return send(.post, "/contacts/\(contact)/notes", ["body": "note", "admin_id": "1001"])
      case 28: return send(.put, "/tags", ["id": .string(tag), "name": number(6)])
      default: return random.below(2) == 0 ? convert() : send(.post, "/tags", ["id": .string(tag), "name": number(6)])
      }
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSONObject = [:]) -> Int {
      town.ask(method, path, .object(body), version).status
    }

    /// The id of one of those that are there, or now and then of none.
    private mutating func id(_ collection: String) -> String {
      let all = town.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.below(30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func number(_ bound: Int) -> JSON { .string("n\(random.below(bound))") }

    private mutating func person() -> JSONObject {
      var body: JSONObject = ["role": random.one(of: ["user", "lead"])]
      if random.below(2) == 0 { body["email"] = .string("N\(random.below(12))@example.com") }
      if random.below(3) == 0 { body["email"] = .string("n\(random.below(12))@example.com") }
      if random.below(3) == 0 { body["external_id"] = random.below(4) == 0 ? .null : number(12) }
      return body
    }

    private func merge(_ one: String, _ other: String) -> JSONObject {
      let roles = [one, other].map { town.workspace[Contacts.model][$0]?["role"].string }
      let (from, into) = roles.first == "lead" ? (one, other) : (other, one)
      return ["from": .string(from), "into": .string(into), "skip_duplicate_validation": true]
    }

    private mutating func tagging(_ contact: String, _ company: String) -> JSONObject {
      let untag = JSON.boolean(random.below(3) == 0)
      return random.below(2) == 0
        ? ["name": number(6), "users": [["id": .string(contact), "untag": untag]]]
        : ["name": number(6), "companies": [["id": .string(company), "untag": untag]]]
    }

    private mutating func convert() -> Int {
      let visitor = JSON.string(id("visitors"))
      let user: JSON = ["email": .string("n\(random.below(12))@example.com")]
      let body: JSONObject = ["visitor": ["id": visitor], "user": user, "type": random.one(of: ["user", "lead"])]
      return send(.post, "/visitors/convert", body)
    }
  }

  @Test(arguments: [(APIVersion.v2_7, 1), (.v2_14, 2), (.preview, 3), (.preview, 4)] as [(APIVersion, UInt64)])
  func `Counts agree with lists, references resolve, nothing is there twice`(version: APIVersion, seed: UInt64) throws {
    let town = try Town()
    var client = Client(town: town, version: version, random: Seeded(seed))
    #expect(Ledger(town: town).faults() == [], "before anything was done")
    for round in 1...8 {
      for _ in 1...60 {
        let status = client.act()
        if !(200..<500).contains(status) { Issue.record("\(status) in round \(round)") }
      }
      let faults = Ledger(town: town).faults()
      if !faults.isEmpty {
        Issue.record("round \(round): \(faults.prefix(5))")
        break
      }
    }
  }

  @Test func `The default world is in order`() throws {
    #expect(try Ledger(town: Town()).faults() == [])
  }
}
