import API
import HTTPTypes
import JSON
import Store

/// Audiences: whom content is meant for.
enum Audiences: Resource {
  static let operations: [Operation] = [
    .get("/audiences", "listAudiences", list, .since(.v2_16)),
    .post("/audiences", "createAudience", create, .since(.v2_16)),
    .get("/audiences/{id}", "retrieveAudience", retrieve, .since(.v2_16)),
    .put("/audiences/{id}", "updateAudience", update, .since(.v2_16)),
    .delete("/audiences/{id}", "deleteAudience", delete, .since(.v2_16)),
  ]

  static let model = Model(
    "audience", collection: "audiences", ids: .sequence(from: 1),
    [
      .type("audience"), .string("id"), .string("name", .writable), .models("predicates", predicate, .writable),
      .models("role_predicates", predicate, .writable), .timestamp("created_at"), .timestamp("updated_at"),
    ])

  private static let predicate = Model(
    "predicate",
    [
      .string("attribute", [.writable, .sparse]), .string("type", [.writable, .sparse]),
      .string("comparison", [.writable, .sparse]), .string("value", [.writable, .sparse]),
    ])

  static let listing = Listing.numbered(
    perPage: 50, limit: 50, order: ListOrder("id", descending: false),
    members: [.type, .items, .total, .page, .perPage, .totalPages])

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    guard let name = call.body["name"], !name.isNull, name != "" else { throw refusal("Name is required") }
    let audience = try model.make(from: call.body, call)
    call.workspace[model].insert(audience)
    return .created(audience)
  }

  static func update(_ call: Call) throws -> Reply {
    var audience = try call.find(model)
    if let name = call.body["name"], name.isNull || name == "" { throw refusal("Name must not be blank") }
    try model.write(call.body, to: &audience, call)
    call.workspace[model].replace(audience)
    return .ok(audience)
  }

  /// Content that was meant for it forgets it.
  static func delete(_ call: Call) throws -> Reply {
    let audience = try call.find(model)
    call.workspace[model].remove(audience.id)
    Contents.forget(audience: audience.id, call)
    return .noContent
  }

  private static func refusal(_ message: String) -> APIError {
    APIError(.unprocessableContent, "validation_error", message)
  }

  // MARK: References

  /// The ids in a request's `audience_ids`: a list, one alone, or null for none.
  ///
  /// Throws `parameter_invalid` for what is no id, and its 404 for ids that no audience has.
  static func ids(in json: JSON, _ call: Call) throws -> [JSON] {
    if json.isNull { return [] }
    let ids = try (json.array ?? [json]).map { item -> Int64 in
      guard let id = item.integral ?? item.string.flatMap({ Int64($0) }) else {
        throw APIError.parameterInvalid("audience_ids must be an array of integers")
      }
      return id
    }
    let unknown = ids.filter { call.workspace[model][String($0)] == nil }
    guard unknown.isEmpty else {
      let list = unknown.map(String.init).joined(separator: ", ")
      throw APIError(.notFound, "parameter_invalid", "audience_ids contains unknown audience IDs: \(list)")
    }
    return ids.map(JSON.integer)
  }
}
