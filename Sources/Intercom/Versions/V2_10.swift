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
      VersionChange("Tickets have a number that people see, a category, and are open or not")
        .adds("ticket_id", "is_shared", "open", "snoozed_until", "category", "linked_objects", to: "ticket")
        .adds("category", to: "ticket_type")
        .adds("category", to: "create_ticket_type_request")
        .adds("category", to: "update_ticket_type_request"),
      VersionChange("A ticket's contacts say who they are to the workspace's own systems")
        .adds("type", "external_id", to: Tickets.contactReference)
        .removes("role", from: Tickets.contactReference),
      VersionChange("Tickets take comments and quick replies, from contacts, too; before, notes of admins")
        .rewrites("reply_ticket_request", forward: Tickets.note)
        .turnsOn(.ticketsTakeReplies),
      VersionChange("Collections nest; before, those inside others were their sections")
        .removes("type", from: "collection")
        .adds("parent_id", to: "collection")
        .adds("parent_id", to: "create_collection_request")
        .adds("parent_id", to: "update_collection_request")
        .turnsOn(.nestsCollections),
    ])
}
