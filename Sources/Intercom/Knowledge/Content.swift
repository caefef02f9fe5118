import API
import HTTPTypes
import JSON
import Store

/// Content of the knowledge hub, whatever its kind: found by words, changed in bulk.
enum Content: Resource {
  static let errands = [bulkAction]

  static let operations: [Operation] = [
    .get("/content/search", "searchContent", search, .since(.v2_16)),
    .post("/content/bulk_actions", "bulkContentActions", runBulkAction, .since(.v2_16)),
  ]

  static let model = FileSources.model

  static let listing: Listing = {
    var listing = Listing.numbered(
      perPage: 10, limit: 50, order: ListOrder("id", descending: false), members: [.type, .total, .pages, .items],
      endsWithNull: true)
    listing.linksBack = true
    return listing
  }()
}

/// `GET /content/search`: words in titles and bodies of all content (search.md, 8).
extension Content {
  /// Most characters of a query.
  private static let queryLimit = 500

  /// Something that was found.
  struct Hit {
    let record: Record
    let texts: [WordSearch.Text]
    let node: Node
  }

  /// Best first; without a query what was changed last first.
  static func search(_ call: Call) throws -> Reply {
    let phrase = call.query("query") ?? ""
    guard phrase.count <= queryLimit else {
      throw ContentQuery.refusal("query may have at most \(queryLimit) characters")
    }
    let filter = try ContentFilter(call)
    let plain = ContentKind.plain.filter { filter.types.contains($0.filter) }.flatMap { hits(of: $0, filter, call) }
    let found = plain + (filter.types.contains(ContentKind.article.filter) ? articles(filter, call) : [])
    let recent = found.sorted { ($0.record["updated_at"].integer ?? 0) > ($1.record["updated_at"].integer ?? 0) }
    return try listing.reply(WordSearch(phrase).ranked(recent, \.texts).map(\.node), call)
  }

  /// Articles with those of their languages that are asked for.
  private static func articles(_ filter: ContentFilter, _ call: Call) -> [Hit] {
    call.workspace[Articles.model].all.compactMap { record -> Hit? in
      guard filter.passes(record, .article, call.workspace) else { return nil }
      let contents = contents(of: record, filter)
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
      return Hit(record: record, texts: contents.flatMap { ContentKind.article.texts($0.content) }, node: node)
    }
  }

  private static func contents(
    of record: Record, _ filter: ContentFilter
  ) -> [(locale: String, content: Record)] {
    let article = Article(record)
    return article.locales.compactMap { locale in
      guard let content = article.live(locale), filter.locales.isEmpty || filter.locales.contains(locale),
        filter.states.isEmpty || filter.states.contains(content["state"].string ?? "draft")
      else { return nil }
      return (locale, content)
    }
  }

  /// Content that has no drafts is published.
  private static func hits(of kind: ContentKind, _ filter: ContentFilter, _ call: Call) -> [Hit] {
    guard filter.states.isEmpty || filter.states.contains("published") else { return [] }
    return call.workspace[kind.model].all.compactMap { record in
      guard filter.locales.isEmpty || filter.locales.contains(record["locale"].string ?? ""),
        filter.passes(record, kind, call.workspace)
      else { return nil }
      let node = Node.members([
        "type": .string(kind.type), "id": .string(record.id), "title": .string(record["title"].string),
      ])
      return Hit(record: record, texts: kind.texts(record), node: node)
    }
  }
}

/// The filters of a content search, read from its query.
struct ContentFilter {
  private static let types = ["snippet", "external_content", "file_source_content", "internal_article", "article"]

  let types: Set<String>
  let states: Set<String>
  let locales: Set<String>
  private let tags: Set<String>
  private let isTagged: Bool
  private let anyTags: Set<String>
  private let folders: Set<String>
  private let switches: [(role: ContentRole, isOn: Bool)]
  private let creators: Set<String>
  private let editors: Set<String>
  private let created: ClosedRange<Int64>
  private let updated: ClosedRange<Int64>

