import API
import HTTPMessage
import HTTPTypes
import JSON

/// Strict mode: what no description knows is warned of, or refused.
enum StrictModeCheck {
  /// What is odd about a request, in words.
  static func deviations(in request: Request, body: JSONObject, documented known: DocumentedParameters.Entry)
    -> [String]
  {
    var found: [String] = []
    for item in request.query where !known.query.contains(item.name) {
      found.append("the query parameter \(item.name) is not documented")
    }
    for (name, _) in body where !known.allowsAnyBodyMember && !known.body.contains(name) {
      found.append("the body's member \(name) is not documented")
    }
    return found
  }

  static func refusal(deviations oddities: [String]) -> APIError {
    .parameterInvalid(oddities.joined(separator: "; "))
  }

  static func warningFields(for oddities: [String]) -> [HTTPField] {
    oddities.map { oddity in
      HTTPField(name: .mockWarning, value: String(oddity.filter { $0.isASCII && !$0.isNewline }))
    }
  }
}
