import API
import HTTPMessage
import HTTPTypes

/// Refuses requests of strangers: of web pages of other origins, of hosts that resolve to this server by an attacker's
/// choice, and of callers without the token of the control plane.
struct AccessGuard {
  private let policy: AccessPolicy
  private let edge: any Edge
  private var hosts: HostRule
  private let controlToken: [UInt8]?
  /// Maximum length of an origin that a response repeats, in bytes: a host name has up to 253.
  private static let originLimit = 300

  init(policy: AccessPolicy, edge: any Edge) {
    self.policy = policy
    self.edge = edge
    hosts = HostRule(serviceHosts: edge.facts.hostNames, allowed: policy.hosts)
    controlToken = policy.controlToken.map { Array($0.utf8) }
  }

  mutating func standing(of request: Request) -> HostRule.Standing {
    hosts.standing(of: request.authority)
  }

  /// The error for a request with a host that is not served.
  static func hostRefusal(of request: Request) -> APIError {
    let host = String(HostRule.host(of: request.authority).prefix(255))
    return APIError(
      status: .forbidden, code: "forbidden",
      message: "The host \(host) is not served: use an IP address, localhost or a name without a dot, "
        + "or start the server with --allow-host \(host)")
  }

  /// Checks a request to the control plane.
  ///
  /// - Throws: 403 for a web page of another origin, 401 without the required token, 415 for a body that is not JSON
  func checkControl(_ request: Request) throws {
    try checkOrigin(of: request)
    guard request.method != .options else { return }
    try checkToken(of: request)
    try checkMediaType(of: request)
  }

  // MARK: Origins

  /// The origin that may read the response to a request; nil if no other origin may. Pages of this machine may use the API.
  func readingOrigin(of request: Request, isControl: Bool) -> String? {
    guard let origin = request.fields[.origin], origin.utf8.count <= Self.originLimit else { return nil }
    let isAllowed = policy.origins.contains(origin) || (!isControl && Self.isLoopback(origin))
    return isAllowed ? origin : nil
  }

  /// Browsers send `Origin` with each request that a page of another origin makes, except with simple GET requests, whose
  /// responses the page cannot read. `Sec-Fetch-Site` marks these, too. Links to the control plane remain usable.
  private func checkOrigin(of request: Request) throws {
    if let origin = request.fields[.origin] {
      guard policy.origins.contains(origin) || Self.isOwn(origin, of: request) else {
        throw Self.originRefusal(of: origin)
      }
      return
    }
    guard let site = request.fields[.secFetchSite], site != "same-origin", site != "none" else { return }
    let isLink = request.fields[.secFetchMode] == "navigate" && request.method == .get
    guard isLink else { throw Self.originRefusal(of: "another site") }
  }

  /// The scheme is not compared: a proxy in front of the server may add TLS.
  private static func isOwn(_ origin: String, of request: Request) -> Bool {
    guard let host = origin.firstRange(of: "://") else { return false }
    return !request.authority.isEmpty && origin[host.upperBound...].lowercased() == request.authority.lowercased()
  }

  private static func isLoopback(_ origin: String) -> Bool {
    guard let host = origin.firstRange(of: "://") else { return false }
    return HostRule.isLoopback(HostRule.host(of: String(origin[host.upperBound...])))
  }

  private static func originRefusal(of origin: String) -> APIError {
    let origin = String(origin.prefix(255))
    return APIError(
      status: .forbidden, code: "forbidden",
      message:
        "Pages of \(origin) may not use the control plane: start the server with --allow-origin and the page's origin")
  }

  // MARK: Tokens and bodies

  /// Health checks and the list of the routes need no token.
  private func checkToken(of request: Request) throws {
    guard request.segments != ["_mock", "health"], !request.segments.isEmpty else { return }
    guard let controlToken else {
      guard edge.acceptsControl(request) else {
        throw Self.tokenRefusal("only the tokens of access_tokens.json may use the control plane: --tokens is listed")
      }
      return
    }
    let given = [request.fields[.mockControlToken], edge.token(of: request)]
    guard given.contains(where: { Self.isEqual($0, to: controlToken) }) else {
      throw Self.tokenRefusal(
        "the control plane needs the token of --control-token, in the field X-Mock-Control-Token or as a bearer token")
    }
  }

  /// Whether the token in `Authorization` is that of the control plane and so selects no workspace.
  func sharesAuthorization(_ request: Request) -> Bool {
    guard let controlToken else { return false }
    return Self.isEqual(edge.token(of: request), to: controlToken)
  }

  private static func tokenRefusal(_ message: String) -> APIError {
    APIError(status: .unauthorized, code: "unauthorized", message: message)
  }

  /// Takes the same time for each text of the same length.
  private static func isEqual(_ text: String?, to expected: [UInt8]) -> Bool {
    guard let bytes = text?.utf8, bytes.count == expected.count else { return false }
    return zip(bytes, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Pages of other origins can send forms and plain text without asking, but not JSON (Fetch standard, "CORS-safelisted
  /// request-header").
  private func checkMediaType(of request: Request) throws {
    guard !request.body.isEmpty else { return }
    let field = request.fields[.contentType] ?? ""
    let type = field.prefix { $0 != ";" }.lowercased()
    guard type.filter({ $0 != " " && $0 != "\t" }) != "application/json" else { return }
    let given = field.isEmpty ? "without a Content-Type" : "of the type \(field.prefix(100))"
    throw APIError(
      status: .unsupportedMediaType, code: "media_type_not_supported",
      message: "The control plane accepts bodies of the type application/json only, and this one came \(given): "
        + "curl sends it with --json, or with -H 'Content-Type: application/json'")
  }
}

extension HTTPField.Name {
  static let mockControlToken = HTTPField.Name(constant: "X-Mock-Control-Token")
  static let secFetchSite = HTTPField.Name(constant: "Sec-Fetch-Site")
  static let secFetchMode = HTTPField.Name(constant: "Sec-Fetch-Mode")
}
