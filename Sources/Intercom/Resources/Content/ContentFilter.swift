import API
import HTTPTypes
import JSON
import Store

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
