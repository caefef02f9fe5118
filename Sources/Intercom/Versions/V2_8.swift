import API

extension VersionChanges {
  /// 2.8: who takes work first.
  static let v2_8 = VersionChanges(
    version: .v2_8,
    changes: [
      VersionChange("Admins and teams say who takes work first")
        .adds("team_priority_level", to: "admin")
        .adds("admin_priority_level", to: "team")
    ])
}
