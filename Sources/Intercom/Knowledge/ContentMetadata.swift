import API
import HTTPTypes
import JSON
import Store

/// What the kinds of content in the knowledge hub have in common: a folder, authors, audiences.
enum ContentMetadata {
  /// What content keeps of its place and its authors without showing it.
  static let fields: [Field] = [
    .integer("folder_id", options: [.hidden, .indexed]), .string("created_by_id", options: .hidden),
    .string("updated_by_id", options: .hidden),
  ]

  static let references = [
    Reference("folder_id", to: "folders"), Reference("created_by_id", to: "admins"),
    Reference("updated_by_id", to: "admins"),
  ]

  private static let models = [
    Articles.model, ContentSnippets.model, ExternalPages.model, FileSources.model, InternalArticles.model,
  ]

  /// How much content lies directly in a folder.
  static func count(inFolder folder: String, in workspace: Workspace) -> Int {
    models.reduce(0) { $0 + workspace[$1].count(in: "folder_id", under: folder) }
  }
}

/// Members that requests about articles of all kinds share.
extension Call {
  /// The HTML that `body` or `body_markdown` stands for; nil when there is neither. Throws `parameter_invalid`.
  func html(in members: JSONObject) throws -> String? {
    let body = try text(in: members, member: "body")
    guard let markdown = try text(in: members, member: "body_markdown") else { return body }
    guard body == nil else { throw APIError.parameterInvalid("body and body_markdown are mutually exclusive") }
    return Markdown.html(from: markdown)
  }

  /// The id of a teammate; nil when there is none. Throws `parameter_invalid`.
  func teammate(_ name: String, in members: JSONObject) throws -> Int64? {
    guard let json = members[name], !json.isNull else { return nil }
    guard let id = json.integral ?? json.string.flatMap({ Int64($0) }), workspace[Admins.model][String(id)] != nil
    else { throw APIError.parameterInvalid("\(name) must be the ID of a teammate of this workspace") }
    return id
  }

  /// The ids of `audience_ids`; nil when there are none. Throws `parameter_invalid`, with 404 for one that is not there.
  func audiences(in members: JSONObject) throws -> [JSON]? {
    guard let json = members["audience_ids"], !json.isNull else { return nil }
    do {
      return try Audiences.ids(from: json, in: self)
    } catch let error as APIError {
      throw error.withoutRequestID
    }
  }

  /// What `folder_id` says: null for no folder; nil when it is absent. Throws 404 for a folder that is not there.
  func folder(in members: JSONObject) throws -> JSON? {
    guard let json = members["folder_id"] else { return nil }
    if json.isNull { return JSON.null }
    guard let id = json.integral ?? json.string.flatMap({ Int64($0) }) else {
      throw APIError.parameterInvalid("folder_id must be an integer")
    }
    guard workspace[Folders.model][String(id)] != nil else { throw APIError.notFound(for: Folders.model) }
    return .integer(id)
  }

  /// The whole numbers of a list. Throws `parameter_invalid`.
  func integers(from json: JSON, member name: String) throws -> [Int64] {
    guard let items = json.array else { throw APIError.parameterInvalid("\(name) must be an array") }
    return try items.map { item in
      guard let id = item.integral ?? item.string.flatMap({ Int64($0) }) else {
        throw APIError.parameterInvalid("\(name) must be an array of integers")
      }
      return id
    }
  }

  private func text(in members: JSONObject, member name: String) throws -> String? {
    guard let json = members[name], !json.isNull else { return nil }
    guard let text = json.string else { throw APIError.parameterInvalid("\(name) must be a string") }
    return text
  }
}

/// Tags on content: put on by a teammate, and shown bare once they are off.
enum ContentTags {
  private static let tagNotFound = APIError(status: .notFound, code: "tag_not_found", message: "Tag not found")

  static func attach(toType type: String, id: String, in call: Call) throws -> Reply {
    guard let asked = try call.id("id") else { throw APIError.parameterMissing("id is a required parameter") }
    guard let tag = call.workspace[Tags.model][asked] else { throw tagNotFound }
    let admin = try Admins.adminID(from: call.body["admin_id"], in: call)
    let tagging = Taggings.add(tag.id, toType: type, id: id, by: admin, in: call)
    return .ok(Taggings.appliedTag(of: tagging, in: call.workspace) ?? .record(tag))
  }

  static func detach(fromType type: String, id: String, in call: Call) throws -> Reply {
    guard let tag = call.workspace[Tags.model][call.pathParameter("id")],
      let tagging = Taggings.find(tag.id, onType: type, id: id, in: call.workspace)
    else { throw tagNotFound }
    call.workspace[Taggings.model].remove(id: tagging.id)
    return .ok(
      .shape(
        "tag",
        [
          "type": "tag", "id": .string(tag.id), "name": tag["name"].json ?? .null, "applied_at": nil,
          "applied_by": nil,
        ]))
  }

  /// The `tags` of a piece of content.
  static func list(of type: String) -> @Sendable (Record, Call) -> Node? {
    { record, call in
      let tags = Taggings.taggings(ofType: type, id: record.id, in: call.workspace).compactMap {
        Taggings.appliedTag(of: $0, in: call.workspace)
      }
      return .members(["type": "tag.list", "tags": .array(tags)])
    }
  }
}
