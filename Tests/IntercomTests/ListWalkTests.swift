import JSON
import TestSupport
import Testing

@testable import API
@testable import Intercom

/// Walks over all lists and searches of the catalogue, with other page sizes and with writes between the pages.
///
/// The lists are found by their replies, so that a new one needs no addition here, unless it requires a parameter.
@Suite struct ListWalkTests {
  /// The parameters and paths that lists require to list records of the default fixtures.
  private static let parameters: [String: JSONObject] = [
    "listActivityLogs": ["created_at_after": 1], "searchActivityLogs": ["created_at_after": 1],
    "searchArticles": ["phrase": "soup"], "searchInternalArticles": ["phrase": "letters"],
    "lisDataEvents": ["type": "user", "intercom_user_id": "65f1a00100000000000000a1"],
    "getWhatsAppMessageStatus": ["ruleset_id": "7202"],
    "searchContacts": query, "searchConversations": query, "searchTickets": query, "searchCompanies": query,
  ]
  private static let query: JSONObject = ["query": ["field": "created_at", "operator": ">", "value": 1]]
  private static let paths = ["listArticleVersions": "/articles/402/versions"]
  /// Operations that require a parameter although they do not list records by pages.
  private static let unpaged: Set<String> = [
    "listCallsWithTranscripts", "listCustomObjectInstances", "retrieveVisitorWithUserId",
    "retrieveWhatsAppMessageStatus",
  ]

  @Test(arguments: [APIVersion.v2_7, .v2_11, .v2_15, .preview])
  func `Each record that stays is listed once`(version: APIVersion) throws {
    let fixture = try ServerFixture()
    for list in Self.lists(in: version, fixture: fixture) {
      let isNumbered = Self.walk(list, with: .nothing, seed: 1, fixture: fixture)
      // Records may move between numbered pages while something changes.
      guard !isNumbered else { continue }
      for change in ListWalk.Change.allCases.dropFirst() {
        Self.walk(list, with: change, seed: UInt64(version.rawValue), fixture: fixture)
      }
    }
  }

  @Test func `Each record that stays is found once, in every order of a search`() throws {
    let fixture = try ServerFixture()
    for list in Self.lists(in: .preview, fixture: fixture) where list.isSearch {
      for (seed, field) in Self.sortFields(of: list).enumerated() {
        var list = list
        list.parameters["sort"] = [
          "field": .string(field), "order": seed.isMultiple(of: 2) ? "ascending" : "descending",
        ]
        Self.walk(list, with: .anything, seed: UInt64(seed), fixture: fixture)
      }
    }
  }

  /// Walks over a list and records what is wrong; returns whether its pages have numbers.
  @discardableResult
  private static func walk(_ list: PagedList, with change: ListWalk.Change, seed: UInt64, fixture: ServerFixture)
    -> Bool
  {
    fixture.reset()
    var walk = ListWalk(over: list, fixture: fixture, seed: seed)
    for fault in walk.faults(with: change) {
      let sort = list.parameters["sort"].map { " sorted by \($0.text)" } ?? ""
      Issue.record("\(list.operation.id)\(sort) with \(change), seed \(seed): \(fault)")
    }
    return walk.isNumbered
  }

  private static func lists(in version: APIVersion, fixture: ServerFixture) -> [PagedList] {
    ServerFixture.catalogue.operations.compactMap { operation in
      guard operation.availability.contains(version), operation.method == .get || operation.kind != .standard,
        operation.kind != .stream
      else { return nil }
      fixture.reset()
      let list = PagedList(
        operation: operation, path: paths[operation.id] ?? InvalidBodies.path(for: operation), version: version,
        parameters: parameters[operation.id] ?? [:])
      let answer = ListClient(fixture: fixture, list: list).page(size: 1)
      #expect(
        answer.status != 400 || unpaged.contains(operation.id),
        "\(operation.id) requires a parameter: add it to this test")
      return answer.page == nil ? nil : list
    }
  }

  private static func sortFields(of list: PagedList) -> [String] {
    let definitions = [
      "searchContacts": Contacts.searchDefinition, "searchConversations": Conversations.searchDefinition,
      "searchTickets": Tickets.searchDefinition, "searchCompanies": Companies.searchDefinition,
    ]
    let fields = definitions[list.operation.id]?.fields.values.map(\.field) ?? []
    return fields.filter { $0.isSortable && $0.availability.contains(list.version) }.map(\.name).sorted()
  }
}
