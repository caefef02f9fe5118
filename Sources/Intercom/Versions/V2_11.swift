import API

extension VersionChanges {
  /// 2.11: the Messenger asks first.
  static let v2_11 = VersionChanges(
    version: .v2_11,
    changes: [
      VersionChange("The Messenger may not write a new data attribute unless it is told so")
        .turnsOn(.closesAttributesToMessenger)
    ])
}
