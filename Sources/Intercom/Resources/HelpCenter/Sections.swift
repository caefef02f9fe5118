import API
import JSON
import Store

/// Sections: the collections inside others, as they were called before collections could nest.
enum Sections: Resource {
  static let operations: [Operation] = [
    .get("/help_center/sections", "listAllSections", list, .through(.v2_9)),
    .post("/help_center/sections", "createSection", create, .through(.v2_9)),
    .get("/help_center/sections/{id}", "retrieveSection", retrieve, .through(.v2_9)),
    .put("/help_center/sections/{id}", "updateSection", update, .through(.v2_9)),
    .delete("/help_center/sections/{id}", "deleteSection", delete, .through(.v2_9)),
  ]

  /// A collection as a section. The examples show the id of its collection as a number and as a text.
  static let model = Model(
    "section",
    [
      .string("id"), .written("workspace_id", Profile.writeID), .string("name"), .derived("url", Collections.url),
      .integer("order"), .timestamp("created_at"), .timestamp("updated_at"), .string("icon"), .type("section"),
      .string("parent_id").shown { section, _ in .json(.optional(section["parent_id"].string.flatMap { Int64($0) })) },
      .string("default_locale").shown(GroupContents.defaultLocale),
      .model("translated_content", GroupContents.model).shown(GroupContents.show),
    ])

  /// Those inside another, by the time of their last change.
  static let order = CollectionDefinition.Order("sections") { collection in
    collection["parent_id"].isEmpty ? nil : collection["updated_at"].integer ?? 0
  }

  static let listing = Listing.numbered(
    perPage: 20, order: ListOrder("sections", descending: true), members: [.type, .items, .total, .pages]
  ).showing { sections, _ in .records(sections.map(model.copy)) }

  // MARK: Behaviour

  static func list(_ call: Call) throws -> Reply {
    try listing.reply(call.workspace[Collections.model], call)
  }

  static func retrieve(_ call: Call) throws -> Reply {
    .ok(model.copy(of: try find(call)))
  }

  static func create(_ call: Call) throws -> Reply {
    let section = try CollectionWriting.new(call, isSection: true)
    call.workspace[Collections.model].insert(section)
    return .ok(model.copy(of: section))
  }

  /// A section stays in a collection: null for its `parent_id` says nothing.
  static func update(_ call: Call) throws -> Reply {
    let before = try find(call)
    var section = try CollectionWriting.changed(before, call)
    if section["parent_id"].isEmpty {
      section["parent_id"] = before["parent_id"]
      section["help_center_id"] = nil
    }
    call.workspace[Collections.model].replace(section)
    return .ok(model.copy(of: section))
  }

  static func delete(_ call: Call) throws -> Reply {
    let section = try find(call)
    Collections.remove(section.id, call)
    return .ok(.json(["id": .string(section.id), "object": "section", "deleted": true]))
  }

  private static func find(_ call: Call) throws -> Record {
    let section = try call.find(Collections.model)
    guard !section["parent_id"].isEmpty else { throw APIError.notFound(Collections.model) }
    return section
  }
}
