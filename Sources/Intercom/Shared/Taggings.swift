import API
import JSON
import Store

/// Which tag is on what, since when and by whom: the link behind the tags of contacts, companies and the rest.
enum Taggings {
  static let model = Model(
    "tagging", collection: "taggings", ids: .sequence(from: 1),
    references: [Reference("tag_id", to: "tags"), Reference("admin_id", to: "admins")],
    [
      .string("id"), .string("tag_id", .indexed), .string("target_type"), .string("target_id", .indexed),
      .string("admin_id"), .timestamp("applied_at"),
    ])

  private static let list = EmbeddedList(type: "tag", entryPath: "/tags/", listPath: "/tags")

  /// The taggings of one thing, first applied first.
  static func of(_ type: String, _ id: String, _ workspace: Workspace) -> [Record] {
    let taggings = workspace[model].records(in: "target_id", under: id)
    return taggings.isEmpty ? [] : taggings.filter { $0["target_type"].string == type }
  }

  /// The `tags` of a contact.
  static func writeList(_ contact: Record, _ call: Call, _ writer: inout JSONWriter) {
    let id = contact.id
    guard !call.workspace[model].isEmpty(in: "target_id", under: id) else { return list.writeEmpty(of: id, &writer) }
    list.write(of("contact", id, call.workspace).compactMap { $0["tag_id"].string }, of: id, &writer)
  }

  /// The rows of the contacts that carry a tag, for a search.
  static func contacts(tagged id: String, _ workspace: Workspace) -> RowSet {
    rows(of: "contact", tagged: id, in: workspace[Contacts.model], workspace)
  }

  /// The rows of a collection whose records carry a tag.
  static func rows(
    of type: String, tagged id: String, in collection: RecordCollection, _ workspace: Workspace
  ) -> RowSet {
    let taggings = workspace[model].records(in: "tag_id", under: id).filter { $0["target_type"].string == type }
    return collection.rows(ofIDs: taggings.compactMap { $0["target_id"].string })
  }

  /// Puts a tag on something; one that is there already stays as it was.
  @discardableResult
  static func add(_ tag: String, to type: String, _ id: String, by admin: String?, _ call: Call) -> Record {
    if let known = find(tag, on: type, id, call.workspace) { return known }
    var tagging = model.blank()
    tagging["id"] = .json(call.workspace.nextID(for: model))
    tagging["tag_id"] = .string(tag)
    tagging["target_type"] = .string(type)
    tagging["target_id"] = .string(id)
    tagging["admin_id"] = .string(admin ?? Admins.actor(call))
    tagging["applied_at"] = .integer(call.now)
    call.workspace[model].insert(tagging)
    return tagging
  }

  static func find(_ tag: String, on type: String, _ id: String, _ workspace: Workspace) -> Record? {
    of(type, id, workspace).first { $0["tag_id"].string == tag }
  }

  /// Takes every tag off something that goes.
  static func removeAll(from id: String, as type: String = "contact", _ call: Call) {
    for tagging in of(type, id, call.workspace) { call.workspace[model].remove(tagging.id) }
  }

  /// A tag as it stands on something: with when and by whom.
  static func applied(_ tagging: Record, _ workspace: Workspace) -> Node? {
    guard let tag = tagging["tag_id"].string.flatMap({ workspace[Tags.model][$0] }) else { return nil }
    let admin: JSON = tagging["admin_id"].string.map { ["type": "admin", "id": .string($0)] } ?? .null
    return .shape(
      "tag",
      [
        "type": "tag", "id": .string(tag.id), "name": tag["name"].stored ?? .null,
        "applied_at": tagging["applied_at"].stored ?? .null, "applied_by": admin,
      ])
  }
}
