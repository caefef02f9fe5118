import API
import JSON

extension VersionChanges {
  /// 2.8: priority levels of admins and teams.
  static let v2_8 = VersionChanges(
    version: .v2_8,
    changes: [
      VersionChange("Admins and teams have priority levels")
        .adds("team_priority_level", to: "admin")
        .adds("admin_priority_level", to: "team")
    ])
}

extension VersionChanges {
  /// 2.9: tickets.
  static let v2_9 = VersionChanges(
    version: .v2_9,
    changes: [
      VersionChange("Conversations show the ticket that they are")
        .adds("ticket", to: "conversation"),
      VersionChange("Replies can offer options")
        .adds("reply_options", to: "reply_conversation_request"),
    ])
}

extension VersionChanges {
  /// 2.10: external ids in answers about contacts, kinds of replies to tickets, nested collections.
  static let v2_10 = VersionChanges(
    version: .v2_10,
    changes: [
      VersionChange("Deleted, archived and unarchived contacts have an external id and a type")
        .adds("external_id", to: Contacts.deletedShape)
        .renames("object", to: "type", in: Contacts.deletedShape)
        .adds("external_id", to: Contacts.archivedShape)
        .renames("object", to: "type", in: Contacts.archivedShape),
      VersionChange("Conversations show linked objects")
        .adds("linked_objects", to: "conversation"),
      VersionChange("Tickets have a number, a category, and are open or closed")
        .adds("ticket_id", "is_shared", "open", "snoozed_until", "category", "linked_objects", to: "ticket")
        .adds("category", to: "ticket_type")
        .adds("category", to: "create_ticket_type_request")
        .adds("category", to: "update_ticket_type_request"),
      VersionChange("The contacts of a ticket have a type and an external id")
        .adds("type", "external_id", to: Tickets.contactReference)
        .removes("role", from: Tickets.contactReference),
      VersionChange("Tickets accept comments and quick replies, also by contacts; before, only notes by admins")
        .rewrites("reply_ticket_request", upgrade: asAdminNote)
        .turnsOn(.ticketsTakeReplies),
      VersionChange("Collections can contain collections; before, a collection in another one was a section")
        .removes("type", from: "collection")
        .adds("parent_id", to: "collection")
        .adds("parent_id", to: "create_collection_request")
        .adds("parent_id", to: "update_collection_request")
        .turnsOn(.nestsCollections),
    ])

  /// Before, a reply is always a note by an admin.
  private static let asAdminNote: VersionChange.Rewriting = { body in
    var note = body
    note["type"] = "admin"
    note["message_type"] = "note"
    return note
  }
}

/// The behaviours of 2.10.
extension Behaviour {
  /// Tickets show the parts of contacts; before, only those of admins and the bot.
  static let ticketsTakeReplies = Behaviour("tickets accept replies by contacts")
  /// Collections nest. Without this behaviour, nested collections are called sections.
  static let nestsCollections = Behaviour("collections nest")
}

extension VersionChanges {
  /// 2.11: away reasons of admins, ids of an article's content; the Messenger needs permission to write attributes.
  static let v2_11 = VersionChanges(
    version: .v2_11,
    changes: [
      // Recorded in this version. Unknown: whether older versions show them, and the content ids below.
      VersionChange("Admins have an away reason")
        .adds("away_status_reason_id", to: "admin"),
      VersionChange("Articles show the id of their content")
        .adds("content_id", to: "article"),
      VersionChange("The time of a message can be set")
        .adds("created_at", to: Messages.createRequest),
      VersionChange("The Messenger needs permission to write a new data attribute")
        .turnsOn(.closesAttributesToMessenger),
      VersionChange("Teams show their distribution method")
        .adds("distribution_method", to: "team"),
      VersionChange("The time of a conversation and of a reply can be set")
        .adds("created_at", to: "create_conversation_request")
        .adds("created_at", to: "reply_conversation_request"),
      VersionChange("A reply by a contact no longer records the detected language")
        .turnsOn(.leavesOutLanguageDetection),
      VersionChange("Contacts cannot reply to back-office tickets")
        .turnsOn(.rejectsBackOfficeReplies),
      VersionChange("Every ticket part shows the state of the ticket")
        .adds(TicketParts.currentStateMember, to: "ticket_part"),
      VersionChange("The time of a ticket and of a reply to it can be set")
        .adds("created_at", to: "create_ticket_request")
        .adds("created_at", to: "reply_ticket_request"),
      VersionChange("A data export no longer has the misspelled `job_identfier`")
        .removes("job_identfier", from: "data_export"),
    ])
}

