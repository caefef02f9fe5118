import API

extension VersionChanges {
  /// 2.9: tickets.
  static let v2_9 = VersionChanges(
    version: .v2_9,
    changes: [
      VersionChange("Conversations tell which ticket they became")
        .adds("ticket", to: "conversation")
    ])
}
