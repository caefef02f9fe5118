import API
import JSON
import Store

/// A bulk action on content. The request is validated completely before the action is performed.
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
  /// The maximum number of items and of tags in a request.
  private static let (itemLimit, tagLimit) = (1000, 100)

  let name: String
  /// The items, without those whose type the action does not support, which are silently ignored.
  let items: [(type: String, id: String)]
  /// The values that `set_availability` sets.
  let availabilities: [(role: AIAssistant, isOn: Bool)]
  /// The ids of the tags or audiences to add and to remove.
  let (added, removed): (ids: [Int64], [Int64])
  let removesAll: Bool

  /// Throws 422 if the request is invalid.
  ///
  /// Unknown: the messages, and whether the segments of `set_audience` are the audiences of content; here they are.
  init(in call: Call) throws {
    guard let name = call.body["action"]?.string, let allowed = Self.actions[name] else {
      throw ContentQueryParameters.parameterInvalid(
        message: "action must be one of \(Self.actions.keys.sorted().joined(separator: ", "))")
    }
    self.name = name
    items = try Self.items(in: call.body).filter { allowed.contains($0.type) }
    availabilities =
      name == "set_availability"
      ? try Self.availabilities(
        from: call.body.required("availability", as: .object, orThrow: Self.missing("availability"))) : []
    var (added, removed, removesAll): ([Int64], [Int64], Bool) = ([], [], false)
    switch name {
    case "set_audience":
      let audience = try call.body.required("audience", as: .object, orThrow: Self.missing("audience"))
      added = try Self.ids(named: "add_segment_ids", from: audience, of: Audiences.model, in: call)
      removed = try Self.ids(named: "remove_segment_ids", from: audience, of: Audiences.model, in: call)
      removesAll = audience["remove_all"] == true
    case "update_tags":
      let tags = try call.body.required("tags", as: .object, orThrow: Self.missing("tags"))
      added = try Self.ids(named: "add_tag_ids", from: tags, of: Tags.model, in: call)
      removed = try Self.ids(named: "remove_tag_ids", from: tags, of: Tags.model, in: call)
      try Self.check(tags: Set(added + removed))
    default: break
    }
    (self.added, self.removed, self.removesAll) = (added, removed, removesAll)
  }

  private static func check(tags: Set<Int64>) throws {
    guard !tags.isEmpty else {
      throw ContentQueryParameters.parameterInvalid(message: "add_tag_ids or remove_tag_ids is required")
    }
    guard tags.count <= tagLimit else {
      throw ContentQueryParameters.parameterInvalid(message: "at most \(tagLimit) tags can be given")
    }
  }

  private static func missing(_ name: String) -> APIError {
    ContentQueryParameters.parameterInvalid(message: "\(name) is required")
  }

  private static func items(in body: JSONObject) throws -> [(type: String, id: String)] {
    let list = try body.required("content_ids", as: .array, orThrow: missing("content_ids"))
    guard !list.isEmpty else { throw missing("content_ids") }
    guard list.count <= itemLimit else {
      throw ContentQueryParameters.parameterInvalid(message: "content_ids may have at most \(itemLimit) items")
    }
    return try list.map { item in
      guard let type = item["type"]?.string, types.contains(type),
        let id = item["id"]?.asID
      else { throw ContentQueryParameters.parameterInvalid(message: "each of content_ids must have a type and an id") }
      return (type, id)
    }
  }

  private static func availabilities(from object: JSONObject) throws -> [(role: AIAssistant, isOn: Bool)] {
    try AIAssistant.allCases.compactMap { role in
      try object.optional(
        role.rawValue, as: .boolean,
        invalid: ContentQueryParameters.parameterInvalid(message: "\(role.rawValue) must be a boolean")
      ).map { (role, $0) }
    }
  }

  private static func ids(named name: String, from object: JSONObject, of model: Model, in call: Call) throws -> [Int64]
  {
    let list = try object.optional(
      name, as: .array, invalid: ContentQueryParameters.parameterInvalid(message: "\(name) must be an array"))
    return try (list ?? []).map { item in
      guard let id = item.asInteger, call.workspace[model][String(id)] != nil else {
        throw ContentQueryParameters.parameterInvalid(
          message: "\(name) contains an unknown id: \(item.string ?? item.text)")
      }
      return id
    }
  }
}

