import API
import HTTPTypes
import JSON
import Store

/// Audiences: the groups of people that content is intended for.
enum Audiences: Resource {
  static let operations: [Operation] = [
    .get("/audiences", id: "listAudiences", handler: list, available: .since(.v2_16)),
    .post("/audiences", id: "createAudience", handler: create, available: .since(.v2_16)),
    .get("/audiences/{id}", id: "retrieveAudience", handler: retrieve, available: .since(.v2_16)),
    .put("/audiences/{id}", id: "updateAudience", handler: update, available: .since(.v2_16)),
    .delete("/audiences/{id}", id: "deleteAudience", handler: delete, available: .since(.v2_16)),
  ]

  static let model = Model(
    name: "audience", collection: "audiences", ids: .sequence(from: 1),
    fields: [
      .type("audience"), .string("id"), .string("name", options: .writable),
      .models("predicates", of: predicate, options: .writable),
      .models("role_predicates", of: predicate, options: .writable), .timestamp("created_at"), .timestamp("updated_at"),
    ])

  private static let predicate = Model(
    name: "predicate",
    fields: [
      .string("attribute", options: [.writable, .sparse]), .string("type", options: [.writable, .sparse]),
      .string("comparison", options: [.writable, .sparse]), .string("value", options: [.writable, .sparse]),
    ])

  static let listing = Listing.numbered(
    perPage: 50, limit: 50, order: ListOrder(name: "id", descending: false),
    members: [.type, .items, .total, .page, .perPage, .totalPages])

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    _ = try call.body.required("name", as: .nonEmpty, missing: validationError(message: "Name is required"))
    let audience = try model.makeRecord(from: call.body, in: call)
    call.workspace[model].insert(audience)
    return .created(audience)
  }

  static func update(in call: Call) throws -> Reply {
    var audience = try call.find(model)
    if let name = call.body["name"], name.isNull || name == "" {
      throw validationError(message: "Name must not be blank")
    }
    try model.write(call.body, to: &audience, in: call)
    call.workspace[model].replace(audience)
    return .ok(audience)
  }

  /// Deletes the audience and removes its id from all content.
  static func delete(in call: Call) throws -> Reply {
    let audience = try call.find(model)
    // Webhooks report the audience before the content that was meant for it.
    call.workspace[model].remove(id: audience.id)
    call.removeReferences(to: audience, of: model)
    return .noContent
  }

  private static func validationError(message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "validation_error", message: message)
  }

  // MARK: References

  /// Returns the ids in the `audience_ids` of a request: a list, a single id, or null for no audience.
  ///
  /// Throws `parameter_invalid` with status 400 if an id is not an integer, with 404 if an audience does not exist.
  static func ids(from json: JSON, in call: Call) throws -> [JSON] {
    if json.isNull { return [] }
    let ids = try (json.array ?? [json]).map {
      try $0.read(as: .integer(), orThrow: .parameterInvalid("audience_ids must be an array of integers"))
    }
    let unknown = ids.filter { call.workspace[model][String($0)] == nil }
    guard unknown.isEmpty else {
      let list = unknown.map(String.init).joined(separator: ", ")
      throw APIError(
        status: .notFound, code: "parameter_invalid", message: "audience_ids contains unknown audience IDs: \(list)")
    }
    return ids.map(JSON.integer)
  }
}
