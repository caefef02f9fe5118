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
    let createdAt: Int64
  }

  /// How long a code may be exchanged, in seconds.
  private static let lifetime: Int64 = 300
  /// How many codes are remembered; the oldest go first.
  private static let grantLimit = 10_000

  private let sessions: WorkspaceSessions
  private var grants: [Grant] = []
  private var ids: IDGenerator

  init(sessions: WorkspaceSessions, seed: UInt64) {
    self.sessions = sessions
    ids = IDGenerator(seed: seed)
  }

  /// The answer to a request for one of the three paths; nil for any other.
  func reply(to request: Request) throws -> Reply? {
    switch (request.method, request.segments) {
    case (.get, ["oauth"]): try consentReply(to: request)
    case (.post, ["auth", "eagle", "token"]): try tokenReply(to: request)
    case (.post, ["auth", "uninstall"]): try uninstallReply(to: request)
    default: nil
    }
  }

  // MARK: Consent

  /// `approve=1` skips the page, `approve=0` says no.
  private func consentReply(to request: Request) throws -> Reply {
    let parameters = OAuthParameters(items: request.query)
    let clientID = try parameters.required("client_id")
    let target = try parameters.required("redirect_uri")
    guard AbsoluteURL(target) != nil else {
      throw Self.invalidParameter("redirect_uri", message: "redirect_uri must be an absolute http or https URL")
    }
    let state = parameters["state"].map { [QueryItem(name: "state", value: $0)] } ?? []
    switch parameters["approve"] {
    case nil: return ConsentPage.reply(to: request, clientID: clientID)
    case "0": return Self.redirect(to: target, query: [QueryItem(name: "error", value: "access_denied")] + state)
    case "1":
      return Self.redirect(
        to: target, query: [QueryItem(name: "code", value: try makeGrant(clientID: clientID).code)] + state)
    default: throw Self.invalidParameter("approve", message: "approve must be 1 or 0")
    }
  }

  private func makeGrant(clientID: String) throws -> Grant {
    let session =
      try sessions.existingSession(forToken: clientID) ?? sessions.openSession(forToken: WorkspaceSessions.defaultToken)
    let grant = Grant(
      code: ids.uuid(), clientID: clientID, workspace: session.name, createdAt: session.workspace.clock.now)
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

  /// Unknown: how Intercom refuses a code; here 400, with the reason.
  private func tokenReply(to request: Request) throws -> Reply {
    let parameters = try OAuthParameters(bodyOf: request)
    let (code, clientID) = (try parameters.required("code"), try parameters.required("client_id"))
    _ = try parameters.required("client_secret")
    guard let place = grants.firstIndex(where: { $0.code == code }) else {
      throw Self.invalidParameter("code", message: "code is none that was given out, or was exchanged already")
    }
    guard grants[place].clientID == clientID else {
      throw Self.invalidParameter("client_id", message: "client_id is not the code's")
    }
    let grant = grants.remove(at: place)
    let now = sessions.session(named: grant.workspace)?.workspace.clock.now ?? grant.createdAt
    guard now - grant.createdAt <= Self.lifetime else {
      throw Self.invalidParameter("code", message: "code is older than \(Self.lifetime / 60) minutes")
    }
    let token = Base64.encode(Array("tok:\(ids.uuid()):1:0".utf8))
    sessions.issue(token, for: grant.workspace)
    return .ok(
      .json(["token_type": "Bearer", "token": .string(token), "access_token": .string(token)]))
  }

  /// Revokes the token that asks for it. Unknown: what Intercom answers; here an empty 200.
  private func uninstallReply(to request: Request) throws -> Reply {
    guard let text = Authentication.token(of: request), let token = sessions.accessToken(for: text) else {
      throw Authentication.invalidToken
    }
    if let refusal = Authentication.refusal(of: token, for: nil) { throw refusal }
    guard sessions.revoke(text) else {
      throw APIError(
        status: .forbidden, code: "forbidden", message: "Only a token that came of OAuth can be uninstalled")
    }
    return .ok(.json([:]))
  }

  private static func invalidParameter(_ field: String, message: String) -> APIError {
    APIError(status: .badRequest, code: "parameter_invalid", message: message, field: field)
  }
}

/// The parameters of an OAuth request, from its query or its body.
private struct OAuthParameters {
  private let items: [QueryItem]

  init(items: [QueryItem]) {
    self.items = items
  }

  /// Of a JSON object or a form: clients send either.
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

/// The page on which a person lets an app in, or does not.
enum ConsentPage {
  static func reply(to request: Request, clientID: String) -> Reply {
    let target = HTMLEscaping.escape(request.target)
    let page = """
      <!doctype html>
      <meta charset="utf-8">
      <title>Authorize \(HTMLEscaping.escape(clientID))</title>
      <h1>Authorize access</h1>
      <p>The app <b>\(HTMLEscaping.escape(clientID))</b> wants to use this workspace.</p>
      <p><a id="approve" href="\(target)&amp;approve=1">Authorize access</a></p>
      <p><a id="deny" href="\(target)&amp;approve=0">Deny</a></p>

      """
    return Reply(status: .ok, body: .bytes(Array(page.utf8), contentType: "text/html; charset=utf-8"))
  }
}
