import API
import JSON

extension VersionChanges {
  /// The changes of all versions, oldest first.
  static let history: [VersionChanges] = [v2_8, v2_9, v2_10, v2_11, v2_12, v2_13, v2_14, v2_15, v2_16, preview]
}

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
        .rewrites("reply_ticket_request", upgrade: Tickets.asAdminNote)
        .turnsOn(.ticketsTakeReplies),
      VersionChange("Collections can contain collections; before, a collection in another one was a section")
        .removes("type", from: "collection")
        .adds("parent_id", to: "collection")
        .adds("parent_id", to: "create_collection_request")
        .adds("parent_id", to: "update_collection_request")
        .turnsOn(.nestsCollections),
    ])
}

extension VersionChanges {
  /// 2.11: an admin's avatar is an object in this version only; the Messenger needs permission to write attributes.
  static let v2_11 = VersionChanges(
    version: .v2_11,
    changes: [
      VersionChange("An admin's avatar is an object")
        .retypes("avatar", in: "admin", downgrade: ValueConversions.imageToURL),
      VersionChange("The time of a message can be set")
        .adds("created_at", to: Messages.createRequest),
      VersionChange("A data attribute without a description has an empty one")
        .rewrites("data_attribute", downgrade: DataAttributes.removingEmptyDescription),
      VersionChange("The Messenger needs permission to write a new data attribute")
        .turnsOn(.closesAttributesToMessenger),
      VersionChange("Conversations show their attributes")
        .adds("custom_attributes", to: "conversation"),
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

extension VersionChanges {
  /// 2.12: push messages.
  static let v2_12 = VersionChanges(
    version: .v2_12,
    changes: [
      VersionChange("Contacts show whether push messages are enabled")
        .adds("enabled_push_messaging", to: "contact"),
      VersionChange("An admin's avatar is a string again")
        .retypes("avatar", in: "admin", downgrade: ValueConversions.urlToImage),
      VersionChange("Conversations hide their attributes again")
        .removes("custom_attributes", from: "conversation"),
      VersionChange("Statistics show the response time of the assigned team")
        .adds("assigned_team_first_response_time", to: "conversation_statistics"),
      // Only the description of 2.11 requires it; its examples differ.
      VersionChange("A data attribute without a description has no `description`")
        .rewrites("data_attribute", downgrade: DataAttributes.addingEmptyDescription),
      VersionChange("The state of a ticket is an object, and ticket types show their states")
        .adds("ticket_states", to: "ticket_type")
        .removes("ticket_state_internal_label", "ticket_state_external_label", from: "ticket")
        .turnsOn(.showsTicketStates),
      // Only the description of 2.11 requires it; its examples differ.
      VersionChange("Only ticket parts that change the state show it")
        .removes(TicketParts.currentStateMember, from: "ticket_part")
        .rewrites("ticket_part", downgrade: TicketParts.withRequiredMembers),
      VersionChange("The state of a ticket is set by its id")
        .adds("ticket_state_id", "company_id", to: "update_ticket_request")
        .removes("state", from: "update_ticket_request"),
      VersionChange("A data export also has the misspelled `job_identfier`")
        .adds("job_identfier", to: "data_export"),
    ])
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

extension VersionChanges {
  /// 2.14: away status reasons, assignment limits, lists of options.
  static let v2_14 = VersionChanges(
    version: .v2_14,
    changes: [
      VersionChange("Admins have an away reason")
        .adds("away_status_reason_id", to: "admin")
        .adds("away_status_reason_id", to: Admins.setAwayRequest)
        .turnsOn(.awayStatusReasons),
      VersionChange("Teams show their assignment limit")
        .adds("assignment_limit", to: "team"),
      VersionChange("A message can have several recipients, with copies")
        .adds("cc", "bcc", to: Messages.createRequest)
        .turnsOn(.severalRecipients),
      VersionChange("The activity log has details of limits and consents")
        .adds(
          "conversation_assignment_limit", "ticket_assignment_limit", "team", "team_assignment_limit", "enabled",
          "consent_id", "expired_at", to: "activity_log_metadata"),
      VersionChange("A data attribute can be requested as a list of options")
        .turnsOn(.knowsOptionsType),
      VersionChange("Conversations show their attributes")
        .adds("custom_attributes", to: "conversation"),
      VersionChange("Ratings and the AI agent show when they changed")
        .adds("updated_at", to: "conversation_rating")
        .adds("created_at", "updated_at", to: "ai_agent"),
      VersionChange("Authors show whether an AI agent wrote")
        .adds("from_ai_agent", "is_ai_answer", to: "conversation_part_author"),
      VersionChange("Parts have quick replies")
        .adds("metadata", to: "conversation_part"),
      VersionChange("Parts are translated on request")
        .turnsOn(.translatesParts),
      VersionChange("The company of a conversation can be set")
        .adds("company_id", to: "update_conversation_request"),
      VersionChange("Ticket parts show the changed attribute and its value")
        .adds("updated_attribute_data", to: "ticket_part"),
      VersionChange("A new ticket can be assigned and linked")
        .adds("assignment", "conversation_to_link_id", to: "create_ticket_request"),
      VersionChange("A ticket is assigned by ids in the request itself")
        .rewrites("update_ticket_request", upgrade: Tickets.flattenAssignment),
      VersionChange("A data export no longer has the misspelled `job_identfier`")
        .removes("job_identfier", from: "data_export"),
    ])
}

extension VersionChanges {
  /// 2.15: notes of companies, automatic away mode.
  static let v2_15 = VersionChanges(
    version: .v2_15,
    changes: [
      VersionChange("Notes show their company")
        .adds("company", to: "note")
        .turnsOn(.omitsAbsentContact),
      VersionChange("Conversations show their company")
        .adds("company", to: "conversation"),
      VersionChange(
        "Parts show details of tags, snoozes, priorities and service levels, the previous value of an attribute and the id of an e-mail"
      )
      .turnsOn(.detailsMoreParts)
      .adds("message_id", to: "email_message_metadata"),
      VersionChange("The AI agent shows how it handed a conversation over")
        .retypes("resolution_state", in: "ai_agent", downgrade: ConversationConversions.legacyResolutionState),
      VersionChange("Webhooks show records as the API does, with times as numbers and without HTML")
        .turnsOn(.webhooksMatchAPI),
      VersionChange("Resolved tickets have a webhook topic of their own; before, they are closed")
        .turnsOn(.separatesResolvedTickets),
      VersionChange("A reply can be sent without notifications")
        .adds("skip_notifications", to: "reply_conversation_request"),
      VersionChange("The activity log shows the automatic away mode")
        .adds("mode", to: "activity_log_metadata"),
      VersionChange("Content import sources have audiences")
        .adds("audience_ids", to: "content_import_source")
        .adds("audience_ids", to: ContentImportSources.createRequest)
        .adds("audience_ids", "apply_audience_to_existing_content", to: ContentImportSources.updateRequest),
    ])
}

extension VersionChanges {
  /// 2.16: owner ids are strings, merged contacts answer 410, tagging reports its result.
  static let v2_16 = VersionChanges(
    version: .v2_16,
    changes: [
      VersionChange("The owner id of a contact is a string")
        .retypes("owner_id", in: "contact", downgrade: ValueConversions.stringToInteger),
      VersionChange("An e-mail address can be sent as verified")
        .adds("email_verified", to: "create_contact_request")
        .adds("email_verified", to: "update_contact_request"),
      VersionChange("A merged contact answers 410 with a link to the remaining contact")
        .turnsOn(.mergedContactsAreGone),
      VersionChange("Only duplicates can be merged")
        .adds("skip_duplicate_validation", to: "merge_contacts_request")
        .turnsOn(.mergesOnlyDuplicates),
      VersionChange("Contacts show merged contacts on request")
        .adds("merge_history", to: "contact"),
      VersionChange("A search refuses an invalid order")
        .turnsOn(.validatesSortOrder),
      VersionChange("Tagging reports its result and ignores missing records")
        .adds("users", "companies", to: "tag_with_targets")
        .turnsOn(.reportsTaggings),
      VersionChange("Companies show their notes")
        .adds("notes", to: "company"),
      VersionChange("The last request time of a company can be set to the current time")
        .adds("update_last_request_at", to: "create_or_update_company_request"),
      VersionChange("Messages can be sent by WhatsApp")
        .turnsOn(.sendsWhatsApp),
      VersionChange("Instances of custom objects can be listed")
        .turnsOn(.listsCustomObjects),
      VersionChange("Admins have a role")
        .adds("role", to: "admin"),
      VersionChange("The priority of a conversation is one of five")
        .retypes("priority", in: "conversation", downgrade: ConversationConversions.legacyPriority)
        .turnsOn(.hasFivePriorities),
      VersionChange("The assignee id of an unassigned conversation is 0")
        .retypes("admin_assignee_id", in: "conversation", downgrade: ConversationConversions.zeroToNull)
        .retypes("team_assignee_id", in: "conversation", downgrade: ConversationConversions.zeroToNull),
      VersionChange("Conversations show more of their source")
        .adds("recipients", "reply_to", "email_message_metadata", to: "conversation_source")
        .retypes("type", in: "conversation_source", downgrade: ConversationConversions.unknownToNull),
      VersionChange("Conversations show their channel, the sales agent, monitors and scorecards")
        .adds(
          "channel", "sales_agent", "sales_agent_participated", "external_references", "monitor_evaluations",
          "scorecards", to: "conversation"),
      VersionChange("A conversation can have a brand")
        .adds("brand_id", to: "create_conversation_request"),
      VersionChange("Attributes of conversations are no longer data attributes")
        .turnsOn(.separatesConversationAttributes),
      VersionChange("The assignee ids of a ticket are numbers")
        .retypes("admin_assignee_id", in: "ticket", downgrade: ValueConversions.integerToString)
        .retypes("team_assignee_id", in: "ticket", downgrade: ValueConversions.integerToString),
      VersionChange("Tickets show their previous state and their channel")
        .adds("previous_ticket_state_id", "channel", to: "ticket"),
      VersionChange("Parts show their translations")
        .adds("translations", to: "conversation_part"),
      VersionChange("The state of a converted conversation can be set")
        .adds("ticket_state_id", to: "convert_conversation_to_ticket_request"),
      VersionChange("A reply to a ticket can have files")
        .adds("attachment_files", to: "reply_ticket_request"),
      VersionChange("Articles can be in several collections")
        .removes("parent_id", "parent_type", from: "article"),
      VersionChange("Articles show Markdown, availability, authors and unpublished changes")
        .adds(
          "body_markdown", "has_unpublished_changes", "draft_updated_at", "ai_chatbot_availability",
          "ai_copilot_availability", "ai_sales_agent_availability", "created_by_id", "updated_by_id",
          "exclude_from_article_suggestions", "help_center_audience", "scheduled_publish_at",
          "scheduled_unpublish_at", to: "article"
        )
        .adds(
          "body_markdown", "has_unpublished_changes", "draft_updated_at", "audience_ids", "ai_chatbot_availability",
          "ai_copilot_availability", "ai_sales_agent_availability", "created_by_id", "updated_by_id",
          to: "article_content"
        )
        .adds("fin_involvements", "fin_resolutions", "fin_resolution_rate", to: "article_statistics"),
      VersionChange("Articles can be written in Markdown, restricted to audiences and published at a given time")
        .adds(
          "body_markdown", "audience_ids", "ai_chatbot_availability", "ai_copilot_availability",
          "ai_sales_agent_availability", "scheduled_publish_at", "scheduled_unpublish_at",
          to: "create_article_request"
        )
        .adds(
          "body_markdown", "audience_ids", "ai_chatbot_availability", "ai_copilot_availability",
          "ai_sales_agent_availability", "scheduled_publish_at", "scheduled_unpublish_at",
          to: "update_article_request"),
      VersionChange("Internal articles have Markdown, audiences and availability")
        .adds(
          "body_markdown", "audience_ids", "ai_chatbot_availability", "ai_copilot_availability",
          "ai_sales_agent_availability", to: "internal_article"
        )
        .adds(
          "body_markdown", "audience_ids", "ai_chatbot_availability", "ai_copilot_availability",
          "ai_sales_agent_availability", to: "create_internal_article_request"
        )
        .adds(
          "body_markdown", "audience_ids", "ai_chatbot_availability", "ai_copilot_availability",
          "ai_sales_agent_availability", to: "update_internal_article_request"),
      VersionChange("Help centers show whether they are the default, and their locales")
        .adds("default", "locales", to: "help_center"),
      VersionChange("Attributes of reports have ids that are unique across all reports")
        .adds("qualified_id", to: "reporting_attribute"),
    ])
}

extension VersionChanges {
  /// Preview: changes that are not released yet.
  static let preview = VersionChanges(
    version: .preview,
    changes: [
      VersionChange("Contacts show a formatted phone number")
        .adds("formatted_phone", to: "contact"),
      VersionChange("The language of a contact can be set")
        .adds("language_override", to: "create_contact_request")
        .adds("language_override", to: "update_contact_request"),
      VersionChange("The notes of a company are also shown as links")
        .adds("data", "url", "total_count", "has_more", to: "company_notes"),
      VersionChange("The admin of the token has a role")
        .adds("role", to: Admins.adminWithAppShape),
      VersionChange("The activity log has no details of limits, consents and automatic away mode")
        .removes(
          "team", "team_assignment_limit", "enabled", "consent_id", "expired_at", "mode", from: "activity_log_metadata"),
      VersionChange("Calls show their durations")
        .adds("duration", "talk_time", "queue_time", "hold_time", to: "call"),
      VersionChange("Messages can be sent by SMS")
        .turnsOn(.sendsSMS),
      VersionChange("Conversations show topics found by an AI")
        .adds("ai_topics", to: "conversation"),
      VersionChange("Parts show details of calls")
        .turnsOn(.detailsCalls)
        .adds("external_reply_send_state", "seen_state", to: "conversation_part"),
      VersionChange("Earlier e-mails are shown on request")
        .turnsOn(.showsEmailHistoryOnRequest),
      VersionChange("The priority of a conversation can be set")
        .adds("priority", "admin_id", to: "update_conversation_request"),
      VersionChange("A reply can leave a conversation snoozed")
        .adds("skip_unsnooze", to: "reply_conversation_request"),
      VersionChange("Searches compare times by the second")
        .turnsOn(.exactSearchTimes),
      VersionChange("The type of data attributes with a time of day is `datetime`")
        .retypes("data_type", in: "data_attribute", downgrade: ValueConversions.datetimeToDate),
      VersionChange("Ticket parts are translated")
        .adds("translations", to: "ticket_part"),
      VersionChange("An external page is enabled separately for each AI role")
        .adds("ai_sales_agent_availability", to: ExternalPages.createRequest)
        .adds(
          "ai_agent_availability", "ai_copilot_availability", "ai_sales_agent_availability",
          to: ExternalPages.updateRequest),
      VersionChange("Articles are in folders, and can be added to several collections")
        .adds("folder_id", to: "article")
        .adds("parent_ids", "folder_id", to: "create_article_request")
        .adds("parent_ids", "folder_id", to: "update_article_request"),
      VersionChange("Internal articles are in folders, and show their tags")
        .adds("folder_id", "tags", to: "internal_article")
        .adds("folder_id", to: "create_internal_article_request")
        .adds("folder_id", to: "update_internal_article_request"),
      VersionChange("A data export also has the misspelled `job_identfier`")
        .adds("job_identfier", to: "data_export"),
      VersionChange("Reports contain conversations without a reply by a user")
        .turnsOn(.reportsUnansweredConversations),
    ])
}
