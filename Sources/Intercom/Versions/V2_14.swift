import API

extension VersionChanges {
  /// 2.14: away status reasons, assignment limits, lists of options.
  static let v2_14 = VersionChanges(
    version: .v2_14,
    changes: [
      VersionChange("Admins say why they are away")
        .adds("away_status_reason_id", to: "admin")
        .adds("away_status_reason_id", to: Admins.setAwayRequest)
        .turnsOn(.awayStatusReasons),
      VersionChange("Teams say how they share out their work")
        .adds("assignment_limit", "distribution_method", to: "team"),
      VersionChange("A message may be addressed to several contacts, with copies")
        .adds("cc", "bcc", to: Messages.createRequest)
        .turnsOn(.severalRecipients),
      VersionChange("The activity log has details of limits and consents")
        .adds(
          "conversation_assignment_limit", "ticket_assignment_limit", "team", "team_assignment_limit", "enabled",
          "consent_id", "expired_at", to: "activity_log_metadata"),
      VersionChange("A data attribute may be asked for as a list of options")
        .turnsOn(.knowsOptionsType),
      VersionChange("Conversations show their attributes")
        .adds("custom_attributes", to: "conversation"),
      VersionChange("Ratings and the AI agent tell when they changed")
        .adds("updated_at", to: "conversation_rating")
        .adds("created_at", "updated_at", to: "ai_agent"),
      VersionChange("Authors tell whether an AI agent wrote")
        .adds("from_ai_agent", "is_ai_answer", to: "conversation_part_author")
        .adds("from_ai_agent", "is_ai_answer", to: "conversation_source_author"),
      VersionChange("Parts carry quick replies")
        .adds("metadata", to: "conversation_part")
        .adds("reply_options", to: "reply_conversation_request"),
      VersionChange("Parts come translated on request")
        .turnsOn(.translatesParts),
      VersionChange("A conversation's company may be written")
        .adds("company_id", to: "update_conversation_request"),
      VersionChange("Ticket parts say what was changed in an attribute")
        .adds("updated_attribute_data", to: "ticket_part"),
      VersionChange("A new ticket may be assigned and linked")
        .adds("assignment", "conversation_to_link_id", to: "create_ticket_request"),
      VersionChange("A ticket is assigned by ids in the request itself")
        .rewrites("update_ticket_request", forward: Tickets.flattenAssignment),
      VersionChange("A data export's identifier is spelled as in the examples only")
        .removes("job_identfier", from: "data_export"),
    ])
}
