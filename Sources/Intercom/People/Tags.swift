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
    let users = try targets(from: call.body["users"], of: Contacts.model, keys: ["id": "id"])
    let companies = try targets(
      from: call.body["companies"], of: Companies.model, keys: ["id": "id", "company_id": "company_id"])
    // The tag is created even if a contact or company is missing
    // (Documentation.docc/Recorded-Differences.md, "Behaviour").
    let tag = try findOrCreateTag(named: name, in: call)
    let taggedUsers = try existing(users, in: call)
    let taggedCompanies = try existing(companies, in: call)
    call.start(TaggingChange(tag: tag.id, targets: taggedUsers + taggedCompanies))
    let report = { (target: TaggedRecord) -> JSON in ["id": .string(target.id), "tagged": .boolean(!target.untag)] }
    return .ok(
      .shape(
        "tag_with_targets",
        [
          "type": "tag", "id": .string(tag.id), "name": tag["name"].json ?? .null,
          "users": .array(taggedUsers.map(report)), "companies": .array(taggedCompanies.map(report)),
        ]))
  }

  private static let invalid = APIError.parameterInvalid("invalid tag parameters")

  /// A record that the request tags or untags, as the request identifies it.
  private struct TaggingTarget {
    let model: Model
    /// The index of the collection, or `id`, that finds the record.
    let index: String
    let value: String
    let untag: Bool
  }

  /// A record that exists.
  fileprivate struct TaggedRecord {
    let type: String
    let id: String
    let untag: Bool
  }

  /// Reads a list of records from the request. Each is identified by the first of `keys` that it has. A key is a
  /// request member, its value an index of the collection.
  private static func targets(
    from json: JSON?, of model: Model, keys: KeyValuePairs<String, String>
  ) throws -> [TaggingTarget] {
    guard let json, !json.isNull else { return [] }
    return try json.read(as: .array, orThrow: invalid).map { item in
      guard let (member, index) = keys.first(where: { item[$0.key]?.string != nil }), let value = item[member]?.string
      else { throw invalid }
      return TaggingTarget(
        model: model, index: index, value: value, untag: item["untag"] == true || item["untag"] == "true")
    }
  }

  /// Returns the records that exist. Throws 404 for a missing one in versions that do not skip it.
  private static func existing(_ targets: [TaggingTarget], in call: Call) throws -> [TaggedRecord] {
    try targets.compactMap { target in
      let collection = call.workspace[target.model]
      let record =
        target.index == "id" ? collection[target.value] : collection.first(in: target.index, under: target.value)
      guard let record else {
        if call.honours(.skipsMissingTargets) { return nil }
        throw APIError.notFound(for: target.model)
      }
      return TaggedRecord(type: target.model.name, id: record.id, untag: target.untag)
    }
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

/// Tags and untags the records of a request.
private final class TaggingChange: StepwiseChange {
  private let tag: String
  private let targets: [Tags.TaggedRecord]
  private var position = 0

  init(tag: String, targets: [Tags.TaggedRecord]) {
    self.tag = tag
    self.targets = targets
  }

  func run(limit: Int, in call: Call) -> Bool {
    let rest = targets[position...].prefix(limit)
    for target in rest { apply(target, in: call) }
    position += rest.count
    return position == targets.count
  }

  /// Does nothing: the records are tagged, whatever other requests write to them.
  func restart() {}

  private func apply(_ target: Tags.TaggedRecord, in call: Call) {
    guard target.untag else {
      Taggings.add(tag, toType: target.type, id: target.id, by: nil, in: call)
      return
    }
    guard let tagging = Taggings.find(tag, onType: target.type, id: target.id, in: call.workspace) else { return }
    call.workspace[Taggings.model].remove(id: tagging.id)
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

  /// The records of some types that have a tag, for a search.
  static func records(ofTypes types: Set<String>, tagged id: String) -> Predicate {
    .named(by: model.schema, index: "tag_id", key: id) { tagging in
      tagging["target_type"].string.flatMap { types.contains($0) ? tagging["target_id"].string : nil }
    }
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
