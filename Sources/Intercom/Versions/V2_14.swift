import API

extension VersionChanges {
  /// 2.14: calls, reporting exports, jobs.
  static let v2_14 = VersionChanges(
    version: .v2_14,
    changes: [
      VersionChange("A data attribute may be asked for as a list of options")
        .turnsOn(.knowsOptionsType)
    ])
}
