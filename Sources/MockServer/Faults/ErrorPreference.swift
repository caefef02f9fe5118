import API
import HTTPMessage
import HTTPTypes

/// `Prefer: code=404; example="Contact not found"` (RFC 7240): one request asks for an error itself.
struct ErrorPreference {
  /// As it was asked for: a status, one hopes.
  let code: String
  let example: String?

  /// Nil for a request that asks for nothing of the kind.
  init?(request: Request) {
    guard request.fields[.prefer] != nil else { return nil }
    var parameters: [String: String] = [:]
    for item in request.fields.values(for: .prefer).flatMap({ $0.split { $0 == ";" || $0 == "," } }) {
      let parts = item.split(separator: "=", maxSplits: 1).map(\.trimmingSpaces)
      guard parts.count == 2 else { continue }
      parameters[parts[0].lowercased()] = String(parts[1].drop { $0 == "\"" }.reversed().drop { $0 == "\"" }.reversed())
    }
    guard let code = parameters["code"] else { return nil }
    self.code = code
    example = parameters["example"]
  }

  /// The error that is asked for. Throws 400 for what there is not, with what there is.
  func resolve(among documented: [DocumentedErrors.Entry], fallback general: (HTTPResponse.Status) -> APIError) throws
    -> APIError
  {
    guard let number = Int(code), (400...599).contains(number) else {
      throw refusal(reason: "Prefer: code must be a status from 400 to 599", documented: documented)
    }
    let status = HTTPResponse.Status.standard(code: number)
    let entries = documented.filter { $0.error.status.code == number }
    guard let example else { return entries.first?.error ?? general(status) }
    let named = entries.first { entry in entry.exampleNames.contains { $0.lowercased() == example.lowercased() } }
    guard let named else {
      throw refusal(reason: "Prefer: there is no example \(example) of status \(number)", documented: documented)
    }
    return named.error
  }

  private func refusal(reason: String, documented: [DocumentedErrors.Entry]) -> APIError {
    let known = documented.map { "\($0.error.status.code) \($0.exampleNames.joined(separator: ", "))" }
    let list = known.isEmpty ? "none is documented" : "documented are \(known.joined(separator: "; "))"
    return .parameterInvalid("\(reason); \(list)")
  }
}

extension Server {
  /// The error that a request asks for; nil when it asks for none. Nothing is carried out.
  func preferredError(for admission: AdmittedRequest, in exchange: Exchange) throws -> Response? {
    guard let preference = ErrorPreference(request: exchange.request) else { return nil }
    let documented = catalogue.documentedErrors.entries(of: admission.match.operation, in: admission.version)
    var error = try preference.resolve(among: documented) {
      genericError(status: $0, in: admission.session)
    }
    var exchange = exchange
    // Official SDKs sleep until the time that the rate-limit fields name.
    if error.status != .tooManyRequests { exchange.rateLimitStatus = nil }
    let applied = preference.example.map { "code=\(preference.code); example=\"\($0)\"" } ?? "code=\(preference.code)"
    error.headerFields.append(HTTPField(name: .preferenceApplied, value: applied))
    return responses.response(refusing: error, in: exchange)
  }
}
