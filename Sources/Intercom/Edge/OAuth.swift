import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// The OAuth authorization code flow: a consent page, a code, and the exchange of the code for a token.
///
/// The token opens the workspace that is named like the `client_id`, if it exists, otherwise the default workspace.
final class OAuth {
  private struct Grant {
    let code: String
    let clientID: String
    let workspace: String
    /// In seconds, by the clock of the workspace.
    let createdAt: Int64
  }

  /// Seconds until a code expires.
  private static let lifetime: Int64 = 300
  /// Maximum number of stored codes. The oldest ones are deleted first.
  private static let grantLimit = 10_000

  private let tokens: AccessTokens
  private var grants: [Grant] = []
  private var ids: IDGenerator

  init(tokens: AccessTokens, seed: UInt64) {
    self.tokens = tokens
    ids = IDGenerator(seed: seed)
  }

  /// Whether the request is for a path of OAuth.
  static func isServed(_ request: Request) -> Bool {
    switch (request.method, request.segments) {
    case (.get, ["oauth"]), (.post, ["auth", "eagle", "token"]), (.post, ["auth", "uninstall"]): true
    default: false
    }
  }

  /// Returns nil if the request is not for a path of OAuth.
  func reply(to request: Request, in workspaces: any WorkspaceDirectory) throws -> Reply? {
    switch (request.method, request.segments) {
    case (.get, ["oauth"]): try consentReply(to: request, in: workspaces)
    case (.post, ["auth", "eagle", "token"]): try tokenReply(to: request, in: workspaces)
    case (.post, ["auth", "uninstall"]): try uninstallReply(to: request)
    default: nil
    }
  }

  // MARK: Consent

  /// `approve=1` grants access without the page, `approve=0` denies it.
  private func consentReply(to request: Request, in workspaces: any WorkspaceDirectory) throws -> Reply {
    let parameters = OAuthParameters(items: request.query)
    let clientID = try parameters.required("client_id")
    let target = try parameters.required("redirect_uri")
    guard AbsoluteURL(target) != nil else {
      throw APIError.parameterInvalid("redirect_uri must be an absolute http or https URL", field: "redirect_uri")
    }
    let state = parameters["state"].map { [QueryItem(name: "state", value: $0)] } ?? []
    switch parameters["approve"] {
    case nil: return ConsentPage.reply(to: request, clientID: clientID)
    case "0": return Self.redirect(to: target, query: [QueryItem(name: "error", value: "access_denied")] + state)
    case "1":
      return Self.redirect(
        to: target,
        query: [QueryItem(name: "code", value: try makeGrant(clientID: clientID, in: workspaces).code)] + state)
    default: throw APIError.parameterInvalid("approve must be 1 or 0", field: "approve")
    }
  }

  private func makeGrant(clientID: String, in workspaces: any WorkspaceDirectory) throws -> Grant {
    let ownName = tokens.workspaceName(of: clientID)
    let own = workspaces.workspace(named: ownName)
    let name = own == nil ? tokens.workspaceName(of: IntercomEdge.defaultToken) : ownName
    let workspace = try own ?? workspaces.openWorkspace(named: name)
    let grant = Grant(code: ids.uuid(), clientID: clientID, workspace: name, createdAt: workspace.clock.now)
    if grants.count >= Self.grantLimit { grants.removeFirst() }
    grants.append(grant)
    return grant
  }

  private static func redirect(to target: String, query items: [QueryItem]) -> Reply {
    let query = items.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    let (base, fragment) = (target.prefix { $0 != "#" }, target.drop { $0 != "#" })
    let location = "\(base)\(base.contains("?") ? "&" : "?")\(query)\(fragment)"
    return Reply(status: .found, headerFields: [HTTPField(name: .location, value: location)])
  }

  // MARK: Tokens

  /// Unknown: how Intercom refuses a code; here 400 with the reason.
  private func tokenReply(to request: Request, in workspaces: any WorkspaceDirectory) throws -> Reply {
    let parameters = try OAuthParameters(bodyOf: request)
    let (code, clientID) = (try parameters.required("code"), try parameters.required("client_id"))
    _ = try parameters.required("client_secret")
    guard let place = grants.firstIndex(where: { $0.code == code }) else {
      throw APIError.parameterInvalid("code is unknown or was exchanged already", field: "code")
    }
    guard grants[place].clientID == clientID else {
      throw APIError.parameterInvalid("client_id does not belong to the code", field: "client_id")
    }
    let grant = grants.remove(at: place)
    let now = workspaces.workspace(named: grant.workspace)?.clock.now ?? grant.createdAt
    guard now - grant.createdAt <= Self.lifetime else {
      throw APIError.parameterInvalid("code is older than \(Self.lifetime / 60) minutes", field: "code")
    }
    let token = Base64.encode(Array("tok:\(ids.uuid()):1:0".utf8))
    tokens.issue(token, for: grant.workspace)
    return .ok(
      .json(["token_type": "Bearer", "token": .string(token), "access_token": .string(token)]))
  }

  /// Revokes the token of the request. Unknown: the response of Intercom; here 200 with an empty object.
  private func uninstallReply(to request: Request) throws -> Reply {
    guard let token = Authentication.token(of: request) else { throw Authentication.invalidToken }
    try tokens.accessToken(for: token).checkPlan()
    guard tokens.revoke(token) else {
      throw APIError(
        status: .forbidden, code: "forbidden", message: "Only a token that OAuth issued can be uninstalled")
    }
    return .ok(.json([:]))
  }
}

/// The parameters of an OAuth request, from its query or its body.
private struct OAuthParameters {
  private let items: [QueryItem]

  init(items: [QueryItem]) {
    self.items = items
  }

  /// Parses a JSON object or a form: clients send both.
  init(bodyOf request: Request) throws {
    let isForm = request.fields[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    guard !isForm, request.body.first == UInt8(ascii: "{") else {
      items = RequestTarget.split("?" + String(decoding: request.body, as: UTF8.self)).query
      return
    }
    items = try RequestBody.object(from: request.body).map { key, value in
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

/// The page on which a user grants or denies access to an app.
enum ConsentPage {
  /// No page may frame this one, to trick a user into a click, and no script runs in it.
  private static let fields: HTTPFields = [
    .contentSecurityPolicy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    .frameOptions: "DENY", .xContentTypeOptions: "nosniff", .referrerPolicy: "no-referrer", .cacheControl: "no-store",
  ]

  static func reply(to request: Request, clientID: String) -> Reply {
    let query = request.target.drop { $0 != "?" }
    let target = HTML.escaped("/oauth\(query)")
    let page = """
      <!doctype html>
      <meta charset="utf-8">
      <title>Authorize \(HTML.escaped(clientID))</title>
      <h1>Authorize access</h1>
      <p>The app <b>\(HTML.escaped(clientID))</b> wants to use this workspace.</p>
      <p><a id="approve" href="\(target)&amp;approve=1">Authorize access</a></p>
      <p><a id="deny" href="\(target)&amp;approve=0">Deny</a></p>

      """
    return Reply(
      status: .ok, headerFields: Array(fields),
      body: .bytes(Array(page.utf8), contentType: "text/html; charset=utf-8"))
  }
}
