import API
import JSON
import Store
import TimeZones

/// The activity log: what admins did.
enum ActivityLogs {
  static let model = Model(
    name: "activity_log", collection: "activity_logs", ids: .uuid, orders: [chronological],
    fields: [
      .string("id"), .model("performed_by", of: performer), .model("metadata", of: metadata),
      .timestamp("created_at"), .string("activity_type", options: .indexed), .string("activity_description"),
      .integer("number", options: .hidden),
    ])

  /// By time, then in the order of creation, which the ids do not show.
  private static let chronological = CollectionDefinition.Order(name: "chronological") { log in
    (log["created_at"].integer ?? 0) << 20 &+ (log["number"].integer ?? 0)
  }

  private static let performer = Model(
    name: "activity_log_performer", fields: [.string("type"), .string("id"), .string("email"), .string("ip")])

  /// Each type of activity has its own members.
  private static let metadata = Model(
    name: "activity_log_metadata",
    fields: [
      .object("message", options: .sparse, initial: nil), .any("before", options: .sparse),
      .any("after", options: .sparse),
      .string("sign_in_method", options: .sparse), .string("external_id", options: .sparse),
      .boolean("away_mode", options: .sparse),
      .string("away_status_reason", options: .sparse), .boolean("reassign_conversations", options: .sparse),
      .string("source", options: .sparse), .string("auto_changed", options: .sparse),
      .integer("update_by", options: .sparse),
      .string("update_by_name", options: .sparse), .string("previous_state", options: .sparse),
      .string("new_state", options: .sparse),
      .integer("threshold_minutes", options: .sparse), .timestamp("last_activity_at", options: .sparse),
      .boolean("auto", options: .sparse),
      .string("setting_type", options: .sparse), .object("changes", options: .sparse, initial: nil),
      .integer("conversation_assignment_limit", options: .sparse),
      .integer("ticket_assignment_limit", options: .sparse),
      .object("team", options: .sparse, initial: nil), .integer("team_assignment_limit", options: .sparse),
      .boolean("enabled", options: .sparse), .string("mode", options: .sparse),
      .integer("consent_id", options: .sparse),
      .string("expired_at", options: .sparse),
    ])

  /// Newest first.
  static let listing = Listing.numbered(
    type: "activity_log.list", key: "activity_logs", perPage: 20, limit: 250,
    order: ListOrder(name: "chronological", descending: true), members: [.type, .pages, .items], endsWithNull: true)

  // MARK: Behaviour

  static func list(in call: Call) throws -> SlicedWork<Reply> {
    let span = try timeBounds { name in try call.queryParameter(name, as: time) }
    return try listing.reply(
      with: call.workspace[model], searching: predicate(for: span, types: nil, in: call), in: call)
  }

  static func search(in call: Call) throws -> SlicedWork<Reply> {
    let span = try timeBounds(defaultSpan: searchSpan, in: call) { try call.body.optional($0, as: time) }
    let types = try eventTypes(in: call.body)
    return try listing.reply(
      with: call.workspace[model], searching: predicate(for: span, types: types, in: call), paging: call.body, in: call)
  }

  static func listEventTypes(in call: Call) throws -> Reply {
    let types = ActivityLogEventTypes.shown(in: call).map(JSON.string)
    return .ok(.json(["type": "activity_log_event_type.list", "event_types": .array(types)]))
  }

  // MARK: Writing

  static func recordAwayMode(of admin: Record, in call: Call) {
    let actor = call.workspace[Admins.model][Admins.actorID(in: call)]
    let name = actor?["name"].string ?? ""
    let isAway = admin["away_mode_enabled"] == true
    let possessive = actor?.id == admin.id ? "their" : "\(admin["name"].string ?? "")'s"
    var details = metadata.blank()
    details["away_mode"] = .boolean(isAway)
    details["away_status_reason"] = .string(
      AwayStatusReasons.displayText(of: admin["away_status_reason_id"].integer, in: call))
    details["reassign_conversations"] = admin["away_mode_reassign"]
    details["source"] = .string("admin update from api - Admin id: \(actor?.id ?? "")")
    details["auto_changed"] = "false"
    details["update_by"] = .integer(actor.flatMap { Int64($0.id) })
    details["update_by_name"] = .string(name)
    record(
      "admin_away_mode_change", by: actor, details: details,
      description: "\(name) turned \(isAway ? "on" : "off") \(possessive) away mode.", in: call)
  }

