import API
import HTTPTypes
import JSON
import Store

/// Content of the knowledge hub, across all kinds: search and bulk actions.
enum Content: Resource {
  static let deferredTasks = [bulkAction]

  static let operations: [Operation] = [
    .get("/content/search", id: "searchContent", kind: .search, handler: search, available: .since(.v2_16)),
    .post("/content/bulk_actions", id: "bulkContentActions", handler: runBulkAction, available: .since(.v2_16)),
  ]

  static let model = FileSources.model

  static let listing: Listing = {
    var listing = Listing.numbered(
      perPage: 10, limit: 50, order: ListOrder(name: "id", descending: false),
      members: [.type, .total, .pages, .items],
      endsWithNull: true)
    listing.linksBack = true
    return listing
  }()
}

/// `GET /content/search`: full-text search in the titles and bodies of all content (Documentation.docc/Search.md,
/// "Other searches").
extension Content {
  /// The maximum length of a query in characters.
  private static let queryLimit = 500

  /// A search result.
  struct SearchHit {
    let record: Record
    let texts: [WordSearch.WeightedText]
    let node: Node
  }

  /// Searches content, best match first; without a query the most recently updated first.
  static func search(in call: Call) throws -> Reply {
    let phrase = call.queryParameter("query") ?? ""
    guard phrase.count <= queryLimit else {
      throw ContentQueryParameters.parameterInvalid(message: "query may have at most \(queryLimit) characters")
    }
    let filter = try ContentFilter(in: call)
    let plain = ContentKind.plain.filter { filter.types.contains($0.filter) }.flatMap {
      hits(of: $0, matching: filter, in: call)
    }
    let found =
      plain + (filter.types.contains(ContentKind.article.filter) ? articleHits(matching: filter, in: call) : [])
    let recent = found.sorted { ($0.record["updated_at"].integer ?? 0) > ($1.record["updated_at"].integer ?? 0) }
    return try listing.reply(with: WordSearch(phrase: phrase).ranked(recent, texts: \.texts).map(\.node), in: call)
  }

  /// Articles, with their contents in the languages and states that the filter allows.
  private static func articleHits(matching filter: ContentFilter, in call: Call) -> [SearchHit] {
    call.workspace[Articles.model].all.compactMap { record -> SearchHit? in
      guard filter.matches(record, kind: .article, in: call.workspace) else { return nil }
      let contents = contents(of: record, matching: filter)
      guard !contents.isEmpty else { return nil }
      let shown = contents.map { locale, content in
        Node.members([
          "type": "article_content", "id": .string(ArticleContentID(article: record.id, locale: locale).text),
          "title": .string(content["title"].string), "locale": .string(locale),
        ])
      }
      let node = Node.members([
        "type": "article", "id": .string(record.id), "title": .string(record["title"].string),
        "contents": .array(shown),
      ])
      return SearchHit(
        record: record, texts: contents.flatMap { ContentKind.article.searchTexts(of: $0.content) }, node: node)
    }
  }

  private static func contents(
    of record: Record, matching filter: ContentFilter
  ) -> [(locale: String, content: Record)] {
    let article = Article(record)
    return article.locales.compactMap { locale in
      guard let content = article.liveContent(for: locale), filter.locales.isEmpty || filter.locales.contains(locale),
        filter.states.isEmpty || filter.states.contains(content["state"].string ?? "draft")
      else { return nil }
      return (locale, content)
    }
  }

  /// The matching records of a kind without drafts, which always count as published.
  private static func hits(of kind: ContentKind, matching filter: ContentFilter, in call: Call) -> [SearchHit] {
    guard filter.states.isEmpty || filter.states.contains("published") else { return [] }
    return call.workspace[kind.model].all.compactMap { record in
      guard filter.locales.isEmpty || filter.locales.contains(record["locale"].string ?? ""),
        filter.matches(record, kind: kind, in: call.workspace)
      else { return nil }
      let node = Node.members([
        "type": .string(kind.type), "id": .string(record.id), "title": .string(record["title"].string),
      ])
      return SearchHit(record: record, texts: kind.searchTexts(of: record), node: node)
    }
  }
}

/// The filters of a content search, from its query parameters.
struct ContentFilter {
  private static let types = ["snippet", "external_content", "file_source_content", "internal_article", "article"]

  let types: Set<String>
  let states: Set<String>
  let locales: Set<String>
  private let tags: Set<String>
  private let requiresTags: Bool
  private let anyTags: Set<String>
  private let folders: Set<String>
  private let availabilities: [(role: AIAssistant, isOn: Bool)]
  private let creators: Set<String>
  private let editors: Set<String>
  private let created: ClosedRange<Int64>
  private let updated: ClosedRange<Int64>

