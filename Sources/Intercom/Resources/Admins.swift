import API
import JSON
import Store

/// Admins: the teammates of a workspace.
enum Admins: Resource {
  static let operations: [Operation] = [
    .get("/admins", "listAdmins", list),
    .get("/admins/{id}", "retrieveAdmin", retrieve),
  ]

  static let model = Model(
    "admin", collection: "admins", ids: .sequence(from: 1), notFound: Model.NotFound("admin_not_found", "Admin not found"),
    [
      .type("admin"), .string("email"), .string("id"), .string("name"),
      .boolean("away_mode_enabled", initial: false), .boolean("away_mode_reassign", initial: false),
      .boolean("has_inbox_seat", initial: false), .array("team_ids"),
    ])

  static let listing = Listing.whole(type: "admin.list", key: "admins")

  /// The id of the admin who acts: the token's, else the first of the workspace.
  static func actor(_ call: Call) -> String {
    call.adminID ?? call.workspace[model].page(listing.order, from: .offset(0), limit: 1).first?.id ?? ""
  }

  /// The id of the admin that a request's member names, as text or number; nil when it names none.
  ///
  /// Throws 404 in the general words for one that is not there.
  static func named(_ json: JSON?, _ call: Call) throws -> String? {
    guard let json, !json.isNull else { return nil }
    guard let id = json.string ?? json.integral.map(String.init), call.workspace[model][id] != nil else {
      throw APIError.resourceNotFound
    }
    return id
  }
}
