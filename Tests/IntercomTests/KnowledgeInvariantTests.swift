import API
import HTTPTypes
import JSON
import Store
import TestSupport
import Testing

@testable import Intercom

/// Long random lives of articles and collections, after each of which the books must balance.
@Suite struct KnowledgeInvariantTests {
  /// A teammate who does valid and invalid things in no sensible order.
  private struct Writer {
    let town: Town
    let version: APIVersion
    var random: Seeded

    mutating func act() -> Int {
      let article = "/articles/\(id("articles"))"
      switch random.below(26) {
      case 0...3: return send(.post, "/articles", text())
      case 4...8: return send(.put, article, text())
      case 9...11: return send(.put, "\(article)/draft", text())
      case 12...14: return send(.post, "\(article)/draft/publish", ["locales": .array([locale(), locale()])])
      case 15: return send(.delete, article)
      case 16: return send(.post, "\(article)/tags", ["id": .string(id("tags"))])
      case 17: return send(.delete, "/audiences/\(id("audiences"))")
      case 18: return send(.post, "/audiences", ["name": word()])
      case 19: return wait()
      default: return arrange()
      }
    }

    private mutating func arrange() -> Int {
      let collection = "/help_center/collections/\(id("collections"))"
      switch random.below(8) {
      case 0, 1: return send(.post, "/help_center/collections", place())
      case 2: return send(.put, collection, place())
      case 3: return random.below(3) == 0 ? send(.delete, collection) : send(.get, collection)
      case 4: return send(.post, "/help_center/sections", place())
      case 5: return send(.put, "/help_center/sections/\(id("collections"))", place())
      case 6: return send(.post, "/help_center/help_centers/30001/redirects", redirect())
      default: return send(.get, "/articles/search?phrase=soup&highlight=true")
      }
    }

    private mutating func wait() -> Int {
      town.wait(Int64(random.below(100_000)))
      return send(.get, "/articles")
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSONObject = [:]) -> Int {
      town.ask(method, path, .object(body), version).status
    }

    // MARK: Bodies

    /// The id of one of those that are there, or now and then of none.
    private mutating func id(_ collection: String) -> String {
      let all = town.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.below(30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func text() -> JSONObject {
      var body: JSONObject = ["author_id": random.one(of: [1001, 1002, 1001, "none"])]
      if random.below(3) > 0 { body["title"] = word() }
      if random.below(2) == 0 { body["body"] = word() }
      if random.below(3) == 0 { body["state"] = random.one(of: ["published", "draft", "published", "lost"]) }
      if random.below(4) == 0 { body["parent_id"] = .string(id("collections")) }
      if random.below(4) == 0 { body["audience_ids"] = [.string(id("audiences"))] }
      if random.below(8) == 0 { body["scheduled_publish_at"] = "2024-06-03T00:00:00Z" }
      if random.below(8) == 0 { body["scheduled_unpublish_at"] = random.one(of: ["2024-06-04T00:00:00Z", .null]) }
      guard random.below(2) == 0, let locale = locale().string else { return body }
      let state: JSON = random.one(of: ["published", "draft", .null])
      body["translated_content"] = .object([locale: ["title": word(), "body": word(), "state": state]])
      return body
    }

    private mutating func place() -> JSONObject {
      var body: JSONObject = ["name": word()]
      if random.below(2) == 0 { body["parent_id"] = .string(id("collections")) }
      if random.below(4) == 0 { body["parent_id"] = JSON.null }
      if random.below(3) == 0 { body["help_center_id"] = random.one(of: [30001, 30002, 4711]) }
      return body
    }

    private mutating func redirect() -> JSONObject {
      let type = random.one(of: ["article", "collection"])
      return [
        "from_url": .string("https://help.example.com/\(random.below(20))"), "locale": locale(),
        "target_type": .string(type), "target_id": .string(id(type + "s")),
      ]
    }

    private mutating func locale() -> JSON { random.one(of: ["en", "fr", "de", "tlh"]) }
    private mutating func word() -> JSON { random.one(of: ["Soup", "Crème", "<p>Tea</p>", "", .null, 7]) }
  }

  @Test(
    "whatever is done, the books of articles and collections balance",
    arguments: [(.v2_7, 1), (.v2_12, 2), (.v2_16, 3), (.preview, 4)] as [(APIVersion, UInt64)])
  func balance(version: APIVersion, seed: UInt64) throws {
    let town = try Town()
    var writer = Writer(town: town, version: version, random: Seeded(seed))
    for step in 1...800 {
      let status = writer.act()
      if !(200..<500).contains(status) { Issue.record("\(status) at step \(step)") }
      guard step % 100 == 0 else { continue }
      let faults = Ledger(town: town).faults()
      if !faults.isEmpty {
        Issue.record("after step \(step): \(faults.prefix(5))")
        break
      }
    }
  }

  @Test("the sequences do what they are for: many operations succeed")
  func succeeds() throws {
    let town = try Town()
    var writer = Writer(town: town, version: .preview, random: Seeded(7))
    var fine = 0
    for _ in 1...300 where writer.act() < 300 { fine += 1 }
    #expect(fine > 100)
    #expect(!town.workspace[ArticleVersions.model].all.isEmpty)
  }
}