  /// Unknown: the address that Intercom records for calls to the API; here always the loopback address.
  private static func record(
    _ type: String, by actor: Record?, details: Record, description: String, in call: Call
  ) {
    var performedBy = performer.blank()
    performedBy["type"] = "admin"
    performedBy["id"] = .string(actor?.id)
    performedBy["email"] = actor?["email"] ?? .null
    performedBy["ip"] = "127.0.0.1"
    var log = model.blank()
    log["id"] = .json(call.workspace.nextID(for: model))
    log["performed_by"] = .record(performedBy)
    log["metadata"] = .record(details)
    log["created_at"] = .integer(call.now)
    log["activity_type"] = .string(type)
    log["activity_description"] = .string(description)
    log["number"] = .integer(Int64(clamping: call.workspace.ids.next(in: "activity_log_number", from: 1)))
    call.workspace[model].insert(log)
  }

  // MARK: Reading a request

  private typealias TimeBounds = (after: Int64, before: Int64?)

  /// The span of a search without dates, in seconds: 30 days
  /// (Documentation.docc/Recorded-Differences.md, "Statements outside the descriptions").
  private static let searchSpan: Int64 = 30 * 86_400

  /// Unknown: Intercom's wording if the start is missing, whether the bounds are inclusive (here they are), and the
  /// start of a search with an end only (here the same span before the end).
  /// - Parameters:
  ///   - span: the time before the end, or before now, at which a request without a start begins, in seconds; nil if a
  ///     request must have a start
  ///   - read: returns the time in a member or parameter of the request
  private static func timeBounds(
    defaultSpan span: Int64? = nil, in call: Call? = nil, _ read: (String) throws -> Int64?
  ) throws -> TimeBounds {
    let before = try read("created_at_before")
    if let after = try read("created_at_after") { return (after, before) }
    guard let span, let end = before ?? call?.now else {
      throw APIError.parameterMissing("created_at_after is a required parameter")
    }
    return (end - span, before)
  }

  /// A time: Unix seconds, as a number or in digits, or an ISO 8601 time.
  private static var time: MemberType<Int64> {
    MemberType("a Unix timestamp in seconds", isMissing: { $0.isNull || $0 == "" }) { json in
      let seconds = json.asInteger ?? json.string.flatMap(ISO8601.seconds)
      return seconds.flatMap { $0.magnitude < 1 << 40 ? $0 : nil }
    }
  }

  /// Unknown: Intercom's answer to an unknown type; here it matches nothing.
  private static func eventTypes(in body: JSONObject) throws -> [String]? {
    let types = try body.optional("event_types", as: .strings) ?? []
    return types.isEmpty ? nil : types
  }

  /// Leaves out activities of types that the version does not have.
  private static func predicate(for span: TimeBounds, types: [String]?, in call: Call) -> Predicate {
    let logs = call.workspace[model]
    let created = ColumnSource.number { $0["created_at"].exactNumber }
    func bound(comparison how: NumberComparison, seconds: Int64) -> Predicate {
      .column(.field(0), created, .number(how, ExactNumber(seconds)))
    }
    func any(of types: [String]) -> Predicate {
      .any(types.map { .rows(logs.rows(in: "activity_type", under: $0)) })
    }
    var terms = [
      bound(comparison: .greaterOrEqual, seconds: span.after), .not(any(of: ActivityLogEventTypes.hidden(in: call))),
    ]
    if let before = span.before { terms.append(bound(comparison: .lessOrEqual, seconds: before)) }
    if let types { terms.append(any(of: types)) }
    return .all(terms)
  }
}

