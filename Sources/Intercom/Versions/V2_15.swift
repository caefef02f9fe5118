import API

extension VersionChanges {
  /// 2.15: notes of companies.
  static let v2_15 = VersionChanges(
    version: .v2_15,
    changes: [
      VersionChange("Notes say which company they are about")
        .adds("company", to: "note")
    ])
}
