import API

extension VersionChanges {
  /// 2.13: blocked contacts, occupancy.
  static let v2_13 = VersionChanges(
    version: .v2_13,
    changes: [
      VersionChange("The activity log says how busy admins are")
        .adds(
          "previous_state", "new_state", "threshold_minutes", "last_activity_at", "auto", "setting_type", "changes",
          to: "activity_log_metadata"),
      VersionChange("Contacts, conversations and tickets refer to custom objects")
        .turnsOn(.customObjects),
      VersionChange("Statistics count office hours and the time of handling")
        .adds(
          "assigned_team_first_response_time_in_office_hours", "handling_time", "adjusted_handling_time",
          to: "conversation_statistics"),
      VersionChange("Conversation parts tell the state, the tags and what happened")
        .adds(
          "state", "tags", "event_details", "email_message_metadata", "app_package_code", to: "conversation_part"),
      VersionChange("A conversation's title may be written")
        .adds("title", to: "update_conversation_request"),
      VersionChange("Ticket parts say which app made them")
        .adds("app_package_code", to: "ticket_part"),
      VersionChange("Articles show their tags")
        .adds("tags", to: "article"),
    ])
}
