import API
import JSON
import Store

/// `GET /me`: who the token is, and in which workspace.
extension Admins {
  static let withApp = "admin_with_app"

  static func identify(_ call: Call) throws -> Reply {
    guard let admin = call.workspace[model][actor(call)] else { throw APIError.notFound(model) }
    var me = JSONObject()
    me["type"] = "admin"
    for name in ["id", "email", "name", "job_title", "email_verified"] { me[name] = admin[name].stored }
    me["app"] = .object(app(call))
    me["avatar"] = ["type": "avatar", "image_url": admin["avatar"].stored ?? .null]
    for name in ["has_inbox_seat", "away_mode_enabled", "away_mode_reassign"] { me[name] = admin[name].stored }
    me["team_ids"] = Teams.ids(of: admin.id, call)
    me["role"] = admin["role"].record.map { $0.stored }.flatMap(\.object).map(role)
    return .ok(.shape(withApp, me))
  }

  private static func role(_ stored: JSONObject) -> JSON {
    ["type": "role", "id": stored["id"] ?? .null, "name": stored["name"] ?? .null]
  }

  private static func app(_ call: Call) -> JSONObject {
    var app: JSONObject = ["type": "app"]
    let members = ["id_code", "name", "created_at", "secure", "identity_verification", "timezone", "region"]
    for name in members { app[name] = call.workspace.profile[name] }
    return app
  }
}