/// `POST /content/bulk_actions`: one action on up to 1000 content items (Documentation.docc/Content.md). Unknown ids
/// are ignored.
extension Content {
  /// Validates the request and schedules the action.
  static func runBulkAction(in call: Call) throws -> Reply {
    _ = try ContentBulkAction(in: call)
    call.schedule(bulkAction)
    return .accepted(.members(["type": "content_bulk_action", "status": "queued"]))
  }

  /// Performs the action. Does nothing if a record that the request refers to was deleted in the meantime.
  static let bulkAction = DeferredTask(name: "content.bulk_action", kind: .job) { _, call in
    guard let action = try? ContentBulkAction(in: call) else { return }
    for item in action.items {
      if let id = item.type == "article_content" ? ArticleContentID(item.id) : nil {
        perform(action, on: id, in: call)
      } else if let kind = (ContentKind.plain + [ContentKind.article]).first(where: { $0.type == item.type }),
        let record = call.workspace[kind.model][item.id]
      {
        perform(action, on: record, kind: kind, in: call)
      }
    }
  }

  private static func perform(_ action: ContentBulkAction, on record: Record, kind: ContentKind, in call: Call) {
    switch action.name {
    case "delete":
      if kind.isDeletable(record) { call.delete(record, of: kind.model) }
    case "update_tags": updateTags(for: action, type: kind.type, id: record.id, in: call)
    default:
      var record = record
      write(action, to: &record, agent: kind.agent, in: call)
      if record.schema.slot(named: "updated_by_id") != nil {
        record["updated_by_id"] = .string(Admins.actorID(in: call))
      }
      call.workspace[kind.model].replace(record)
    }
  }

  /// Performs an action on one language of an article. Deleting the default language deletes the article.
  private static func perform(_ action: ContentBulkAction, on id: ArticleContentID, in call: Call) {
    guard let record = call.workspace[Articles.model][id.article],
      var content = Article(record).liveContent(for: id.locale)
    else {
      return
    }
    var article = Article(record)
    switch action.name {
    case "publish" where ArticlePublishing.hasPendingChanges(for: id.locale, in: article):
      ArticlePublishing.publish(id.locale, in: &article, at: call.now)
      ArticleVersions.markPublished(id.locale, of: article, in: call.workspace)
    case "unpublish":
      ArticlePublishing.unpublish(id.locale, in: &article, at: call.now)
      ArticleVersions.markUnpublished(id.locale, of: article, in: call.workspace)
    case "delete" where id.locale == article.defaultLocale: return call.delete(record, of: Articles.model)
    case "delete": article.removeTranslation(for: id.locale)
    default:
      write(action, to: &content, agent: ContentKind.article.agent, in: call)
      article.setLiveContent(content, for: id.locale)
    }
    article["updated_at"] = .integer(call.now)
    call.workspace[Articles.model].replace(article.record)
  }

  private static func write(_ action: ContentBulkAction, to record: inout Record, agent: String, in call: Call) {
    for (role, isOn) in action.availabilities { record[role.member(agent: agent)] = .boolean(isOn) }
    if action.name == "set_audience" { record["audience_ids"] = audiences(of: record, after: action) }
    record["updated_at"] = .integer(call.now)
  }

  static func updateTags(for action: ContentBulkAction, type: String, id: String, in call: Call) {
    for tag in action.added { Taggings.add(String(tag), toType: type, id: id, by: nil, in: call) }
    for tag in action.removed {
      guard let tagging = Taggings.find(String(tag), onType: type, id: id, in: call.workspace) else { continue }
      call.workspace[Taggings.model].remove(id: tagging.id)
    }
  }

  static func audiences(of record: Record, after action: ContentBulkAction) -> Value {
    let before = action.removesAll ? [] : record["audience_ids"].array?.compactMap(\.integer) ?? []
    let remaining = before.filter { !action.removed.contains($0) }
    let added = action.added.filter { !remaining.contains($0) }
    return .json(.array((remaining + added).map(JSON.integer)))
  }
}
