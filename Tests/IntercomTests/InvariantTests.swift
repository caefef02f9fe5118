import API
import HTTPTypes
import JSON
import Store
import TestSupport
import Testing
@testable import Intercom

/// Long random sequences of requests about contacts, after which the invariants must hold.
@Suite struct ContactInvariantTests {
  /// A client that sends valid requests in random order.
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

    /// The id of a random record, or occasionally an unknown id.
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
  func `Counts match lists, references resolve, and ids are unique`(version: APIVersion, seed: UInt64) throws {
    let fixture = try ServerFixture()
    var client = RandomContactActions(fixture: fixture, version: version, random: SeededRandom(seed: seed))
    #expect(Invariants(fixture: fixture).violations() == [], "before the first request")
    for round in 1...8 {
      for _ in 1...60 {
        let status = client.performAction()
        if !(200..<500).contains(status) { Issue.record("\(status) in round \(round)") }
      }
      let faults = Invariants(fixture: fixture).violations()
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

/// Long random sequences of requests about conversations, after which the invariants must hold.
@Suite struct ConversationInvariantTests {
  /// Teammates and contacts that send valid and invalid requests in random order.
  private struct RandomConversationActions {
    let fixture: ServerFixture
    let version: APIVersion
    var random: SeededRandom

    mutating func performAction() -> Int {
      let (one, contact) = (randomID(in: "conversations"), randomID(in: "contacts"))
      switch random.int(below: 26) {
      case 0, 1: return send(.post, to: "", body: ["from": ["type": "user", "id": .string(contact)], "body": "Hello"])
      case 2...5:
        return send(.post, to: "/\(random.int(below: 4) == 0 ? "last" : one)/reply", body: contactReply(from: contact))
      case 6...9: return send(.post, to: "/\(one)/reply", body: adminReplyBody())
      case 10...15: return send(.post, to: "/\(one)/parts", body: partBody())
      case 16:
        return send(
          .put, to: "/\(one)",
          body: ["read": true, "priority": "high", "company_id": .string(randomID(in: "companies"))])
      case 17: return send(.post, to: "/\(one)/tags", body: ["id": .string(randomID(in: "tags")), "admin_id": "1001"])
      case 18: return send(.delete, to: "/\(one)/tags/\(randomID(in: "tags"))", body: ["admin_id": "1001"])
      case 19: return send(.post, to: "/\(one)/customers", body: ["customer": ["intercom_user_id": .string(contact)]])
      case 20: return send(.delete, to: "/\(one)/customers/\(contact)", body: [:])
      case 21:
        return send(
          .post, to: "/\(one)/merge",
          body: ["merge_into_conversation_id": .integer(Int64(randomID(in: "conversations")) ?? 0)])
      case 23:
        fixture.advanceClock(bySeconds: Int64(random.int(below: 90_000)))
        return send(.get, to: "/\(one)", body: [:])
      case 24:
        let what: JSON =
          random.int(below: 2) == 0
          ? ["summary": randomText(), "bowls": 2] : ["issue_type": randomText(), "bowls": randomText()]
        return send(.put, to: "/\(one)", body: ["custom_attributes": what])
      case 22:
        return random.int(below: 3) == 0
          ? send(.delete, to: "/\(one)", body: [:]) : send(.get, to: "/\(one)", body: [:])
      default:
        return fixture.send(
          random.int(below: 2) == 0 ? .delete : .get, to: "/contacts/\(contact)", body: [:], version: version
        ).status
      }
    }

    private func send(_ method: HTTPRequest.Method, to path: String, body: JSONObject) -> Int {
      fixture.send(method, to: "/conversations\(path)", body: .object(body), version: version).status
    }

    private mutating func randomID(in collection: String) -> String {
      let all = fixture.workspace.collection(named: collection)?.all ?? []
      return all.isEmpty || random.int(below: 30) == 0 ? "none" : random.one(of: all).id
    }

    private mutating func contactReply(from contact: String) -> JSONObject {
      ["message_type": "comment", "type": "user", "intercom_user_id": .string(contact), "body": randomText()]
    }

    private mutating func adminReplyBody() -> JSONObject {
      [
        "message_type": random.one(of: ["comment", "note", "quick_reply", "shout"]), "type": "admin",
        "admin_id": random.one(of: ["1001", "1002", "none"]), "body": randomText(),
        "reply_options": [["text": "Yes", "uuid": "1"]],
      ]
    }

    private mutating func partBody() -> JSONObject {
      [
        "message_type": random.one(of: ["close", "open", "snoozed", "assignment"]),
        "type": random.one(of: ["admin", "team"]), "admin_id": random.one(of: ["1001", "1003"]),
        "assignee_id": random.one(of: ["1001", "1002", "2001", "0"]),
        "snoozed_until": .integer(Int64(random.int(below: 2)) * 4_000_000_000),
      ]
    }

    private mutating func randomText() -> JSON { random.one(of: ["Soup?", "Yes", "", .null, 7]) }
  }

  @Test(arguments: [APIVersion.v2_7, .v2_11, .v2_14, .v2_16, .preview])
  func `Whatever is done, the books of conversations balance`(version: APIVersion) throws {
    let fixture = try ServerFixture()
    #expect(Invariants(fixture: fixture).violations() == [])
    var inbox = RandomConversationActions(
      fixture: fixture, version: version, random: SeededRandom(seed: UInt64(version.rawValue) + 7))
    for step in 1...1500 {
      let status = inbox.performAction()
      #expect(status < 500, "step \(step)")
      if step % 300 == 0 { #expect(Invariants(fixture: fixture).violations() == [], "after step \(step)") }
    }
  }
}

/// Long random sequences of requests about articles and collections, after which the invariants must hold.
@Suite struct KnowledgeInvariantTests {
  /// A teammate that sends valid and invalid requests in random order.
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

    /// The id of a random record, or occasionally an unknown id.
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

  @Test(arguments: [(.v2_7, 1), (.v2_12, 2), (.v2_16, 3), (.preview, 4)] as [(APIVersion, UInt64)])
  func `Whatever is done, the books of articles and collections balance`(version: APIVersion, seed: UInt64) throws {
    let fixture = try ServerFixture()
    var writer = RandomArticleActions(fixture: fixture, version: version, random: SeededRandom(seed: seed))
    for step in 1...800 {
      let status = writer.performAction()
      if !(200..<500).contains(status) { Issue.record("\(status) at step \(step)") }
      guard step % 100 == 0 else { continue }
      let faults = Invariants(fixture: fixture).violations()
      if !faults.isEmpty {
        Issue.record("after step \(step): \(faults.prefix(5))")
        break
      }
    }
  }

  @Test func `Many operations of the random sequences succeed`() throws {
    let fixture = try ServerFixture()
    var writer = RandomArticleActions(fixture: fixture, version: .preview, random: SeededRandom(seed: 7))
    var fine = 0
    for _ in 1...300 where writer.performAction() < 300 { fine += 1 }
    #expect(fine > 100)
    #expect(!fixture.workspace[ArticleVersions.model].all.isEmpty)
  }
}
