import API

extension VersionChanges {
  /// What each version changed, oldest first.
  static let history: [VersionChanges] = [v2_8, v2_9, v2_10, v2_11, v2_12, v2_13, v2_14, v2_15, v2_16, preview]
}
