import API
import JSON
import Store

/// A bulk action on content, read and checked whole before anything is done.
struct ContentBulkAction {
  private static let actions: [String: Set<String>] = [
    "publish": ["article_content"], "unpublish": ["article_content"],
    "delete": ["article_content", "content_snippet", "file_source_content", "internal_article"],
    "set_availability": everyContent, "set_audience": everyContent,
    "update_tags": ["article", "content_snippet", "external_content", "file_source_content", "internal_article"],
  ]
  private static let everyContent: Set = [
    "article_content", "content_snippet", "external_content", "file_source_content", "internal_article",
  ]
  private static let types = everyContent.union(["article"])
  /// Most items of a request, and most tags.
  private static let (itemLimit, tagLimit) = (1000, 100)

  let name: String
  /// Of each type, without those that the action does not take: they are dropped silently.
  let items: [(type: String, id: String)]
  /// What `set_availability` switches.
  let switches: [(role: ContentRole, isOn: Bool)]
  /// The ids that are put on and taken off: of tags, or of audiences.
  let (added, removed): (ids: [Int64], [Int64])
  let removesAll: Bool

  /// Throws 422. Unknown: its words, and whether the segments of `set_audience` are those that the content calls
  /// audiences; here they are.
  init(_ call: Call) throws {
    guard let name = call.body["action"]?.string, let allowed = Self.actions[name] else {
      throw ContentQuery.refusal("action must be one of \(Self.actions.keys.sorted().joined(separator: ", "))")
    }
    self.name = name
    items = try Self.items(call.body["content_ids"]).filter { allowed.contains($0.type) }
    switches = name == "set_availability" ? try Self.switches(Self.member("availability", call)) : []
    var (added, removed, removesAll): ([Int64], [Int64], Bool) = ([], [], false)
    switch name {
    case "set_audience":
      let audience = try Self.member("audience", call)
      added = try Self.ids("add_segment_ids", audience, of: Audiences.model, call)
      removed = try Self.ids("remove_segment_ids", audience, of: Audiences.model, call)
      removesAll = audience["remove_all"] == true
    case "update_tags":
      let tags = try Self.member("tags", call)
      added = try Self.ids("add_tag_ids", tags, of: Tags.model, call)
      removed = try Self.ids("remove_tag_ids", tags, of: Tags.model, call)
      try Self.check(tags: Set(added + removed))
    default: break
    }
    (self.added, self.removed, self.removesAll) = (added, removed, removesAll)
  }

  private static func check(tags: Set<Int64>) throws {
    guard !tags.isEmpty else { throw ContentQuery.refusal("add_tag_ids or remove_tag_ids is required") }
    guard tags.count <= tagLimit else { throw ContentQuery.refusal("at most \(tagLimit) tags can be given") }
  }

  private static func member(_ name: String, _ call: Call) throws -> JSONObject {
    guard let object = call.body[name]?.object else { throw ContentQuery.refusal("\(name) is required") }
    return object
  }

  private static func items(_ json: JSON?) throws -> [(type: String, id: String)] {
    guard let list = json?.array, !list.isEmpty else { throw ContentQuery.refusal("content_ids is required") }
    guard list.count <= itemLimit else {
      throw ContentQuery.refusal("content_ids may have at most \(itemLimit) items")
    }
    return try list.map { item in
      guard let type = item["type"]?.string, types.contains(type),
        let id = item["id"]?.string ?? item["id"]?.integral.map(String.init)
      else { throw ContentQuery.refusal("each of content_ids must have a type and an id") }
      return (type, id)
    }
  }

  private static func switches(_ object: JSONObject) throws -> [(role: ContentRole, isOn: Bool)] {
    try ContentRole.allCases.compactMap { role in
      guard let json = object[role.rawValue], !json.isNull else { return nil }
      guard let isOn = json.boolean else { throw ContentQuery.refusal("\(role.rawValue) must be a boolean") }
      return (role, isOn)
    }
  }

