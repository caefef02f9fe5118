import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// How an app comes by a token: a page that asks for consent, a code, and the code's exchange (api-behaviour.md, 10).
///
/// A token that comes of it opens the workspace that the `client_id` names, when there is one, else the default one.
final class OAuth {
  /// What a person agreed to, until it is exchanged.
  private struct Grant {
    let code: String
    let clientID: String
    let workspace: String
    /// On the workspace's clock.
    let madeAt: Int64
  }

  /// How long a code may be exchanged, in seconds.
  private static let lifetime: Int64 = 300
  /// How many codes are remembered; the oldest go first.
  private static let limit = 10_000

  private let tenants: Tenants
  private var grants: [Grant] = []
  private var ids: IDGenerator

  init(_ tenants: Tenants, seed: UInt64) {
    self.tenants = tenants
    ids = IDGenerator(seed: seed)
  }

  /// The answer to a request for one of the three paths; nil for any other.
  func reply(to request: Request) throws -> Reply? {
    switch (request.method, request.segments) {
    case (.get, ["oauth"]): try authorize(request)
    case (.post, ["auth", "eagle", "token"]): try exchange(request)
    case (.post, ["auth", "uninstall"]): try uninstall(request)
    default: nil
    }
  }

  // MARK: Consent

  /// `approve=1` skips the page, `approve=0` says no.
  private func authorize(_ request: Request) throws -> Reply {
    let parameters = Parameters(request.query)
    let clientID = try parameters.required("client_id")
    let target = try parameters.required("redirect_uri")
    guard AbsoluteURL(target) != nil else {
      throw Self.wrong("redirect_uri", "redirect_uri must be an absolute http or https URL")
    }
    let state = parameters["state"].map { [QueryItem(name: "state", value: $0)] } ?? []
    switch parameters["approve"] {
    case nil: return ConsentPage.reply(to: request, clientID: clientID)
    case "0": return Self.redirect(target, [QueryItem(name: "error", value: "access_denied")] + state)
    case "1": return Self.redirect(target, [QueryItem(name: "code", value: try grant(clientID).code)] + state)
    default: throw Self.wrong("approve", "approve must be 1 or 0")
    }
  }

  private func grant(_ clientID: String) throws -> Grant {
    let tenant = try tenants.existing(clientID) ?? tenants.tenant(Tenants.defaultToken)
    let grant = Grant(
      code: ids.uuid(), clientID: clientID, workspace: tenant.name, madeAt: tenant.workspace.clock.now)
    if grants.count >= Self.limit { grants.removeFirst() }
    grants.append(grant)
    return grant
  }

  private static func redirect(_ target: String, _ items: [QueryItem]) -> Reply {
    let query = items.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    let (base, fragment) = (target.prefix { $0 != "#" }, target.drop { $0 != "#" })
    let location = "\(base)\(base.contains("?") ? "&" : "?")\(query)\(fragment)"
    return Reply(status: .found, headerFields: [HTTPField(name: .location, value: location)])
  }

  // MARK: Tokens

  /// Unknown: how Intercom refuses a code; here 400, with the reason.
  private func exchange(_ request: Request) throws -> Reply {
    let parameters = try Parameters(bodyOf: request)
    let (code, clientID) = (try parameters.required("code"), try parameters.required("client_id"))
    _ = try parameters.required("client_secret")
    guard let place = grants.firstIndex(where: { $0.code == code }) else {
      throw Self.wrong("code", "code is none that was given out, or was exchanged already")
    }
    guard grants[place].clientID == clientID else { throw Self.wrong("client_id", "client_id is not the code's") }
    let grant = grants.remove(at: place)
    let now = tenants.named(grant.workspace)?.workspace.clock.now ?? grant.madeAt
    guard now - grant.madeAt <= Self.lifetime else {
      throw Self.wrong("code", "code is older than \(Self.lifetime / 60) minutes")
    }
    let token = Base64.encode(Array("tok:\(ids.uuid()):1:0".utf8))
    tenants.issue(token, for: grant.workspace)
    return .ok(
      .json(["token_type": "Bearer", "token": .string(token), "access_token": .string(token)]))
  }

  /// Revokes the token that asks for it. Unknown: what Intercom answers; here an empty 200.
  private func uninstall(_ request: Request) throws -> Reply {
    guard let text = Authentication.token(of: request), let token = tenants.token(text) else {
      throw Authentication.invalid
    }
    if let refusal = Authentication.refusal(of: token, nil) { throw refusal }
    guard tenants.revoke(text) else {
      throw APIError(
        status: .forbidden, code: "forbidden", message: "Only a token that came of OAuth can be uninstalled")
    }
    return .ok(.json([:]))
  }

  private static func wrong(_ field: String, _ message: String) -> APIError {
    APIError(status: .badRequest, code: "parameter_invalid", message: message, field: field)
  }
}

/// The parameters of an OAuth request, from its query or its body.
private struct Parameters {
  private let items: [QueryItem]

  init(_ items: [QueryItem]) {
    self.items = items
  }

  /// Of a JSON object or a form: clients send either.
  init(bodyOf request: Request) throws {
    let isForm = request.fields[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    guard !isForm, request.body.first == UInt8(ascii: "{") else {
      items = RequestTarget.split("?" + String(decoding: request.body, as: UTF8.self)).query
      return
    }
    items = try RequestBody.object(request.body).map { key, value in
      QueryItem(name: key, value: value.string ?? value.integer.map(String.init) ?? "")
    }
  }

  subscript(name: String) -> String? {
    items.first { $0.name == name }?.value
  }

  func required(_ name: String) throws -> String {
    guard let value = self[name], !value.isEmpty else {
      throw APIError(
        status: .badRequest, code: "parameter_not_found", message: "\(name) is a required parameter", field: name)
    }
    return value
  }
}