/// The behaviours of 2.11.
extension Behaviour {
  /// The Messenger may not write a new attribute unless the request allows it.
  static let closesAttributesToMessenger = Behaviour("attributes are closed to the Messenger")
  /// A contact's reply adds one part only. Without this behaviour the bot also adds a part with the detected language.
  static let leavesOutLanguageDetection = Behaviour("replies leave out the language that was detected")
  /// Contacts cannot reply to back-office tickets.
  static let rejectsBackOfficeReplies = Behaviour("contacts cannot reply to back-office tickets")
}

extension VersionChanges {
  /// 2.12: push messages.
  static let v2_12 = VersionChanges(
    version: .v2_12,
    changes: [
      VersionChange("Contacts show whether push messages are enabled")
        .adds("enabled_push_messaging", to: "contact"),
      VersionChange("Statistics show the response time of the assigned team")
        .adds("assigned_team_first_response_time", to: "conversation_statistics"),
      VersionChange("The state of a ticket is an object, and ticket types show their states")
        .adds("ticket_states", to: "ticket_type")
        .removes("ticket_state_internal_label", "ticket_state_external_label", from: "ticket")
        .turnsOn(.showsTicketStates),
      // Only the description of 2.11 requires it; its examples differ.
      VersionChange("Only ticket parts that change the state show it")
        .removes(TicketParts.currentStateMember, from: "ticket_part")
        .rewrites("ticket_part", downgrade: withRequiredPartMembers),
      VersionChange("The state of a ticket is set by its id")
        .adds("ticket_state_id", "company_id", to: "update_ticket_request")
        .removes("state", from: "update_ticket_request"),
      VersionChange("A data export also has the misspelled `job_identfier`")
        .adds("job_identfier", to: "data_export"),
    ])

  private static let withRequiredPartMembers: VersionChange.Rewriting = { part in
    guard let state = part[TicketParts.currentStateMember] else { return part }
    var part = part
    part[TicketParts.currentStateMember] = nil
    part["ticket_state"] = part["ticket_state"] ?? state
    part["body"] = part["body"] ?? .null
    return part
  }
}

/// The behaviours of 2.12.
extension Behaviour {
  /// The state of a ticket is an object; before, the name of its category, with the two labels as members of the
  /// ticket.
  static let showsTicketStates = Behaviour("ticket states are objects")
}

extension VersionChanges {
  /// 2.13: blocked contacts, occupancy of admins.
  static let v2_13 = VersionChanges(
    version: .v2_13,
    changes: [
      VersionChange("The activity log shows the occupancy of admins")
        .adds(
          "previous_state", "new_state", "threshold_minutes", "last_activity_at", "auto", "setting_type", "changes",
          to: "activity_log_metadata"),
      VersionChange("Contacts, conversations and tickets refer to custom objects")
        .turnsOn(.customObjects),
      VersionChange("Statistics include office hours and the handling time")
        .adds(
          "assigned_team_first_response_time_in_office_hours", "handling_time", "adjusted_handling_time",
          to: "conversation_statistics"),
      VersionChange("Conversation parts show the state, the tags and details of events")
        .adds(
          "state", "tags", "event_details", "email_message_metadata", "app_package_code", to: "conversation_part"),
      VersionChange("The title of a conversation can be set")
        .adds("title", to: "update_conversation_request"),
      VersionChange("Ticket parts show the app that created them")
        .adds("app_package_code", to: "ticket_part"),
      VersionChange("Articles show their tags")
        .adds("tags", to: "article"),
    ])
}

/// The behaviours of 2.13.
extension Behaviour {
  /// Attributes may refer to instances of custom objects.
  static let customObjects = Behaviour("custom objects")
}
