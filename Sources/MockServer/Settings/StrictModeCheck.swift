import API
import HTTPMessage
import HTTPTypes
import JSON

/// Strict mode: warns of, or refuses, requests that the API descriptions do not document.
enum StrictModeCheck {
  /// The deviations of a request from the description of its operation, one sentence each.
  /// - Parameter version: the version of the request, in which `known` is documented
  static func deviations(
    in request: Request, body: JSONObject, version: APIVersion, documented known: DocumentedParameters.Entry
  ) -> [String] {
    var found: [String] = []
    for item in request.query where !known.query.contains(item.name) {
      found.append("the query parameter \(item.name) is not documented in \(version.name)")
    }
    for (name, _) in body where !known.allowsAnyBodyMember && !known.body.contains(name) {
      found.append("the body's member \(name) is not documented in \(version.name)")
    }
    return found
  }

  static func refusal(deviations oddities: [String]) -> APIError {
    .parameterInvalid(oddities.joined(separator: "; "))
  }

  /// Number of deviations that have a field of their own. One more field counts the rest.
  private static let maximumWarnings = 20
  private static let maximumWarningBytes = 200

  static func warningFields(for deviations: [String]) -> [HTTPField] {
    let omitted = deviations.count - maximumWarnings
    let rest = omitted > 0 ? ["\(omitted) more deviation\(omitted == 1 ? "" : "s")"] : []
    return (deviations.prefix(maximumWarnings) + rest).map { deviation in
      HTTPField(
        name: .mockWarning,
        value: deviation.shortened(toBytes: maximumWarningBytes).filter { $0.isASCII && !$0.isNewline })
    }
  }
}
