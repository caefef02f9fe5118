import API
import JSON
import Store

/// Content import sources of external pages. A source of the API contains the pages that clients write; other sources
/// are crawled, and cannot be created through the API.
enum ContentImportSources: Resource {
  static let operations: [Operation] = [
    .get("/ai/content_import_sources", id: "listContentImportSources", handler: list, available: .since(.v2_12)),
    .post(
      "/ai/content_import_sources", id: "createContentImportSource", requestSchema: createRequest, handler: create,
      available: .since(.v2_12)),
    .get("/ai/content_import_sources/{id}", id: "getContentImportSource", handler: retrieve, available: .since(.v2_12)),
    .put(
      "/ai/content_import_sources/{id}", id: "updateContentImportSource", requestSchema: updateRequest, handler: update,
      available: .since(.v2_12)),
    .delete(
      "/ai/content_import_sources/{id}", id: "deleteContentImportSource", handler: delete, available: .since(.v2_12)),
  ]

  static let createRequest = "create_content_import_source_request"
  static let updateRequest = "update_content_import_source_request"

  static let model = Model(
    name: "content_import_source", collection: "content_import_sources", ids: .integer(from: 1),
    references: [Reference("audience_ids", to: "audiences", onDelete: .remove)],
    fields: [
      .integer("id"), .type("content_import_source"), .timestamp("last_synced_at"),
      .string("status", options: .writable, initial: "active", oneOf: ["active", "deactivated"]),
      .string("url", options: .writable),
      .string("sync_behavior", initial: "api", oneOf: ["api", "automatic", "manual"]), .timestamp("created_at"),
      .timestamp("updated_at"), .array("audience_ids"),
    ])

  static let listing = Listing.numbered(perPage: 50, order: ListOrder(name: "id", descending: false))

  /// Requests may use `automated`, which is shown as `automatic`.
  private static let syncBehaviours = [
    "api": "api", "automatic": "automatic", "automated": "automatic", "manual": "manual",
  ]

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    let url = try call.body.required("url", as: .nonEmptyString)
    guard try syncBehaviour(in: call) == "api" else { throw APIError.parameterInvalid("sync_behavior must be api") }
    var source = try model.makeRecord(from: call.body, in: call)
    source["url"] = .string(url)
    source["last_synced_at"] = .integer(call.now)
    try writeAudiences(to: &source, in: call)
    call.workspace[model].insert(source)
    return .ok(source)
  }

  /// Unknown: Intercom's messages for changes that it does not allow.
  static func update(in call: Call) throws -> Reply {
    var source = try call.find(model)
    let (url, behaviour) = (try call.body.required("url", as: .nonEmptyString), try syncBehaviour(in: call))
    guard (source["sync_behavior"] == "api") == (behaviour == "api") else {
      throw APIError.parameterInvalid("sync_behavior cannot be changed to or from api")
    }
    guard behaviour == "api" || source["url"].string == url else {
      throw APIError.parameterInvalid("url can only be changed when sync_behavior is api")
    }
    let updatesPages = try call.body.optional("apply_audience_to_existing_content", as: .boolean) ?? false
    try model.write(call.body, to: &source, in: call)
    source["sync_behavior"] = .string(behaviour)
    try writeAudiences(to: &source, in: call)
    call.workspace[model].replace(source)
    if updatesPages { copyAudiencesToPages(of: source, in: call) }
    return .ok(source)
  }

  /// Deletes a source and its pages.
  static func delete(in call: Call) throws -> Reply {
    call.delete(try call.find(model), of: model)
    return .noContent
  }

  // MARK: Writing

  private static func syncBehaviour(in call: Call) throws -> String {
    guard let behaviour = syncBehaviours[try call.body.required("sync_behavior", as: .nonEmptyString)] else {
      throw APIError.parameterInvalid("sync_behavior must be one of api, automated, manual")
    }
    return behaviour
  }

  private static func writeAudiences(to source: inout Record, in call: Call) throws {
    guard let json = call.body["audience_ids"] else { return }
    source["audience_ids"] = .json(.array(try Audiences.ids(from: json, in: call)))
  }

  /// Sets the source's audiences on its existing pages.
  private static func copyAudiencesToPages(of source: Record, in call: Call) {
    for var page in call.workspace[ExternalPages.model].records(in: "source_id", under: source.id) {
      page["audience_ids"] = source["audience_ids"]
      call.workspace[ExternalPages.model].replace(page)
    }
  }
}
