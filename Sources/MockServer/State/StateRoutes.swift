import API
import HTTPTypes
import JSON
import Store

enum StateRoutes {
  static let routes: [ControlRoute] = [
    ControlRoute(
      deferred: .get, path: "/_mock/state", id: "showState", summary: "The whole workspace in fixture format",
      query: [.optional("collections", as: .described(.string(), "comma-separated names of collections"))],
      response: .anyObject, handler: showState),
    ControlRoute(
      deferred: .put, path: "/_mock/state", id: "replaceState",
      summary: "Replace the collections in the body, all or none",
      query: [.optional("notify", as: .boolean)],
      request: .anyObject, response: writeResultShape, readsBody: true, handler: replaceState),
    ControlRoute(
      deferred: .patch, path: "/_mock/state", id: "patchState", summary: "Change or add records by id, all or none",
      query: [.optional("notify", as: .boolean)],
      request: .anyObject, response: writeResultShape, readsBody: true, handler: patchState),
  ]

  private static let writeResultShape = Shape.object([
    .required("status", as: .string(oneOf: ["replaced", "patched"])), .required("records", as: .integer()),
    .required("warnings", as: .array(of: .string())),
  ])

  /// Shows the workspace in fixture format, or the collections in the query. Does not create the workspace.
  static func showState(in call: ControlCall) throws -> ControlReply {
    let wanted = call.query["collections"]?.string.map { $0.split(separator: ",").map(String.init) }
    let names = try collectionNames(requested: wanted, in: call.server.catalogue)
    let export = StateExport(of: call.peekSession().workspace, collections: names, hasProfile: wanted == nil)
    return .work(.unfinished(step: export.step))
  }

  /// Replaces the collections in the body. Sends webhooks only if the query says so.
  static func replaceState(in call: ControlCall) throws -> ControlReply {
    .work(.unfinished(step: try StateWrite(.replace, by: call).step))
  }

  /// Merges members into records and creates records with unknown ids. Sends webhooks only if the query says so.
  static func patchState(in call: ControlCall) throws -> ControlReply {
    .work(.unfinished(step: try StateWrite(.patch, by: call).step))
  }

  private static func collectionNames(requested wanted: [String]?, in catalogue: Catalogue) throws -> [String] {
    let known = catalogue.layout.collections.map(\.name).sorted()
    guard let wanted else { return known }
    if let odd = wanted.first(where: { !known.contains($0) }) {
      throw APIError.parameterInvalid(
        "collections: there is no \(odd); there are \(known.joined(separator: ", "))", field: "collections")
    }
    return wanted
  }
}
