import API
import HTTPTypes
import JSON
import Store

/// Tags on articles, internal articles and content snippets.
extension Taggings {
  private static let noTag = APIError(.notFound, "tag_not_found", "Tag not found")

  /// Puts the tag that the body names on a piece of knowledge, by its `admin_id` or else the token's admin.
  static func attach(to type: String, _ id: String, _ call: Call) throws -> Reply {
    guard let tagID = try call.id("id") else { throw APIError.parameterMissing("id is a required parameter") }
    guard let tag = call.workspace[Tags.model][tagID] else { throw noTag }
    let tagging = add(tag.id, to: type, id, by: try Admins.named(call.body["admin_id"], call), call)
    return .ok(applied(tagging, call.workspace) ?? .record(tag))
  }

  /// Takes the tag that the path names off a piece of knowledge; the answer no longer says when it was put there, nor by
  /// whom.
  static func detach(from type: String, _ id: String, _ call: Call) throws -> Reply {
    guard let tag = call.workspace[Tags.model][call.parameter("id")],
      let tagging = find(tag.id, on: type, id, call.workspace)
    else { throw noTag }
    call.workspace[model].remove(tagging.id)
    return .ok(
      .json([
        "type": "tag", "id": .string(tag.id), "name": tag["name"].stored ?? .null, "applied_at": nil,
        "applied_by": nil,
      ]))
  }

  /// The `tags` of a piece of knowledge.
  static func list(of type: String) -> @Sendable (Record, Call) -> Node? {
    { record, call in
      let tags = of(type, record.id, call.workspace).compactMap { applied($0, call.workspace) }
      return .members(["type": "tag.list", "tags": .array(tags)])
    }
  }
}
