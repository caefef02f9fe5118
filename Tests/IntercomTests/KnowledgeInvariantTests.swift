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
  private struct RandomArticleActions {
    let fixture: ServerFixture
    let version: APIVersion
    var random: SeededRandom

    mutating func performAction() -> Int {
      let article = "/articles/\(randomID(in: "articles"))"
      switch random.int(below: 26) {
      case 0...3: return send(.post, to: "/articles", body: articleBody())
      case 4...8: return send(.put, to: article, body: articleBody())
      case 9...11: return send(.put, to: "\(article)/draft", body: articleBody())
      case 12...14:
        return send(.post, to: "\(article)/draft/publish", body: ["locales": .array([randomLocale(), randomLocale()])])
      case 15: return send(.delete, to: article)
      case 16: return send(.post, to: "\(article)/tags", body: ["id": .string(randomID(in: "tags"))])
      case 17: return send(.delete, to: "/audiences/\(randomID(in: "audiences"))")
      case 18: return send(.post, to: "/audiences", body: ["name": randomText()])
      case 19: return advanceClock()
      default: return performCollectionAction()
      }
    }

    private mutating func performCollectionAction() -> Int {
      let collection = "/help_center/collections/\(randomID(in: "collections"))"
      switch random.int(below: 8) {
      case 0, 1: return send(.post, to: "/help_center/collections", body: collectionBody())
      case 2: return send(.put, to: collection, body: collectionBody())
      case 3: return random.int(below: 3) == 0 ? send(.delete, to: collection) : send(.get, to: collection)
      case 4: return send(.post, to: "/help_center/sections", body: collectionBody())
      case 5: return send(.put, to: "/help_center/sections/\(randomID(in: "collections"))", body: collectionBody())
      case 6: return send(.post, to: "/help_center/help_centers/30001/redirects", body: redirectBody())
      default: return send(.get, to: "/articles/search?phrase=soup&highlight=true")
      }
    }

    private mutating func advanceClock() -> Int {
      fixture.advanceClock(bySeconds: Int64(random.int(below: 100_000)))
      return send(.get, to: "/articles")
    }

    private func send(_ method: HTTPRequest.Method, to path: String, body: JSONObject = [:]) -> Int {
      fixture.send(method, to: path, body: .object(body), version: version).status
    }

    // MARK: Bodies

    /// The id of one of those that are there, or now and then of none.
    private mutating func randomID(in collection: String) -> String {
      let all = fixture.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.int(below: 30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func articleBody() -> JSONObject {
      var body: JSONObject = ["author_id": random.one(of: [1001, 1002, 1001, "none"])]
      if random.int(below: 3) > 0 { body["title"] = randomText() }
      if random.int(below: 2) == 0 { body["body"] = randomText() }
      if random.int(below: 3) == 0 { body["state"] = random.one(of: ["published", "draft", "published", "lost"]) }
      if random.int(below: 4) == 0 { body["parent_id"] = .string(randomID(in: "collections")) }
      if random.int(below: 4) == 0 { body["audience_ids"] = [.string(randomID(in: "audiences"))] }
      if random.int(below: 8) == 0 { body["scheduled_publish_at"] = "2024-06-03T00:00:00Z" }
      if random.int(below: 8) == 0 { body["scheduled_unpublish_at"] = random.one(of: ["2024-06-04T00:00:00Z", .null]) }
      guard random.int(below: 2) == 0, let locale = randomLocale().string else { return body }
      let state: JSON = random.one(of: ["published", "draft", .null])
      body["translated_content"] = .object([locale: ["title": randomText(), "body": randomText(), "state": state]])
      return body
    }

    private mutating func collectionBody() -> JSONObject {
      var body: JSONObject = ["name": randomText()]
      if random.int(below: 2) == 0 { body["parent_id"] = .string(randomID(in: "collections")) }
      if random.int(below: 4) == 0 { body["parent_id"] = JSON.null }
      if random.int(below: 3) == 0 { body["help_center_id"] = random.one(of: [30001, 30002, 4711]) }
      return body
    }

    private mutating func redirectBody() -> JSONObject {
      let type = random.one(of: ["article", "collection"])
      return [
        "from_url": .string("https://help.example.com/\(random.int(below: 20))"), "locale": randomLocale(),
        "target_type": .string(type), "target_id": .string(randomID(in: type + "s")),
      ]
    }

    private mutating func randomLocale() -> JSON { random.one(of: ["en", "fr", "de", "tlh"]) }
    private mutating func randomText() -> JSON { random.one(of: ["Soup", "Crème", "<p>Tea</p>", "", .null, 7]) }
  }

  @Test(
    "whatever is done, the books of articles and collections balance",
    arguments: [(.v2_7, 1), (.v2_12, 2), (.v2_16, 3), (.preview, 4)] as [(APIVersion, UInt64)])
  func balance(version: APIVersion, seed: UInt64) throws {
    let town = try ServerFixture()
    var writer = RandomArticleActions(fixture: town, version: version, random: SeededRandom(seed: seed))
    for step in 1...800 {
      let status = writer.performAction()
      if !(200..<500).contains(status) { Issue.record("\(status) at step \(step)") }
      guard step % 100 == 0 else { continue }
      let faults = Invariants(fixture: town).violations()
      if !faults.isEmpty {
        Issue.record("after step \(step): \(faults.prefix(5))")
        break
      }
    }
  }

  @Test("the sequences do what they are for: many operations succeed")
  func succeeds() throws {
    let town = try ServerFixture()
    var writer = RandomArticleActions(fixture: town, version: .preview, random: SeededRandom(seed: 7))
    var fine = 0
    for _ in 1...300 where writer.performAction() < 300 { fine += 1 }
    #expect(fine > 100)
    #expect(!town.workspace[ArticleVersions.model].all.isEmpty)
  }
}
