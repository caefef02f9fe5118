import API
import JSON
import Store

/// `POST /content/bulk_actions`: one action on up to a thousand pieces of content (state-machine.md, 9).
///
/// The work is done at once; the answer says that it waits, as clients have to expect. Items that are not there are
/// passed over.
extension Content {
  static func runBulkAction(_ call: Call) throws -> Reply {
    let action = try ContentBulkAction(call)
    for item in action.items {
      guard let kind = ContentKind.plain.first(where: { $0.type == item.type }),
        let record = call.workspace[kind.model][item.id]
      else { continue }
      run(action, on: record, kind, call)
    }
    return .accepted(.members(["type": "content_bulk_action", "status": "queued"]))
  }

  private static func run(_ action: ContentBulkAction, on record: Record, _ kind: ContentKind, _ call: Call) {
    switch action.name {
    case "delete": kind.remove(record, call)
    case "update_tags": tag(action, kind.type, record.id, call)
    default:
      var record = record
      for (role, isOn) in action.switches { record[role.member(agent: kind.agent)] = .boolean(isOn) }
      if action.name == "set_audience" { record["audience_ids"] = audiences(of: record, action) }
      record["updated_at"] = .integer(call.now)
      record["updated_by_id"] = .string(Admins.actor(call))
      call.workspace[kind.model].replace(record)
    }
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
