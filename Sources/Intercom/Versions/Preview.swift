import API

extension VersionChanges {
  /// Preview: what is not released yet.
  static let preview = VersionChanges(
    version: .preview,
    changes: [
      VersionChange("Contacts show their phone number formatted")
        .adds("formatted_phone", to: "contact"),
      VersionChange("A contact's language may be written")
        .adds("language_override", to: "create_contact_request")
        .adds("language_override", to: "update_contact_request"),
      VersionChange("A company's notes come as links, too")
        .adds("data", "url", "total_count", "has_more", to: "company_notes"),
      VersionChange("The token's own admin has a role")
        .adds("role", to: Admins.withApp),
      VersionChange("The activity log has no details of limits, consents and automatic away mode")
        .removes(
          "team", "team_assignment_limit", "enabled", "consent_id", "expired_at", "mode", from: "activity_log_metadata"),
      VersionChange("Calls say how long they took")
        .adds("duration", "talk_time", "queue_time", "hold_time", to: "call"),
      VersionChange("Messages go by SMS")
        .turnsOn(.sendsSMS),
      VersionChange("Conversations show the topics that an AI found")
        .adds("ai_topics", to: "conversation"),
      VersionChange("Parts tell of tags, snoozes, priorities, service levels and calls, and carry translations")
        .retypes("event_details", in: "conversation_part", back: EventDetails.known)
        .adds("translations", "external_reply_send_state", "seen_state", to: "conversation_part"),
      VersionChange("What was written by e-mail before is shown on request")
        .turnsOn(.asksForEmailHistory),
      VersionChange("A conversation's priority may be written")
        .adds("priority", "admin_id", to: "update_conversation_request"),
      VersionChange("A reply may leave a snoozed conversation asleep")
        .adds("skip_unsnooze", to: "reply_conversation_request"),
      VersionChange("Searches match times to the second")
        .turnsOn(.exactSearchTimes),
      VersionChange("Data attributes that hold a time of day say so")
        .retypes("data_type", in: "data_attribute", back: Retype.dateOfDatetime),
      VersionChange("Ticket parts come translated")
        .adds("translations", to: "ticket_part"),
      VersionChange("An external page is switched on and off for each of the AI's roles")
        .adds("ai_sales_agent_availability", to: ExternalPages.createRequest)
        .adds(
          "ai_agent_availability", "ai_copilot_availability", "ai_sales_agent_availability",
          to: ExternalPages.updateRequest),
      VersionChange("Articles are in folders, and are put into any number of collections")
        .adds("folder_id", to: "article")
        .adds("parent_ids", "folder_id", to: "create_article_request")
        .adds("parent_ids", "folder_id", to: "update_article_request"),
      VersionChange("Internal articles are in folders, and show their tags")
        .adds("folder_id", "tags", to: "internal_article")
        .adds("folder_id", to: "create_internal_article_request")
        .adds("folder_id", to: "update_internal_article_request"),
      VersionChange("A data export's identifier comes misspelled, too")
        .adds("job_identfier", to: "data_export"),
      VersionChange("Reports hold conversations without a user's reply")
        .turnsOn(.reportsUnansweredConversations),
      VersionChange("An external page is switched on and off for each of the AI's roles")
        .adds("ai_sales_agent_availability", to: ExternalPages.createRequest)
        .adds(
          "ai_agent_availability", "ai_copilot_availability", "ai_sales_agent_availability",
          to: ExternalPages.updateRequest),
    ])
}