  /// Throws 422 `parameter_invalid` or `data_invalid` if a parameter is invalid.
  init(in call: Call) throws {
    let query = ContentQueryParameters(in: call)
    types = try query.options(named: "content_types", among: Self.types) ?? Set(Self.types)
    states = try query.options(named: "states", among: ["published", "draft"]) ?? []
    locales = Set(query.values(named: "locales"))
    tags = try query.ids(named: "tag_ids", of: Tags.model)
    requiresTags = try query.option(named: "tag_operator", among: ["IN", "NIN"]) != "NIN"
    anyTags = try query.ids(named: "any_tag_ids", of: Tags.model)
    folders = try Self.folderIDs(from: query, in: call)
    availabilities = try AIAssistant.allCases.compactMap { role in
      try query.option(named: role.queryParameter, among: ["on", "off"]).map { (role, $0 == "on") }
    }
    creators = try query.ids(named: "created_by_ids", of: Admins.model)
    editors = try query.ids(named: "last_updated_by_ids", of: Admins.model)
    created = try query.timeRange(named: "created_at")
    updated = try query.timeRange(named: "updated_at")
  }

  /// The ids of the given folders and all folders nested in them.
  private static func folderIDs(from query: ContentQueryParameters, in call: Call) throws -> Set<String> {
    let ids = try query.ids(named: "folder_ids", of: Folders.model)
    let entity = try query.option(named: "folder_entity_type", among: ["folder"])
    guard ids.isEmpty || entity != nil else {
      throw ContentQueryParameters.parameterInvalid(message: "folder_entity_type is required with folder_ids")
    }
    return ids.reduce(into: []) { $0.formUnion(Folders.subtree(of: $1, in: call.workspace)) }
  }

  /// Whether a record matches all filters except state and locale.
  func matches(_ record: Record, kind: ContentKind, in workspace: Workspace) -> Bool {
    guard created.contains(record["created_at"].integer ?? 0), updated.contains(record["updated_at"].integer ?? 0),
      matches(record[kind.creator], anyOf: creators), matches(record[kind.editor], anyOf: editors),
      matches(record["folder_id"], anyOf: folders),
      availabilities.allSatisfy({ role, isOn in (record[role.member(agent: kind.agent)] == true) == isOn })
    else { return false }
    guard !tags.isEmpty || !anyTags.isEmpty else { return true }
    let own = Set(Taggings.taggings(ofType: kind.type, id: record.id, in: workspace).compactMap { $0["tag_id"].string })
    return (tags.isEmpty || tags.isDisjoint(with: own) != requiresTags)
      && (anyTags.isEmpty || !anyTags.isDisjoint(with: own))
  }

  private func matches(_ value: Value, anyOf wanted: Set<String>) -> Bool {
    guard !wanted.isEmpty else { return true }
    return (value.string ?? value.integer.map(String.init)).map(wanted.contains) ?? false
  }
}

/// Reads the query parameters of a content search. A list is a repeated parameter or a comma-separated value.
struct ContentQueryParameters {
  private let call: Call

  init(in call: Call) {
    self.call = call
  }

  /// Unknown: the service's messages, except for unknown records.
  static func parameterInvalid(message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "parameter_invalid", message: message)
  }

  private static let invalidReference = APIError(
    status: .unprocessableContent, code: "data_invalid", message: "Invalid or duplicated record reference")

  /// The values of a list parameter; empty if it is absent.
  func values(named name: String) -> [String] {
    call.query.filter { $0.name == name || $0.name == name + "[]" }
      .flatMap { $0.value.split(separator: ",").map(String.init) }
  }

  /// The value of a parameter, or nil if it is absent. Throws `parameter_invalid` for an unknown value.
  func option(named name: String, among known: [String]) throws -> String? {
    try call.queryParameter(
      name, as: .choice(of: known),
      invalid: Self.parameterInvalid(message: "\(name) must be one of \(known.joined(separator: ", "))"))
  }

  /// The values of a list parameter, or nil if it is absent. Throws `parameter_invalid` for an unknown value.
  func options(named name: String, among known: [String]) throws -> Set<String>? {
    let texts = Set(values(named: name))
    guard texts.isSubset(of: known) else {
      throw Self.parameterInvalid(message: "\(name) must be one of \(known.joined(separator: ", "))")
    }
    return texts.isEmpty ? nil : texts
  }

  /// The ids of a list parameter. Throws `data_invalid` if one is unknown or repeated.
  func ids(named name: String, of model: Model) throws -> Set<String> {
    let ids = values(named: name)
    guard Set(ids).count == ids.count, ids.allSatisfy({ call.workspace[model][$0] != nil }) else {
      throw Self.invalidReference
    }
    return Set(ids)
  }

  /// The range from `_after` to `_before`, both inclusive.
  func timeRange(named name: String) throws -> ClosedRange<Int64> {
    let (after, before) = (try time(named: "\(name)_after") ?? .min, try time(named: "\(name)_before") ?? .max)
    guard after <= before else {
      throw Self.parameterInvalid(message: "\(name)_after must not be later than \(name)_before")
    }
    return after...before
  }

  private func time(named name: String) throws -> Int64? {
    try call.queryParameter(
      name, as: .unixTime(in: .fortyBits),
      invalid: Self.parameterInvalid(message: "\(name) must be a Unix timestamp in seconds"))
  }
}