  private static func ids(_ name: String, _ object: JSONObject, of model: Model, _ call: Call) throws -> [Int64] {
    guard let json = object[name], !json.isNull else { return [] }
    guard let list = json.array else { throw ContentQuery.refusal("\(name) must be an array") }
    return try list.map { item in
      guard let id = item.integral ?? item.string.flatMap({ Int64($0) }), call.workspace[model][String(id)] != nil
      else {
        throw ContentQuery.refusal("\(name) contains an unknown id: \(item.string ?? item.text)")
      }
      return id
    }
  }
}

/// `POST /content/bulk_actions`: one action on up to a thousand pieces of content (state-machine.md, 9).
///
/// Items that are not there are passed over.
extension Content {
  static func runBulkAction(_ call: Call) throws -> Reply {
    _ = try ContentBulkAction(call)
    call.leave(bulkAction)
    return .accepted(.members(["type": "content_bulk_action", "status": "queued"]))
  }

  /// An action that names what was deleted since it was asked for does nothing.
  static let bulkAction = Errand("content.bulk_action", .job) { _, call in
    guard let action = try? ContentBulkAction(call) else { return }
    for item in action.items {
      if let id = item.type == "article_content" ? ArticleContentID(item.id) : nil {
        run(action, on: id, call)
      } else if let kind = (ContentKind.plain + [ContentKind.article]).first(where: { $0.type == item.type }),
        let record = call.workspace[kind.model][item.id]
      {
        run(action, on: record, kind, call)
      }
    }
  }

  private static func run(_ action: ContentBulkAction, on record: Record, _ kind: ContentKind, _ call: Call) {
    switch action.name {
    case "delete": kind.remove(record, call)
    case "update_tags": tag(action, kind.type, record.id, call)
    default:
      var record = record
      write(action, to: &record, agent: kind.agent, call)
      if record.schema.slot("updated_by_id") != nil { record["updated_by_id"] = .string(Admins.actor(call)) }
      call.workspace[kind.model].replace(record)
    }
  }

  /// One language of an article; the article goes with its own.
  private static func run(_ action: ContentBulkAction, on id: ArticleContentID, _ call: Call) {
    guard let record = call.workspace[Articles.model][id.article], var content = Article(record).live(id.locale) else {
      return
    }
    var article = Article(record)
    switch action.name {
    case "publish" where ArticlePublishing.isPending(id.locale, in: article):
      ArticlePublishing.publish(id.locale, in: &article, at: call.now)
      ArticleVersions.markPublished(id.locale, of: article, call.workspace)
    case "unpublish":
      ArticlePublishing.unpublish(id.locale, in: &article, at: call.now)
      ArticleVersions.markUnpublished(id.locale, of: article, call.workspace)
    case "delete" where id.locale == article.defaultLocale: return Articles.remove(record, call)
    case "delete": article.removeTranslation(id.locale)
    default:
      write(action, to: &content, agent: ContentKind.article.agent, call)
      article.setLive(content, id.locale)
    }
    article["updated_at"] = .integer(call.now)
    call.workspace[Articles.model].replace(article.record)
  }

  private static func write(_ action: ContentBulkAction, to record: inout Record, agent: String, _ call: Call) {
    for (role, isOn) in action.switches { record[role.member(agent: agent)] = .boolean(isOn) }
    if action.name == "set_audience" { record["audience_ids"] = audiences(of: record, action) }
    record["updated_at"] = .integer(call.now)
  }

  static func tag(_ action: ContentBulkAction, _ type: String, _ id: String, _ call: Call) {
    for tag in action.added { Taggings.add(String(tag), to: type, id, by: nil, call) }
    for tag in action.removed {
      guard let tagging = Taggings.find(String(tag), on: type, id, call.workspace) else { continue }
      call.workspace[Taggings.model].remove(tagging.id)
    }
  }

  static func audiences(of record: Record, _ action: ContentBulkAction) -> Value {
    let before = action.removesAll ? [] : record["audience_ids"].array?.compactMap(\.integer) ?? []
    let kept = before.filter { !action.removed.contains($0) }
    let added = action.added.filter { !kept.contains($0) }
    return .json(.array((kept + added).map(JSON.integer)))
  }
}
