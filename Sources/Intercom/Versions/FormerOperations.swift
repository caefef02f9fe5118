import API
import HTTPTypes

/// The operations of versions before 2.7 that no served version has. Their routes are known: they answer like those of
/// another version instead of 404. `Documentation.docc/Older-Versions.md, "Operations of 1.x"`
enum FormerOperations {
  /// Method and path templates by the versions that had them.
  private static let pathsByMethod: [(HTTPRequest.Method, [String])] = [
    (
      .get,
      [
        "/companies/{id}/users", "/contacts/scroll", "/data_attributes/company", "/data_attributes/customer",
        "/jobs/{id}", "/jobs/{id}/error", "/leads", "/leads/{id}", "/notes", "/subscriptions", "/subscriptions/{id}",
        "/subscriptions/{id}/error", "/subscriptions/{id}/sent", "/users", "/users/scroll", "/users/{id}",
        "/visitors/{id}",
      ]
    ),
    (
      .post,
      [
        "/bulk/events", "/bulk/users", "/contacts/convert", "/customers/search", "/leads", "/leads/convert", "/notes",
        "/subscriptions", "/subscriptions/{id}", "/subscriptions/{id}/ping", "/user_delete_requests", "/users",
      ]
    ),
    (.put, ["/leads/{id}", "/subscriptions/{id}", "/users/{id}", "/visitors/{id}"]),
    (
      .delete,
      ["/contacts", "/leads", "/leads/{id}", "/subscriptions/{id}", "/users", "/users/{id}", "/visitors/{id}"]
    ),
  ]

  static var all: [Operation] {
    pathsByMethod.flatMap { method, paths in
      paths.map { path in
        Operation(
          method: method, path: path, id: "former", handler: { _ in throw VersionNegotiation.unavailableVersion },
          available: .never)
      }
    }
  }
}