  /// Throws 422 for what no content could answer to.
  init(_ call: Call) throws {
    let query = ContentQuery(call)
    types = try query.options("content_types", Self.types) ?? Set(Self.types)
    states = try query.options("states", ["published", "draft"]) ?? []
    locales = Set(query.texts("locales"))
    tags = try query.ids("tag_ids", of: Tags.model)
    isTagged = try query.option("tag_operator", ["IN", "NIN"]) != "NIN"
    anyTags = try query.ids("any_tag_ids", of: Tags.model)
    folders = try Self.folders(query, call)
    switches = try ContentRole.allCases.compactMap { role in
      try query.option(role.parameter, ["on", "off"]).map { (role, $0 == "on") }
    }
    creators = try query.ids("created_by_ids", of: Admins.model)
    editors = try query.ids("last_updated_by_ids", of: Admins.model)
    created = try query.times("created_at")
    updated = try query.times("updated_at")
  }

  /// A folder stands for those in it, too.
  private static func folders(_ query: ContentQuery, _ call: Call) throws -> Set<String> {
    let ids = try query.ids("folder_ids", of: Folders.model)
    let entity = try query.option("folder_entity_type", ["folder"])
    guard ids.isEmpty || entity != nil else {
      throw ContentQuery.refusal("folder_entity_type is required with folder_ids")
    }
    return ids.reduce(into: []) { $0.formUnion(Folders.family(of: $1, call.workspace)) }
  }

  /// Whether content of a kind passes all but the filters by state and locale.
  func passes(_ record: Record, _ kind: ContentKind, _ workspace: Workspace) -> Bool {
    guard created.contains(record["created_at"].integer ?? 0), updated.contains(record["updated_at"].integer ?? 0),
      passes(record[kind.creator], creators), passes(record[kind.editor], editors),
      passes(record["folder_id"], folders),
      switches.allSatisfy({ role, isOn in (record[role.member(agent: kind.agent)] == true) == isOn })
    else { return false }
    guard !tags.isEmpty || !anyTags.isEmpty else { return true }
    let own = Set(Taggings.of(kind.type, record.id, workspace).compactMap { $0["tag_id"].string })
    return (tags.isEmpty || tags.isDisjoint(with: own) != isTagged)
      && (anyTags.isEmpty || !anyTags.isDisjoint(with: own))
  }

  private func passes(_ value: Value, _ wanted: Set<String>) -> Bool {
    guard !wanted.isEmpty else { return true }
    return (value.string ?? value.integer.map(String.init)).map(wanted.contains) ?? false
  }
}

/// Reads the parameters of a content search: lists are repeated, or separated by commas.
struct ContentQuery {
  private let call: Call

  init(_ call: Call) {
    self.call = call
  }

  /// Unknown: the words for what makes no sense, but for records that are not there.
  static func refusal(_ message: String) -> APIError {
    APIError(.unprocessableContent, "parameter_invalid", message)
  }

  private static let badReference = APIError(
    .unprocessableContent, "data_invalid", "Invalid or duplicated record reference")

  func texts(_ name: String) -> [String] {
    call.query.filter { $0.name == name || $0.name == name + "[]" }
      .flatMap { $0.value.split(separator: ",").map(String.init) }
  }

  func option(_ name: String, _ known: [String]) throws -> String? {
    guard let text = call.query(name), !text.isEmpty else { return nil }
    guard known.contains(text) else {
      throw Self.refusal("\(name) must be one of \(known.joined(separator: ", "))")
    }
    return text
  }

  /// Nil when the query names none.
  func options(_ name: String, _ known: [String]) throws -> Set<String>? {
    let texts = Set(texts(name))
    guard texts.isSubset(of: known) else {
      throw Self.refusal("\(name) must be one of \(known.joined(separator: ", "))")
    }
    return texts.isEmpty ? nil : texts
  }

  /// Ids of records that there are, each once.
  func ids(_ name: String, of model: Model) throws -> Set<String> {
    let ids = texts(name)
    guard Set(ids).count == ids.count, ids.allSatisfy({ call.workspace[model][$0] != nil }) else {
      throw Self.badReference
    }
    return Set(ids)
  }

  /// From `_after` to `_before`, both of them counted.
  func times(_ name: String) throws -> ClosedRange<Int64> {
    let (after, before) = (try time("\(name)_after") ?? .min, try time("\(name)_before") ?? .max)
    guard after <= before else { throw Self.refusal("\(name)_after must not be later than \(name)_before") }
    return after...before
  }

  private func time(_ name: String) throws -> Int64? {
    guard let text = call.query(name), !text.isEmpty else { return nil }
    guard let time = Int64(text), time.magnitude < 1 << 40 else {
      throw Self.refusal("\(name) must be a Unix timestamp in seconds")
    }
    return time
  }
}
