import API
import JSON
import Store

/// What admins did, as the activity log keeps it.
enum ActivityLogs {
  static let model = Model(
    "activity_log", collection: "activity_logs", ids: .uuid, orders: [chronological],
    [
      .string("id"), .model("performed_by", performer), .model("metadata", metadata),
      .timestamp("created_at"), .string("activity_type", .indexed), .string("activity_description"),
      .integer("number", .hidden),
    ])

  /// By time, and within one second as it happened: the ids say nothing of that.
  private static let chronological = CollectionDefinition.Order("chronological") { log in
    (log["created_at"].integer ?? 0) << 20 &+ (log["number"].integer ?? 0)
  }

  private static let performer = Model(
    "activity_log_performer", [.string("type"), .string("id"), .string("email"), .string("ip")])

  /// Each type of activity has members of its own.
  private static let metadata = Model(
    "activity_log_metadata",
    [
      .object("message", .sparse, initial: nil), .any("before", .sparse), .any("after", .sparse),
      .string("sign_in_method", .sparse), .string("external_id", .sparse), .boolean("away_mode", .sparse),
      .string("away_status_reason", .sparse), .boolean("reassign_conversations", .sparse),
      .string("source", .sparse), .string("auto_changed", .sparse), .integer("update_by", .sparse),
      .string("update_by_name", .sparse), .string("previous_state", .sparse), .string("new_state", .sparse),
      .integer("threshold_minutes", .sparse), .timestamp("last_activity_at", .sparse), .boolean("auto", .sparse),
      .string("setting_type", .sparse), .object("changes", .sparse, initial: nil),
      .integer("conversation_assignment_limit", .sparse), .integer("ticket_assignment_limit", .sparse),
      .object("team", .sparse, initial: nil), .integer("team_assignment_limit", .sparse),
      .boolean("enabled", .sparse), .string("mode", .sparse), .integer("consent_id", .sparse),
      .string("expired_at", .sparse),
    ])

  /// Newest first.
  static let listing = Listing.numbered(
    type: "activity_log.list", key: "activity_logs", perPage: 20, limit: 250,
    order: ListOrder("chronological", descending: true), members: [.type, .pages, .items], endsWithNull: true)

  // MARK: Behaviour

  static func list(_ call: Call) throws -> Reply {
    let span = try span { name in try call.integer(name).map(Int64.init) }
    return try listing.reply(call.workspace[model], where: matching(span, types: nil, call), call)
  }

  static func search(_ call: Call) throws -> Reply {
    let span = try span { name in try time(call.body[name], name) }
    let types = try types(call.body["event_types"])
    return try listing.reply(
      call.workspace[model], where: matching(span, types: types, call), paging: call.body, call)
  }

  static func listEventTypes(_ call: Call) throws -> Reply {
    let types = ActivityTypes.shown(in: call).map(JSON.string)
    return .ok(.json(["type": "activity_log_event_type.list", "event_types": .array(types)]))
  }

  // MARK: Writing

  static func recordAwayMode(of admin: Record, _ call: Call) {
    let actor = call.workspace[Admins.model][Admins.actor(call)]
    let name = actor?["name"].string ?? ""
    let isAway = admin["away_mode_enabled"] == true
    let whose = actor?.id == admin.id ? "their" : "\(admin["name"].string ?? "")'s"
    var details = metadata.blank()
    details["away_mode"] = .boolean(isAway)
    details["away_status_reason"] = .string(AwayStatusReasons.text(admin["away_status_reason_id"].integer, call))
    details["reassign_conversations"] = admin["away_mode_reassign"]
    details["source"] = .string("admin update from api - Admin id: \(actor?.id ?? "")")
    details["auto_changed"] = "false"
    details["update_by"] = .integer(actor.flatMap { Int64($0.id) })
    details["update_by_name"] = .string(name)
    record(
      "admin_away_mode_change", by: actor, details,
      "\(name) turned \(isAway ? "on" : "off") \(whose) away mode.", call)
  }

  /// Unknown: the address that Intercom notes for calls to the API; here always the loopback one.
  private static func record(
    _ type: String, by actor: Record?, _ details: Record, _ description: String, _ call: Call
  ) {
    var who = performer.blank()
    who["type"] = "admin"
    who["id"] = .string(actor?.id)
    who["email"] = actor?["email"] ?? .null
    who["ip"] = "127.0.0.1"
    var log = model.blank()
    log["id"] = .json(call.workspace.nextID(for: model))
    log["performed_by"] = .record(who)
    log["metadata"] = .record(details)
    log["created_at"] = .integer(call.now)
    log["activity_type"] = .string(type)
    log["activity_description"] = .string(description)
    log["number"] = .integer(Int64(clamping: call.workspace.ids.next("activity_log_number", from: 1)))
    call.workspace[model].insert(log)
  }

  // MARK: Reading a request

  private typealias Span = (after: Int64, before: Int64?)

  /// Unknown: Intercom's wording when the start is missing, and whether the bounds count; here they do.
  private static func span(_ read: (String) throws -> Int64?) throws -> Span {
    guard let after = try read("created_at_after") else {
      throw APIError.parameterMissing("created_at_after is a required parameter")
    }
    return (after, try read("created_at_before"))
  }

  private static func time(_ json: JSON?, _ name: String) throws -> Int64? {
    guard let json, !json.isNull else { return nil }
    guard let seconds = json.integral ?? json.string.flatMap({ Int64($0) }), seconds.magnitude < 1 << 40 else {
      throw APIError.parameterInvalid("\(name) must be a Unix timestamp in seconds")
    }
    return seconds
  }

  /// Unknown: what Intercom says to a type that is none; here it matches nothing.
  private static func types(_ json: JSON?) throws -> [String]? {
    guard let json, !json.isNull else { return nil }
    guard let types = json.array?.compactMap(\.string), types.count == json.array?.count else {
      throw APIError.parameterInvalid("event_types must be an array of strings")
    }
    return types.isEmpty ? nil : types
  }

  /// Activities of types that the version does not know are left out.
  private static func matching(_ span: Span, types: [String]?, _ call: Call) -> Predicate {
    let logs = call.workspace[model]
    let created = ColumnSource.number { $0["created_at"].number }
    func bound(_ how: NumberComparison, _ seconds: Int64) -> Predicate {
      .column(.field(0), created, .number(how, Double(seconds)))
    }
    func any(_ types: [String]) -> Predicate {
      .any(types.map { .rows(logs.rows(in: "activity_type", under: $0)) })
    }
    var terms = [bound(.greaterOrEqual, span.after), .not(any(ActivityTypes.hidden(in: call)))]
    if let before = span.before { terms.append(bound(.lessOrEqual, before)) }
    if let types { terms.append(any(types)) }
    return .all(terms)
  }
}
