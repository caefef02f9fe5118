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
