import API
import HTTPTypes
import JSON
import Store

extension Behaviour {
  /// Tagging says of each contact and company whether it was tagged, and passes over those that are not there.
  static let reportsTaggings = Behaviour("tagging reports what it did")
}

/// Tags: names that are put on contacts, companies and the rest.
enum Tags: Resource {
  static let operations: [Operation] = [
    .get("/tags", "listTags", list),
    .post("/tags", "createTag", createOrTag),
    .get("/tags/{id}", "findTag", retrieve),
    .delete("/tags/{id}", "deleteTag", delete),
    .get("/contacts/{contact_id}/tags", "listTagsForAContact", listOfContact),
    .post("/contacts/{contact_id}/tags", "attachTagToContact", attachToContact),
    .delete("/contacts/{contact_id}/tags/{id}", "detachTagFromContact", detachFromContact),
  ]

  static let model = Model(
    "tag", collection: "tags", ids: .sequence(from: 1), indexes: [nameIndex],
    [.type("tag"), .string("id"), .string("name", .writable)])

  static let models = [Taggings.model]

  /// Names are unique whatever their case.
  private static let nameIndex = CollectionDefinition.Index("name") { tag in
    tag["name"].string.map { [$0.lowercased()] } ?? []
  }

  // MARK: Behaviour

  static func delete(_ call: Call) throws -> Reply {
    let tag = try call.find(model)
    let segments = call.workspace[Segments.model].records(in: "tag_ids", under: tag.id)
    guard segments.isEmpty else {
      let names = segments.compactMap { $0["name"].string }.joined(separator: ", ")
      throw APIError(
        .badRequest, "tag_has_dependent_objects", "Unable to delete Tag with dependent objects. Segments: \(names).")
    }
    for tagging in call.workspace[Taggings.model].records(in: "tag_id", under: tag.id) {
      call.workspace[Taggings.model].remove(tagging.id)
    }
    Visitors.forget(tag.id, in: "tag_ids", call)
    call.workspace[model].remove(tag.id)
    return Reply(.ok)
  }

  static func listOfContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call, "contact_id")
    let taggings = Taggings.of("contact", contact.id, call.workspace)
    return try listing.reply(taggings.compactMap { Taggings.applied($0, call.workspace) }, call)
  }

  static func attachToContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call, "contact_id")
    let tag = try named(call.body["id"], call)
    let tagging = Taggings.add(tag.id, to: "contact", contact.id, by: nil, call)
    return .ok(Taggings.applied(tagging, call.workspace) ?? .record(tag))
  }

  static func detachFromContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call, "contact_id")
    let tag = try call.find(model)
    guard let tagging = Taggings.find(tag.id, on: "contact", contact.id, call.workspace) else {
      throw APIError.notFound(model)
    }
    let answer = Taggings.applied(tagging, call.workspace)
    call.workspace[Taggings.model].remove(tagging.id)
    return .ok(answer ?? .record(tag))
  }

  /// The tag that a request's `id` names; ids come as texts or numbers.
  static func named(_ json: JSON?, _ call: Call) throws -> Record {
    guard let id = json?.string ?? json?.integral.map(String.init) else {
      throw APIError.parameterMissing("id is a required parameter")
    }
    guard let tag = call.workspace[model][id] else { throw APIError.notFound(model) }
    return tag
  }
}

/// `POST /tags`, which does four things: create, rename, tag companies, tag contacts (state-machine.md, 7).
extension Tags {
  static func createOrTag(_ call: Call) throws -> Reply {
    guard let name = call.body["name"]?.string, !name.isEmpty else { throw invalid }
    let users = try targets(call.body["users"])
    let companies = try targets(call.body["companies"])
    let taggedUsers = try users.map { try resolve($0, Contacts.model, "contact", keys: ["id": "id"], call) }
    let taggedCompanies = try companies.map {
      try resolve($0, Companies.model, "company", keys: ["id": "id", "company_id": "company_id"], call)
    }
    let tag = try tag(named: name, call)
    let report = { (target: Target) in apply(tag.id, target, call) }
    return .ok(
      .shape(
        "tag_with_targets",
        [
          "type": "tag", "id": .string(tag.id), "name": tag["name"].stored ?? .null,
          "users": .array(taggedUsers.map(report)), "companies": .array(taggedCompanies.map(report)),
        ]))
  }

  private static let invalid = APIError.parameterInvalid("invalid tag parameters")

  /// What a request tags or untags.
  private struct Target {
    let type: String
    /// The record's id; nil when there is no such record.
    let id: String?
    /// As the request named it.
    let asked: JSON
    let untag: Bool
  }

  private static func targets(_ json: JSON?) throws -> [JSONObject] {
    guard let json, !json.isNull else { return [] }
    guard let items = json.array else { throw invalid }
    return try items.map { item in
      guard let object = item.object else { throw invalid }
      return object
    }
  }

  /// Finds what a request names by one of `keys` (member of the request, index of the collection).
  private static func resolve(
    _ object: JSONObject, _ model: Model, _ type: String, keys: KeyValuePairs<String, String>, _ call: Call
  ) throws -> Target {
    guard let (member, index) = keys.first(where: { object[$0.key]?.string != nil }),
      let asked = object[member]?.string
    else { throw invalid }
    let collection = call.workspace[model]
    let record = index == "id" ? collection[asked] : collection.first(in: index, under: asked)
    if record == nil, !call.honours(.reportsTaggings) { throw APIError.notFound(model) }
    return Target(
      type: type, id: record?.id, asked: .string(asked),
      untag: object["untag"] == true || object["untag"] == "true")
  }

  private static func apply(_ tag: String, _ target: Target, _ call: Call) -> JSON {
    guard let id = target.id else { return ["id": target.asked, "tagged": false] }
    if target.untag {
      Taggings.find(tag, on: target.type, id, call.workspace).map { _ = call.workspace[Taggings.model].remove($0.id) }
    } else {
      Taggings.add(tag, to: target.type, id, by: nil, call)
    }
    return ["id": .string(id), "tagged": .boolean(!target.untag)]
  }

  /// The tag to work on: renamed when the body has an `id`, found by its name, or made.
  ///
  /// Unknown: how a name that another tag has is refused.
  private static func tag(named name: String, _ call: Call) throws -> Record {
    if let id = call.body["id"], !id.isNull {
      var tag = try named(id, call)
      let namesake = call.workspace[model].first(in: "name", under: name.lowercased())
      guard namesake == nil || namesake?.id == tag.id else { throw invalid }
      tag["name"] = .string(name)
      call.workspace[model].replace(tag)
      return tag
    }
    if let tag = call.workspace[model].first(in: "name", under: name.lowercased()) { return tag }
    let tag = try model.make(from: ["name": .string(name)], call)
    call.workspace[model].insert(tag)
    return tag
  }
}

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
