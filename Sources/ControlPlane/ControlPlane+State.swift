import API
import HTTPTypes
import JSON
import Server
import Store

extension ControlPlane {
  static let stateRoutes: [ControlRoute] = [
    ControlRoute(
      .get, "/_mock/state", "The whole workspace in fixture format",
      query: [.optional("collections", .noted(.string(), "names of collections, with commas"))],
      gives: .anyObject, state)
  ]

  /// The whole workspace in fixture format; `?collections=contacts,tags` for some of it. One that was never used is
  /// shown as it would start, and is not made.
  func state(_ call: ControlCall) throws -> Reply {
    let workspace = peek(call).workspace
    let wanted = call.query["collections"]?.string.map { $0.split(separator: ",").map(String.init) }
    var state = JSONObject()
    if wanted == nil { state.append(key: "workspace", value: .object(workspace.profile)) }
    for name in try names(wanted) {
      guard let collection = workspace.collection(named: name) else { continue }
      state.append(key: name, value: .array(collection.all.map(\.stored)))
    }
    return .ok(.json(.object(state)))
  }

  private func names(_ wanted: [String]?) throws -> [String] {
    let known = server.catalogue.layout.collections.map(\.name).sorted()
    guard let wanted else { return known }
    if let odd = wanted.first(where: { !known.contains($0) }) {
      throw APIError.parameterInvalid("there is no collection \(odd); there are \(known.joined(separator: ", "))")
    }
    return wanted
  }
}
