import API
import HTTPMessage
import HTTPTypes

/// Selects the version that serves a request: the one in `Intercom-Version`, otherwise the default of the workspace.
enum VersionNegotiation {
  /// Maximum length of the name that the response repeats, in bytes.
  private static let maximumNameBytes = 64

  /// The name that the response repeats, and the version; nil if it is unknown.
  static func negotiate(
    _ request: Request, default version: APIVersion
  ) -> (name: String, version: APIVersion?) {
    guard let name = request.fields[.intercomVersion], !name.isEmpty else { return (version.name, version) }
    return (String(decoding: name.utf8.prefix(maximumNameBytes), as: UTF8.self), APIVersion(named: name))
  }

  static let unknownVersion = APIError(
    status: .badRequest, code: "intercom_version_invalid", message: "The requested version could not be found")

  /// Recorded without the full stop that the descriptions have.
  /// `Documentation.docc/Recorded-Differences.md, "Behaviour"`
  static let unavailableVersion = APIError(
    status: .badRequest, code: "intercom_version_invalid",
    message: "Requested resource is not available in current API version")
}

/// Checks `Accept`. The field may be absent: many clients do not send it.
enum AcceptHeader {
  static let notAcceptable = APIError(
    status: .notAcceptable, code: "media_type_not_acceptable",
    message: "The Accept header should send a media type of application/json"
  ).withoutRequestID

  /// - Parameter type: the media type of the response. Clients that accept JSON only are served in any case, because
  ///   error responses are JSON.
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
