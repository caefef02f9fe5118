import API

extension VersionChanges {
  /// 2.10: contacts say who they are when they go.
  static let v2_10 = VersionChanges(
    version: .v2_10,
    changes: [
      VersionChange("Deleted, archived and unarchived contacts carry their external id and a type")
        .adds("external_id", to: Contacts.deleted)
        .renames("object", to: "type", in: Contacts.deleted)
        .adds("external_id", to: Contacts.archived)
        .renames("object", to: "type", in: Contacts.archived),
      VersionChange("Conversations show what is linked to them")
        .adds("linked_objects", to: "conversation"),
    ])
}
