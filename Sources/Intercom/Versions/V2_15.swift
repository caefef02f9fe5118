import API

extension VersionChanges {
  /// 2.15: automatic away mode.
  static let v2_15 = VersionChanges(
    version: .v2_15,
    changes: [
      VersionChange("The activity log says how admins go away by themselves")
        .adds("mode", to: "activity_log_metadata")
    ])
}
