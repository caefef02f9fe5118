import API
import HTTPMessage
import HTTPTypes

/// Which version serves a request: the one it asks for, else the workspace's own.
struct VersionNegotiation {
  /// Echoed in the answer: what was asked for, or the default.
  let echoedVersion: String
  /// The version that serves it; nil for one that never was.
  let version: APIVersion?

  init(request: Request, default version: APIVersion) {
    let asked = request.fields[.intercomVersion] ?? ""
    echoedVersion = asked.isEmpty ? version.name : asked
    self.version = asked.isEmpty ? version : APIVersion(named: asked)
  }

  static let unknownVersion = APIError(
    status: .badRequest, code: "intercom_version_invalid", message: "The requested version could not be found")

  /// Recorded without the full stop, described with it (api-behaviour.md, 3.4); the description's is the one tested.
  static let unavailableVersion = APIError(
    status: .badRequest, code: "intercom_version_invalid",
    message: "Requested resource is not available in current API version.")
}

/// Whether a client takes JSON. No `Accept` at all is fine: many clients send none (clients.md).
enum AcceptHeader {
  static let notAcceptable = APIError(
    status: .notAcceptable, code: "media_type_not_acceptable",
    message: "The Accept header should send a media type of application/json"
  ).withoutRequestID

  /// - Parameter type: what the operation answers with. One that answers with something else than JSON takes clients
  ///   of JSON as well, for its refusals are JSON.
  static func allows(_ type: String, in request: Request) -> Bool {
    guard let field = request.fields[.accept], type != "*/*" else { return true }
    if field == "application/json" || field == "*/*" || field.isEmpty { return true }
    let family = type.prefix { $0 != "/" } + "/*"
    return field.lowercased().split(separator: ",").contains { range in
      let asked = range.split(separator: ";").first?.trimmingSpaces ?? ""
      return ["*/*", "application/*", "application/json", type, String(family)].contains(asked)
        || (asked.hasPrefix("application/") && asked.hasSuffix("+json"))
    }
  }
}