/// The types of activities, and the versions that have them.
enum ActivityLogEventTypes {
  private static let availabilityTable: KeyValuePairs<String, Availability> = [
    """
    admin_avatar_change admin_away_mode_change admin_deletion admin_deprovisioned admin_impersonation_end \
    admin_impersonation_start admin_invite_change admin_invite_creation admin_invite_deletion admin_login_failure \
    admin_login_success admin_logout admin_password_reset_request admin_password_reset_success \
    admin_permission_change admin_provisioned admin_two_factor_auth_change admin_unauthorized_sign_in_method \
    app_admin_join app_authentication_method_change app_data_deletion app_data_export app_google_sso_domain_change \
    app_identity_verification_change app_name_change app_outbound_address_change app_package_installation \
    app_package_token_regeneration app_package_uninstallation app_team_creation app_team_deletion \
    app_team_membership_modification app_timezone_change app_webhook_creation app_webhook_deletion \
    articles_in_messenger_enabled_change bulk_delete bulk_export campaign_deletion campaign_state_change \
    conversation_part_deletion conversation_pdf_export conversation_topic_change conversation_topic_creation \
    conversation_topic_deletion help_center_settings_change inbound_conversations_change inbox_access_change \
    message_deletion message_state_change messenger_look_and_feel_change messenger_search_required_change \
    messenger_spaces_change office_hours_change role_change role_creation role_deletion \
    ruleset_activation_title_preview ruleset_creation ruleset_deletion search_browse_enabled_change \
    search_browse_required_change seat_change seat_revoke security_settings_change temporary_expectation_change \
    upfront_email_collection_change welcome_message_change
    """: .always,
    """
    admin_assignment_limit_change
    """: .through(.v2_13),
    """
    admin_occupancy_setting_change admin_occupancy_state_change
    """: .since(.v2_13),
    """
    admin_conversation_assignment_limit_change admin_ticket_assignment_limit_change
    """: .since(.v2_14),
    """
    admin_impersonation_consent_approved admin_impersonation_consent_revoked \
    allowed_attachment_filetypes_setting_change attach_uploads_inline_setting_change \
    automatic_away_mode_setting_change custom_authentication_token_creation macro_creation macro_deletion \
    macro_update macro_usage_export malicious_domains_setting_change messenger_api_secret_creation \
    messenger_api_secret_deletion oauth_token_revocation series_creation series_deletion series_settings_update \
    series_status_change series_update strip_inbound_email_links_change team_assignment_limit_change \
    teammate_gifs_setting_change trusted_domains_setting_change unassign_unsnoozed_at_capacity_setting_change \
    unassign_unsnoozed_when_away_setting_change user_camera_attachments_setting_change \
    user_conversation_attachments_setting_change user_file_attachments_setting_change user_gifs_setting_change \
    user_media_attachments_setting_change user_voice_notes_setting_change workspace_deletion_request
    """: .between(.v2_14, and: .v2_16),
    """
    customer_facing_name_change
    """: .between(.v2_14, and: .v2_14),
    """
    hide_csat_from_agents_setting_change
    """: .since(.v2_15),
    """
    content_redaction_rule_creation content_redaction_rule_deletion content_redaction_rule_update \
    conversation_deletion_schedule_creation conversation_deletion_schedule_deletion \
    conversation_deletion_schedule_state_change conversation_deletion_schedule_update csv_import_completion \
    csv_import_creation
    """: .between(.v2_15, and: .v2_16),
    """
    inbox_bulk_action
    """: .between(.v2_15, and: .v2_15),
    """
    customer_facing_name_change inbox_bulk_action
    """: .since(.preview),
  ]

  private static let availabilities: [String: [Availability]] = {
    var found: [String: [Availability]] = [:]
    for (names, availability) in availabilityTable {
      for name in names.split(separator: " ") { found[String(name), default: []].append(availability) }
    }
    return found
  }()

  private static let names = availabilities.keys.sorted()

  /// The types that the requested version has.
  static func shown(in call: Call) -> [String] {
    names.filter { isKnown($0, in: call) }
  }

  /// The types that the requested version does not have.
  static func hidden(in call: Call) -> [String] {
    names.filter { !isKnown($0, in: call) }
  }

  private static func isKnown(_ name: String, in call: Call) -> Bool {
    availabilities[name]?.contains { $0.contains(call.plan.version) } ?? true
  }
}
