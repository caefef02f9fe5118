import API
import HTTPTypes
import JSON
import Store

/// The members that all kinds of content in the knowledge hub share: folder, authors, audiences.
enum ContentMetadata {
  /// Hidden fields for the folder and the authors.
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

  /// Number of content records directly in a folder.
  static func count(inFolder folder: String, in workspace: Workspace) -> Int {
    models.reduce(0) { $0 + workspace[$1].count(in: "folder_id", under: folder) }
  }
}

/// Request members that all kinds of articles share.
extension Call {
  /// The HTML of `body` or `body_markdown`, or nil if both are absent. Throws `parameter_invalid` if both are present.
  func html(in members: JSONObject) throws -> String? {
    let body = try members.optional("body", as: .string)
    guard let markdown = try members.optional("body_markdown", as: .string) else { return body }
    guard body == nil else { throw APIError.parameterInvalid("body and body_markdown are mutually exclusive") }
    return Markdown.html(from: markdown)
  }

  /// The id of a teammate, or nil if the member is absent or null. Throws `parameter_invalid` for an unknown teammate.
  func teammate(_ name: String, in members: JSONObject) throws -> Int64? {
    guard let json = members[name], !json.isNull else { return nil }
    guard let id = json.asInteger, workspace[Admins.model][String(id)] != nil
    else { throw APIError.parameterInvalid("\(name) must be the ID of a teammate of this workspace") }
    return id
  }

  /// The ids in `audience_ids`, or nil if the member is absent or null.
  ///
  /// Throws `parameter_invalid` if it is not a list of ids, and 404 if an audience is unknown.
  func audiences(in members: JSONObject) throws -> [JSON]? {
    guard let json = members["audience_ids"], !json.isNull else { return nil }
    do {
      return try Audiences.ids(from: json, in: self)
    } catch let error as APIError {
      throw error.withoutRequestID
    }
  }

  /// The value of `folder_id`: nil if absent, JSON null for no folder. Throws 404 for an unknown folder.
  func folder(in members: JSONObject) throws -> JSON? {
    guard let json = members["folder_id"] else { return nil }
    if json.isNull { return JSON.null }
    let id = try json.read(as: .integer(), orThrow: .parameterInvalid("folder_id must be an integer"))
    guard workspace[Folders.model][String(id)] != nil else { throw APIError.notFound(for: Folders.model) }
    return .integer(id)
  }

  /// The integers of a JSON array. Throws `parameter_invalid` for any other value.
  func integers(from json: JSON, member name: String) throws -> [Int64] {
    try json.read(as: .array, orThrow: .parameterInvalid("\(name) must be an array"))
      .map { try $0.read(as: .integer(), orThrow: .parameterInvalid("\(name) must be an array of integers")) }
  }
}

/// Tags on content. A teammate adds them; after removal the tag is shown without `applied_at` and `applied_by`.
enum ContentTags {
  private static let tagNotFound = APIError(status: .notFound, code: "tag_not_found", message: "Tag not found")

  static func attach(toType type: String, id: String, in call: Call) throws -> Reply {
    let tagID = try call.body.required("id", as: .id)
    guard let tag = call.workspace[Tags.model][tagID] else { throw tagNotFound }
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

  /// Renders the `tags` member of content.
  static func list(of type: String) -> @Sendable (Record, Call) -> Node? {
    { record, call in
      let tags = Taggings.taggings(ofType: type, id: record.id, in: call.workspace).compactMap {
        Taggings.appliedTag(of: $0, in: call.workspace)
      }
      return .members(["type": "tag.list", "tags": .array(tags)])
    }
  }
}
