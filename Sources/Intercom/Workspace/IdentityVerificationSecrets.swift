import API
import HTTPTypes
import JSON
import Store

/// Identity verification secrets: what a client's server signs its users' ids with.
///
/// The secret itself is told once, when it is made.
enum IdentityVerificationSecrets: Resource {
  static let operations: [Operation] = [
    .get("/secure_mode_secrets", "listIdentityVerificationSecrets", list, .since(.preview)),
    .post("/secure_mode_secrets", "createIdentityVerificationSecret", create, .since(.preview)),
    .delete("/secure_mode_secrets/{id}", "deleteIdentityVerificationSecret", delete, .since(.preview)),
  ]

  static let model = Model(
    "identity_verification_secret", collection: "secure_mode_secrets", ids: .sequence(from: 1),
    notFound: Model.NotFound("identity_verification_secret_not_found", "Identity verification secret not found"),
    [
      .type("identity_verification_secret"), .string("id"), .string("name", .writable),
      .string("secret").shown { record, call in
        call.operation.method == .post ? .string(record["secret"].string) : nil
      },
      .boolean("supports_android", .writable, initial: false), .boolean("supports_ios", .writable, initial: false),
      .boolean("supports_web", .writable, initial: false), .timestamp("created_at"),
    ])

  private static let platforms = ["supports_android", "supports_ios", "supports_web"]

  // MARK: Behaviour

  /// Unknown: Intercom's wording for a secret of no platform.
  static func create(_ call: Call) throws -> Reply {
    guard let name = call.body["name"], !name.isNull, name != "" else { throw refusal("name is required") }
    var record = try model.make(from: call.body, call)
    guard platforms.contains(where: { record[$0] == true }) else {
      throw refusal("at least one of \(platforms.joined(separator: ", ")) must be true")
    }
    record["secret"] = .string(call.workspace.ids.alphanumeric(43))
    call.workspace[model].insert(record)
    return .created(record)
  }

  static func delete(_ call: Call) throws -> Reply {
    call.workspace[model].remove(try call.find(model).id)
    return .noContent
  }

  private static func refusal(_ message: String) -> APIError {
    APIError(.unprocessableContent, "parameter_invalid", message)
  }
}
