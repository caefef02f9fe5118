import API
import JSON
import Store

extension Behaviour {
  /// Who goes away may say why.
  static let awayStatusReasons = Behaviour("away status reasons")
}

/// `PUT /admins/{id}/away`: leaving the inbox and coming back (state-machine.md, 2).
extension Admins {
  static let setAwayRequest = "set_away_admin_request"

  static func setAway(_ call: Call) throws -> Reply {
    guard let before = call.workspace[model][call.parameter("id")] else {
      throw APIError(.notFound, "admin_not_found", "Admin for admin_id not found")
    }
    var admin = before
    admin["away_mode_enabled"] = .boolean(try flag("away_mode_enabled", call))
    admin["away_mode_reassign"] = .boolean(try flag("away_mode_reassign", call))
    admin["away_status_reason_id"] = .integer(try reason(of: admin, call))
    if admin != before {
      call.workspace[model].replace(admin)
      ActivityLogs.recordAwayMode(of: admin, call)
    }
    return .ok(admin)
  }

  /// Unknown: Intercom's wording for a missing or wrong flag.
  private static func flag(_ name: String, _ call: Call) throws -> Bool {
    guard let json = call.body[name], !json.isNull else {
      throw APIError.parameterMissing("\(name) is a required parameter")
    }
    guard let flag = json.boolean else { throw APIError.parameterInvalid("\(name) must be a boolean") }
    return flag
  }

  /// Why the admin is away; nothing for one who is there, and what it was when the request does not say.
  ///
  /// Unknown: when Intercom demands a reason. Most clients go away without one, so here it does only in a workspace
  /// whose profile says `"away_status_reason_mandatory": true`.
  private static func reason(of admin: Record, _ call: Call) throws -> Int64? {
    let named = try AwayStatusReasons.named(call.body["away_status_reason_id"], call)
    guard admin["away_mode_enabled"] == true else { return nil }
    if let named { return named }
    let kept = call.body["away_status_reason_id"] == nil ? admin["away_status_reason_id"].integer : nil
    if kept == nil, call.honours(.awayStatusReasons), call.workspace.profile["away_status_reason_mandatory"] == true {
      throw AwayStatusReasons.mandatory
    }
    return kept
  }
}
