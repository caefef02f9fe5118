import API
import HTTPMessage
import HTTPTypes

/// Which version serves a request: the one it asks for, else the workspace's own.
struct Negotiation {
  /// Echoed in the answer: what was asked for, or the default.
  let label: String
  /// The version that serves it; nil for one that never was.
  let version: APIVersion?

  init(_ request: Request, default version: APIVersion) {
    let asked = request.fields[.intercomVersion] ?? ""
    label = asked.isEmpty ? version.name : asked
    self.version = asked.isEmpty ? version : APIVersion(named: asked)
  }

  static let unknown = APIError(
    status: .badRequest, code: "intercom_version_invalid", message: "The requested version could not be found")

  /// Recorded without the full stop, described with it (api-behaviour.md, 3.4); the description's is the one tested.
  static let unavailable = APIError(
    status: .badRequest, code: "intercom_version_invalid",
    message: "Requested resource is not available in current API version.")
}
