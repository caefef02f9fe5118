import API

extension VersionChanges {
  /// 2.11: in this version alone, an admin's avatar is an object.
  static let v2_11 = VersionChanges(
    version: .v2_11,
    changes: [
      VersionChange("An admin's avatar is an object")
        .retypes("avatar", in: "admin", back: Retype.imageURL)
    ])
}
