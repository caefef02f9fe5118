import API
import HTTPMessage
import HTTPTypes

/// Whether a client takes JSON. No `Accept` at all is fine: many clients send none (clients.md).
enum Acceptance {
  static let refusal = APIError(
    status: .notAcceptable, code: "media_type_not_acceptable",
    message: "The Accept header should send a media type of application/json"
  ).withoutRequestID

  /// - Parameter type: what the operation answers with. One that answers with something else than JSON takes clients
  ///   of JSON as well, for its refusals are JSON.
  static func allows(_ type: String, _ request: Request) -> Bool {
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
