import API
import HTTPTypes
import JSON
import Store

/// Tags on content: put on by a teammate, and shown bare once they are off.
enum ContentTags {
  private static let noTag = APIError(.notFound, "tag_not_found", "Tag not found")

  static func attach(to type: String, _ id: String, _ call: Call) throws -> Reply {
    guard let asked = try call.id("id") else { throw APIError.parameterMissing("id is a required parameter") }
    guard let tag = call.workspace[Tags.model][asked] else { throw noTag }
    let admin = try Admins.named(call.body["admin_id"], call)
    let tagging = Taggings.add(tag.id, to: type, id, by: admin, call)
    return .ok(Taggings.applied(tagging, call.workspace) ?? .record(tag))
  }

  static func detach(from type: String, _ id: String, _ call: Call) throws -> Reply {
    guard let tag = call.workspace[Tags.model][call.parameter("id")],
      let tagging = Taggings.find(tag.id, on: type, id, call.workspace)
    else { throw noTag }
    call.workspace[Taggings.model].remove(tagging.id)
    return .ok(
      .shape(
        "tag",
        [
          "type": "tag", "id": .string(tag.id), "name": tag["name"].stored ?? .null, "applied_at": nil,
          "applied_by": nil,
        ]))
  }

  /// The `tags` of a piece of content.
  static func list(of type: String) -> @Sendable (Record, Call) -> Node? {
    { record, call in
      let tags = Taggings.of(type, record.id, call.workspace).compactMap { Taggings.applied($0, call.workspace) }
      return .members(["type": "tag.list", "tags": .array(tags)])
    }
  }
}
