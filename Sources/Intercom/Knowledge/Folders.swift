import API
import HTTPTypes
import JSON
import Store

/// Folders of the knowledge hub. Request bodies wrap the folder in a `folder` member.
enum Folders: Resource {
  static let operations: [Operation] = [
    .get("/folders", id: "listFolders", handler: list, available: .since(.preview)),
    .post("/folders", id: "createFolder", handler: create, available: .since(.preview)),
    .get("/folders/{id}", id: "retrieveFolder", handler: retrieve, available: .since(.preview)),
    .put("/folders/{id}", id: "updateFolder", handler: update, available: .since(.preview)),
    .delete("/folders/{id}", id: "deleteFolder", handler: delete, available: .since(.preview)),
  ]

  static let model = Model(
    name: "folder", collection: "folders", ids: .integer(from: 1),
    notFound: Model.NotFound(code: "not_found", message: "Folder not found"),
    references: [Reference("parent_folder_id", to: "folders")],
    fields: [
      .integer("id"), .string("name", options: .writable), .string("description", options: .writable),
      .string("emoji", options: .writable),
      .integer("parent_folder_id", options: [.writable, .indexed]),
      .derived("content_count") { folder, call in
        .integer(ContentMetadata.count(inFolder: folder.id, in: call.workspace))
      },
      .timestamp("created_at"), .timestamp("updated_at"),
    ])

  static let listing = Listing.numbered(perPage: 50, order: ListOrder(name: "id", descending: false))

  // MARK: Behaviour

  /// All folders, or the folders directly in `parent_folder_id`.
  static func list(in call: Call) throws -> Reply {
    let folders = call.workspace[model]
    guard let parent = try call.integerQueryParameter("parent_folder_id") else {
      return try listing.reply(with: folders, in: call)
    }
    return try listing.reply(
      with: folders, where: .rows(folders.rows(in: "parent_folder_id", under: String(parent))), in: call)
  }

  static func create(in call: Call) throws -> Reply {
    let body = try call.body.required("folder", as: .object)
    guard body["name"] != nil else { throw APIError.parameterMissing("name is a required parameter") }
    try validate(body, of: nil, in: call)
    let record = try model.makeRecord(from: body, in: call)
    call.workspace[model].insert(record)
    return .ok(record)
  }

  static func update(in call: Call) throws -> Reply {
    var record = try call.find(model)
    let body = try call.body.required("folder", as: .object)
    try validate(body, of: record.id, in: call)
    try model.write(body, to: &record, in: call)
    call.workspace[model].replace(record)
    return .ok(record)
  }

  /// Deletes an empty folder.
  ///
  /// Unknown: the error code and message, and whether nested folders count as content; here they do.
  static func delete(in call: Call) throws -> Reply {
    let folder = try call.find(model)
    guard call.dependents(of: folder, in: model).isEmpty else {
      throw APIError(status: .unprocessableContent, code: "data_invalid", message: "Folder contains content")
    }
    call.delete(folder, of: model)
    return .ok(.members(["id": .json(folder["id"].json ?? .null), "object": "folder", "deleted": true]))
  }

  /// The ids of a folder and of all folders nested in it, at any depth.
  static func subtree(of id: String, in workspace: Workspace) -> Set<String> {
    var (found, next): (Set<String>, [String]) = ([id], [id])
    while let outer = next.popLast() {
      for inner in workspace[model].records(in: "parent_folder_id", under: outer).map(\.id)
      where found.insert(inner).inserted { next.append(inner) }
    }
    return found
  }

  // MARK: Writing

  /// Throws `parameter_invalid` or `parameter_not_found` unless the folder has a name, and its parent exists and is not
  /// nested in it.
  private static func validate(_ body: JSONObject, of id: String?, in call: Call) throws {
    if let name = body["name"], name.isNull || name == "" { throw APIError.parameterMissing("name can't be blank") }
    guard let parent = try body.optional("parent_folder_id", as: .id) else { return }
    guard call.workspace[model][parent] != nil else {
      throw APIError.parameterInvalid("parent_folder_id names \(parent), which is not a folder of this workspace")
    }
    if let id, subtree(of: id, in: call.workspace).contains(parent) {
      throw APIError.parameterInvalid("a folder cannot be moved into itself")
    }
  }
}
