import API
import HTTPTypes
import JSON
import Store

/// Tags: labels on contacts, companies and other records.
enum Tags: Resource {
  static let operations: [Operation] = [
    .get("/tags", id: "listTags", handler: list),
    .post("/tags", id: "createTag", handler: createOrTag),
    .get("/tags/{id}", id: "findTag", handler: retrieve),
    .delete("/tags/{id}", id: "deleteTag", handler: delete),
    .get("/contacts/{contact_id}/tags", id: "listTagsForAContact", handler: listForContact),
    .post("/contacts/{contact_id}/tags", id: "attachTagToContact", handler: attachToContact),
    .delete("/contacts/{contact_id}/tags/{id}", id: "detachTagFromContact", handler: detachFromContact),
  ]

  static let model = Model(
    name: "tag", collection: "tags", ids: .sequence(from: 1), indexes: [nameIndex],
    fields: [.type("tag"), .string("id"), .string("name", options: .writable)])

  static let models = [Taggings.model]

  /// Names are unique, compared without case.
  private static let nameIndex = CollectionDefinition.Index(name: "name") { tag in
    tag["name"].string.map { [$0.lowercased()] } ?? []
  }

  // MARK: Behaviour

  static func delete(in call: Call) throws -> Reply {
    let tag = try call.find(model)
    let segments = call.dependents(of: tag, in: model)
    guard segments.isEmpty else {
      let names = segments.compactMap { $0["name"].string }.joined(separator: ", ")
      throw APIError(
        status: .badRequest, code: "tag_has_dependent_objects",
        message: "Unable to delete Tag with dependent objects. Segments: \(names).")
    }
    call.delete(tag, of: model)
    return Reply(status: .ok)
  }

  static func listForContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    let taggings = Taggings.taggings(ofType: "contact", id: contact.id, in: call.workspace)
    return try listing.reply(with: taggings.compactMap { Taggings.appliedTag(of: $0, in: call.workspace) }, in: call)
  }

  static func attachToContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    let tag = try find(id: call.body["id"], in: call)
    let tagging = Taggings.add(tag.id, toType: "contact", id: contact.id, by: nil, in: call)
    return .ok(Taggings.appliedTag(of: tagging, in: call.workspace) ?? .record(tag))
  }

  static func detachFromContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    let tag = try call.find(model)
    guard let tagging = Taggings.find(tag.id, onType: "contact", id: contact.id, in: call.workspace) else {
      throw APIError.notFound(for: model)
    }
    let answer = Taggings.appliedTag(of: tagging, in: call.workspace)
    call.workspace[Taggings.model].remove(id: tagging.id)
    return .ok(answer ?? .record(tag))
  }

  /// Returns the tag with the request's `id`, a string or a number. Throws `parameter_not_found` without an id, 404 for
  /// an unknown tag.
  static func find(id json: JSON?, in call: Call) throws -> Record {
    guard let id = json?.asID else {
      throw APIError.parameterMissing("id is a required parameter")
    }
    guard let tag = call.workspace[model][id] else { throw APIError.notFound(for: model) }
    return tag
  }
}

/// `POST /tags` has four functions: create, rename, tag companies, tag contacts
/// (Documentation.docc/People-and-Companies.md, "Tags").
extension Tags {
  static func createOrTag(in call: Call) throws -> Reply {
    let name = try call.body.required("name", as: .nonEmptyString, orThrow: invalid)
    let users = try targets(from: call.body["users"])
    let companies = try targets(from: call.body["companies"])
    let taggedUsers = try users.map {
      try resolve($0, model: Contacts.model, type: "contact", keys: ["id": "id"], in: call)
    }
    let taggedCompanies = try companies.map {
      try resolve(
        $0, model: Companies.model, type: "company", keys: ["id": "id", "company_id": "company_id"], in: call)
    }
    let tag = try findOrCreateTag(named: name, in: call)
    let report = { (target: TaggingTarget) in apply(tag.id, to: target, in: call) }
    return .ok(
      .shape(
        "tag_with_targets",
        [
          "type": "tag", "id": .string(tag.id), "name": tag["name"].json ?? .null,
          "users": .array(taggedUsers.map(report)), "companies": .array(taggedCompanies.map(report)),
        ]))
  }

  private static let invalid = APIError.parameterInvalid("invalid tag parameters")

  /// A record that the request tags or untags.
  private struct TaggingTarget {
    let type: String
    /// The id of the record; nil if it does not exist.
    let id: String?
    /// The id in the request.
    let requestedID: JSON
    let untag: Bool
  }

  private static func targets(from json: JSON?) throws -> [JSONObject] {
    guard let json, !json.isNull else { return [] }
    return try json.read(as: .array, orThrow: invalid).map { try $0.read(as: .object, orThrow: invalid) }
  }

  /// Finds a record by the first of `keys` in the request. A key is a request member, its value an index of the
  /// collection.
  private static func resolve(
    _ object: JSONObject, model: Model, type: String, keys: KeyValuePairs<String, String>, in call: Call
  ) throws -> TaggingTarget {
    guard let (member, index) = keys.first(where: { object[$0.key]?.string != nil }),
      let value = object[member]?.string
    else { throw invalid }
    let collection = call.workspace[model]
    let record = index == "id" ? collection[value] : collection.first(in: index, under: value)
    if record == nil, !call.honours(.reportsTaggings) { throw APIError.notFound(for: model) }
    return TaggingTarget(
      type: type, id: record?.id, requestedID: .string(value),
      untag: object["untag"] == true || object["untag"] == "true")
  }

