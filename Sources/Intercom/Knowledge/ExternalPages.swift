import API
import HTTPTypes
import JSON
import Store

/// External pages: external content that the AI agent can use for its answers. Creating a page with the `source_id` and
/// `external_id` of an existing one updates that page.
enum ExternalPages: Resource {
  static let operations: [Operation] = [
    .get("/ai/external_pages", id: "listExternalPages", handler: list, available: .since(.v2_12)),
    .post(
      "/ai/external_pages", id: "createExternalPage", requestSchema: createRequest, handler: createOrUpdate,
      available: .since(.v2_12)),
    .get("/ai/external_pages/{id}", id: "getExternalPage", handler: retrieve, available: .since(.v2_12)),
    .put(
      "/ai/external_pages/{id}", id: "updateExternalPage", requestSchema: updateRequest, handler: update,
      available: .since(.v2_12)),
    .delete("/ai/external_pages/{id}", id: "deleteExternalPage", handler: delete, available: .since(.v2_12)),
  ]

  static let createRequest = "create_external_page_request"
  static let updateRequest = "update_external_page_request"

  /// The availability flags are initially true, as in every example, although the description states otherwise.
  static let model = Model(
    name: "external_page", collection: "external_pages", ids: .sequence(from: 1),
    references: [
      Reference("source_id", to: "content_import_sources", onDelete: .cascade),
      Reference("audience_ids", to: "audiences", onDelete: .remove),
    ]
      + ContentMetadata.references,
    indexes: [keyIndex],
    fields: [
      .string("id"), .type("external_page"), .string("title", options: .writable), .string("html", options: .writable),
      .string("url", options: [.writable, .sparse]),
      .boolean("ai_agent_availability", options: .writable, initial: true),
      .boolean("ai_copilot_availability", options: .writable, initial: true),
      .boolean("ai_sales_agent_availability", options: .writable, initial: true),
      .derived("fin_availability") { page, _ in .boolean(page["ai_agent_availability"] == true) },
      .string("locale", options: .writable, initial: "en", oneOf: ["en"]),
      .integer("source_id", options: [.writable, .indexed]),
      .string("external_id", options: .writable), .timestamp("created_at"), .timestamp("updated_at"),
      .timestamp("last_ingested_at"), .array("audience_ids", options: .hidden),
    ] + ContentMetadata.fields)

  private static let keyIndex = CollectionDefinition.Index(name: "key") { [key(of: $0)] }

  static let listing = Listing.numbered(perPage: 50, order: ListOrder(name: "id", descending: true))

  private static let availabilityFlags = [
    "ai_agent_availability", "ai_copilot_availability", "ai_sales_agent_availability",
  ]

  // MARK: Behaviour

  /// Updates the page with the same source and external id, or creates one with the source's audiences.
  static func createOrUpdate(in call: Call) throws -> Reply {
    for name in ["title", "html", "locale", "source_id", "external_id"] {
      _ = try call.body.required(name, as: .nonEmpty)
    }
    let source = try source(in: call)
    let external = try call.body.optional("external_id", as: .id) ?? ""
    if var page = call.workspace[model].first(in: "key", under: "\(source.id)/\(external)") {
      try writeMembers(to: &page, in: call)
      call.workspace[model].replace(page)
      return .ok(page)
    }
    var page = try model.makeRecord(from: call.body, in: call)
    try writeMembers(to: &page, in: call)
    page["audience_ids"] = source["audience_ids"]
    page["created_by_id"] = page["updated_by_id"]
    call.workspace[model].insert(page)
    return .ok(page)
  }

  /// Unknown: Intercom's error for a source and an external id that another page has; here 409.
  static func update(in call: Call) throws -> Reply {
    var page = try call.find(model)
    for name in ["title", "html", "url", "locale", "source_id"] { _ = try call.body.required(name, as: .nonEmpty) }
    _ = try source(in: call)
    try writeMembers(to: &page, in: call)
    let existing = call.workspace[model].first(in: "key", under: key(of: page))
    guard existing == nil || existing?.id == page.id else {
      throw APIError.conflict("An external page with this source_id and external_id already exists")
    }
    call.workspace[model].replace(page)
    return .ok(page)
  }

  /// Deletes a page and returns it with an empty body.
  static func delete(in call: Call) throws -> Reply {
    var page = try call.find(model)
    call.delete(page, of: model)
    page["html"] = ""
    return .ok(page)
  }

  // MARK: Writing

  private static func key(of page: Record) -> String {
    "\(page["source_id"].integer ?? 0)/\(page["external_id"].string ?? "")"
  }

  private static func source(in call: Call) throws -> Record {
    guard let id = try call.body.optional("source_id", as: .id),
      let source = call.workspace[ContentImportSources.model][id]
    else {
      throw APIError.notFound(for: ContentImportSources.model)
    }
    return source
  }

  /// Writes the request's members. `fin_availability` sets all availability flags that the request does not specify.
  private static func writeMembers(to page: inout Record, in call: Call) throws {
    var body = call.body
    if let fin = try call.body.optional("fin_availability", as: .boolean) {
      for flag in availabilityFlags where body[flag] == nil { body[flag] = .boolean(fin) }
    }
    if body["external_id"]?.isNull == true { body.removeValue(forKey: "external_id") }
    try model.write(body, to: &page, in: call)
    page["last_ingested_at"] = .integer(call.now)
    page["updated_by_id"] = .string(Admins.actorID(in: call))
  }
}
