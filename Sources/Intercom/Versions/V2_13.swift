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
    ])
}