  private static func apply(_ tag: String, to target: TaggingTarget, in call: Call) -> JSON {
    guard let id = target.id else { return ["id": target.requestedID, "tagged": false] }
    if target.untag {
      Taggings.find(tag, onType: target.type, id: id, in: call.workspace).map {
        _ = call.workspace[Taggings.model].remove(id: $0.id)
      }
    } else {
      Taggings.add(tag, toType: target.type, id: id, by: nil, in: call)
    }
    return ["id": .string(id), "tagged": .boolean(!target.untag)]
  }

  /// Returns the tag to apply: the tag with the body's `id`, renamed; else the tag with this name; else a new tag.
  ///
  /// Unknown: how Intercom refuses a name that another tag has.
  private static func findOrCreateTag(named name: String, in call: Call) throws -> Record {
    if let id = call.body["id"], !id.isNull {
      var tag = try find(id: id, in: call)
      let existing = call.workspace[model].first(in: "name", under: name.lowercased())
      guard existing == nil || existing?.id == tag.id else { throw invalid }
      tag["name"] = .string(name)
      call.workspace[model].replace(tag)
      return tag
    }
    if let tag = call.workspace[model].first(in: "name", under: name.lowercased()) { return tag }
    let tag = try model.makeRecord(from: ["name": .string(name)], in: call)
    call.workspace[model].insert(tag)
    return tag
  }
}

/// Taggings: which tag is on which record, since when and by whom. The tags of contacts, companies and others are read
/// from them.
enum Taggings {
  static let model = Model(
    name: "tagging", collection: "taggings", ids: .sequence(from: 1),
    references: [
      Reference("tag_id", to: "tags", onDelete: .cascade), Reference("admin_id", to: "admins"),
      Reference(
        "target_id", by: "target_type", to: targets, onDelete: .cascade, onMerge: .call(copyToTarget), isChecked: false),
    ],
    fields: [
      .string("id"), .string("tag_id", options: .indexed), .string("target_type"),
      .string("target_id", options: .indexed),
      .string("admin_id"), .timestamp("applied_at"),
    ])

  /// The collections that can be tagged, by `target_type`.
  private static let targets: KeyValuePairs = [
    "contact": "contacts", "company": "companies", "conversation": "conversations", "ticket": "tickets",
    "article": "articles", "content_snippet": "content_snippets", "external_content": "external_pages",
    "file_source_content": "file_sources", "internal_article": "internal_articles",
  ]

  private static let list = EmbeddedList(type: "tag", entryPath: "/tags/", listPath: "/tags")

  /// The taggings of a record, oldest first.
  static func taggings(ofType type: String, id: String, in workspace: Workspace) -> [Record] {
    let taggings = workspace[model].records(in: "target_id", under: id)
    return taggings.isEmpty ? [] : taggings.filter { $0["target_type"].string == type }
  }

  /// Writes the `tags` of a contact.
  static func writeList(of contact: Record, in call: Call, to writer: inout JSONWriter) {
    let id = contact.id
    guard !call.workspace[model].isEmpty(in: "target_id", under: id) else {
      return list.writeEmpty(of: id, to: &writer)
    }
    list.write(
      taggings(ofType: "contact", id: id, in: call.workspace).compactMap { $0["tag_id"].string }, of: id, to: &writer)
  }

  /// Rows of the contacts that have a tag, for a search.
  static func contacts(tagged id: String, in workspace: Workspace) -> RowSet {
    rows(ofType: "contact", tagged: id, collection: workspace[Contacts.model], in: workspace)
  }

  /// Rows of the records of a collection that have a tag.
  static func rows(
    ofType type: String, tagged id: String, collection: RecordCollection, in workspace: Workspace
  ) -> RowSet {
    let taggings = workspace[model].records(in: "tag_id", under: id).filter { $0["target_type"].string == type }
    return collection.rows(ofIDs: taggings.compactMap { $0["target_id"].string })
  }

  /// Applies a tag to a record. An existing tagging is returned unchanged.
  @discardableResult
  static func add(_ tag: String, toType type: String, id: String, by admin: String?, in call: Call) -> Record {
    if let known = find(tag, onType: type, id: id, in: call.workspace) { return known }
    var tagging = model.blank()
    tagging["id"] = .json(call.workspace.nextID(for: model))
    tagging["tag_id"] = .string(tag)
    tagging["target_type"] = .string(type)
    tagging["target_id"] = .string(id)
    tagging["admin_id"] = .string(admin ?? Admins.actorID(in: call))
    tagging["applied_at"] = .integer(call.now)
    call.workspace[model].insert(tagging)
    return tagging
  }

  static func find(_ tag: String, onType type: String, id: String, in workspace: Workspace) -> Record? {
    taggings(ofType: type, id: id, in: workspace).first { $0["tag_id"].string == tag }
  }

  /// Applies a tag of the source of a merge to the target. The target gets a tagging of its own, with the time of the
  /// merge, which webhooks report.
  private static func copyToTarget(_ tagging: Record, from _: String, to target: String, in call: Call) {
    guard let tag = tagging["tag_id"].string, let type = tagging["target_type"].string else { return }
    add(tag, toType: type, id: target, by: tagging["admin_id"].string, in: call)
  }

  /// A tag on a record, with the time and the admin; nil if the tag does not exist.
  static func appliedTag(of tagging: Record, in workspace: Workspace) -> Node? {
    guard let tag = tagging["tag_id"].string.flatMap({ workspace[Tags.model][$0] }) else { return nil }
    let admin: JSON = tagging["admin_id"].string.map { ["type": "admin", "id": .string($0)] } ?? .null
    return .shape(
      "tag",
      [
        "type": "tag", "id": .string(tag.id), "name": tag["name"].json ?? .null,
        "applied_at": tagging["applied_at"].json ?? .null, "applied_by": admin,
      ])
  }
}
