import API
import HTTPTypes
import JSON
import Store

/// Folders: where the workspace keeps its content in order. Requests wrap the folder in a `folder` of its own.
enum Folders: Resource {
  static let operations: [Operation] = [
    .get("/folders", "listFolders", list, .since(.preview)),
    .post("/folders", "createFolder", create, .since(.preview)),
    .get("/folders/{id}", "retrieveFolder", retrieve, .since(.preview)),
    .put("/folders/{id}", "updateFolder", update, .since(.preview)),
    .delete("/folders/{id}", "deleteFolder", delete, .since(.preview)),
  ]

  static let model = Model(
    "folder", collection: "folders", ids: .integer(from: 1),
    notFound: Model.NotFound("not_found", "Folder not found"),
    references: [Reference("parent_folder_id", to: "folders")],
    [
      .integer("id"), .string("name", .writable), .string("description", .writable), .string("emoji", .writable),
      .integer("parent_folder_id", [.writable, .indexed]),
      .derived("content_count") { folder, call in .integer(Contents.count(in: folder.id, call.workspace)) },
      .timestamp("created_at"), .timestamp("updated_at"),
    ])

  static let listing = Listing.numbered(perPage: 50, order: ListOrder("id", descending: false))

  // MARK: Behaviour

  /// All of them, or those directly in one.
  static func list(_ call: Call) throws -> Reply {
    let folders = call.workspace[model]
    guard let parent = try call.integer("parent_folder_id") else { return try listing.reply(folders, call) }
    return try listing.reply(
      folders, where: .rows(folders.rows(in: "parent_folder_id", under: String(parent))), call)
  }

  static func create(_ call: Call) throws -> Reply {
    let body = try folder(call)
    guard body["name"] != nil else { throw APIError.parameterMissing("name is a required parameter") }
    try check(body, of: nil, call)
    let record = try model.make(from: body, call)
    call.workspace[model].insert(record)
    return .ok(record)
  }

  static func update(_ call: Call) throws -> Reply {
    var record = try call.find(model)
    let body = try folder(call)
    try check(body, of: record.id, call)
    try model.write(body, to: &record, call)
    call.workspace[model].replace(record)
    return .ok(record)
  }

  /// Unknown: the code of the refusal, its words, and whether folders in a folder count as content; here they do.
  static func delete(_ call: Call) throws -> Reply {
    let folder = try call.find(model)
    let inner = call.workspace[model].count(in: "parent_folder_id", under: folder.id)
    guard inner + Contents.count(in: folder.id, call.workspace) == 0 else {
      throw APIError(.unprocessableContent, "data_invalid", "Folder contains content")
    }
    call.workspace[model].remove(folder.id)
    return .ok(.members(["id": .json(folder["id"].stored ?? .null), "object": "folder", "deleted": true]))
  }

  /// A folder and all that lie in it, at any depth.
  static func family(of id: String, _ workspace: Workspace) -> Set<String> {
    var (found, next): (Set<String>, [String]) = ([id], [id])
    while let outer = next.popLast() {
      for inner in workspace[model].records(in: "parent_folder_id", under: outer).map(\.id)
      where found.insert(inner).inserted { next.append(inner) }
    }
    return found
  }

  // MARK: Writing

  private static func folder(_ call: Call) throws -> JSONObject {
    guard let json = call.body["folder"], !json.isNull else {
      throw APIError.parameterMissing("folder is a required parameter")
    }
    guard let folder = json.object else { throw APIError.parameterInvalid("folder must be an object") }
    return folder
  }

  /// A folder has a name, and lies in one that there is, and not in itself.
  private static func check(_ body: JSONObject, of id: String?, _ call: Call) throws {
    if let name = body["name"], name.isNull || name == "" { throw APIError.parameterMissing("name can't be blank") }
    guard let parent = try call.id("parent_folder_id", in: body) else { return }
    guard call.workspace[model][parent] != nil else {
      throw APIError.parameterInvalid("parent_folder_id names \(parent), which is not a folder of this workspace")
    }
    if let id, family(of: id, call.workspace).contains(parent) {
      throw APIError.parameterInvalid("a folder cannot be moved into itself")
    }
  }
}
