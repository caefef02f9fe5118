import API

extension VersionChanges {
  /// 2.15: notes of companies, automatic away mode.
  static let v2_15 = VersionChanges(
    version: .v2_15,
    changes: [
      VersionChange("Notes say which company they are about")
        .adds("company", to: "note")
        .turnsOn(.leavesOutAbsentContact),
      VersionChange("The activity log says how admins go away by themselves")
        .adds("mode", to: "activity_log_metadata"),
    ])
}
