import API
import HTTPMessage
import HTTPTypes

/// Whether a client takes JSON. No `Accept` at all is fine: many clients send none (clients.md).
enum Acceptance {
  static let refusal = APIError(
    .notAcceptable, "media_type_not_acceptable", "The Accept header should send a media type of application/json"
  ).withoutRequestID

  static func allowsJSON(_ request: Request) -> Bool {
    guard let field = request.fields[.accept] else { return true }
    if field == "application/json" || field == "*/*" || field.isEmpty { return true }
    return field.lowercased().split(separator: ",").contains { range in
      let type = range.split(separator: ";").first?.trimmingSpaces ?? ""
      return ["*/*", "application/*", "application/json"].contains(type)
        || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
  }
}
