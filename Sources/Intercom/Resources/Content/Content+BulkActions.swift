import API
import JSON
import Store

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
