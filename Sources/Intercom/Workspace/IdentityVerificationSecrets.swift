import API
import HTTPTypes
import JSON
import Store

/// Identity verification secrets: keys that a client's server signs the ids of its users with.
///
/// The secret is shown only in the answer that creates it.
enum IdentityVerificationSecrets: Resource {
  static let operations: [Operation] = [
    .get("/secure_mode_secrets", id: "listIdentityVerificationSecrets", handler: list, available: .since(.preview)),
    .post("/secure_mode_secrets", id: "createIdentityVerificationSecret", handler: create, available: .since(.preview)),
    .delete(
      "/secure_mode_secrets/{id}", id: "deleteIdentityVerificationSecret", handler: delete, available: .since(.preview)),
  ]

  static let model = Model(
    name: "identity_verification_secret", collection: "secure_mode_secrets", ids: .sequence(from: 1),
    notFound: Model.NotFound(
      code: "identity_verification_secret_not_found", message: "Identity verification secret not found"),
    fields: [
      .type("identity_verification_secret"), .string("id"), .string("name", options: .writable),
      .string("secret").shown { record, call in
        call.operation.method == .post ? .string(record["secret"].string) : nil
      },
      .boolean("supports_android", options: .writable, initial: false),
      .boolean("supports_ios", options: .writable, initial: false),
      .boolean("supports_web", options: .writable, initial: false), .timestamp("created_at"),
    ])

  private static let platforms = ["supports_android", "supports_ios", "supports_web"]

  // MARK: Behaviour

  /// Unknown: Intercom's wording for a secret without a platform.
  static func create(in call: Call) throws -> Reply {
    _ = try call.body.required("name", as: .nonEmpty, missing: validationError("name is required"))
    var record = try model.makeRecord(from: call.body, in: call)
    guard platforms.contains(where: { record[$0] == true }) else {
      throw validationError("at least one of \(platforms.joined(separator: ", ")) must be true")
    }
    record["secret"] = .string(call.workspace.ids.alphanumeric(length: 43))
    call.workspace[model].insert(record)
    return .created(record)
  }

  static func delete(in call: Call) throws -> Reply {
    call.delete(try call.find(model), of: model)
    return .noContent
  }

  private static func validationError(_ message: String) -> APIError {
    APIError(status: .unprocessableContent, code: "parameter_invalid", message: message)
  }
}
