import API
import JSON

extension VersionChanges {
  /// What each version changed, oldest first.
  static let history: [VersionChanges] = [v2_8, v2_9, v2_10, v2_11, v2_12, v2_13, v2_14, v2_15, v2_16, preview]
}

extension VersionChanges {
  /// 2.8: who takes work first.
  static let v2_8 = VersionChanges(
    version: .v2_8,
    changes: [
      VersionChange("Admins and teams say who takes work first")
        .adds("team_priority_level", to: "admin")
        .adds("admin_priority_level", to: "team")
    ])
}

extension VersionChanges {
  /// 2.9: tickets.
  static let v2_9 = VersionChanges(
    version: .v2_9,
    changes: [
      VersionChange("Conversations tell which ticket they became")
        .adds("ticket", to: "conversation")
    ])
}

extension VersionChanges {
  /// 2.10: contacts say who they are when they go.
  static let v2_10 = VersionChanges(
    version: .v2_10,
    changes: [
      VersionChange("Deleted, archived and unarchived contacts carry their external id and a type")
        .adds("external_id", to: Contacts.deletedShape)
        .renames("object", to: "type", in: Contacts.deletedShape)
        .adds("external_id", to: Contacts.archivedShape)
        .renames("object", to: "type", in: Contacts.archivedShape),
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
        .rewrites("reply_ticket_request", upgrade: Tickets.asAdminNote)
        .turnsOn(.ticketsTakeReplies),
      VersionChange("Collections nest; before, those inside others were their sections")
        .removes("type", from: "collection")
        .adds("parent_id", to: "collection")
        .adds("parent_id", to: "create_collection_request")
        .adds("parent_id", to: "update_collection_request")
        .turnsOn(.nestsCollections),
    ])
}

extension VersionChanges {
  /// 2.11: an admin's avatar is an object in this version alone; the Messenger asks first.
  static let v2_11 = VersionChanges(
    version: .v2_11,
    changes: [
      VersionChange("An admin's avatar is an object")
        .retypes("avatar", in: "admin", downgrade: ValueConversions.imageToURL),
      VersionChange("A message may be given its time")
        .adds("created_at", to: Messages.createRequest),
      VersionChange("A data attribute without a description has an empty one")
        .rewrites("data_attribute", downgrade: DataAttributes.removingEmptyDescription),
      VersionChange("The Messenger may not write a new data attribute unless it is told so")
        .turnsOn(.closesAttributesToMessenger),
      VersionChange("Conversations show their attributes, and what the AI agent did")
        .adds("custom_attributes", "ai_agent", "ai_agent_participated", to: "conversation"),
      VersionChange("The time of a message may be given")
        .adds("created_at", to: "create_conversation_request")
        .adds("created_at", to: "reply_conversation_request"),
      VersionChange("A contact's reply no longer notes the language that was detected")
        .turnsOn(.leavesOutLanguageDetection),
      VersionChange("Contacts may not reply to back-office tickets")
        .turnsOn(.rejectsBackOfficeReplies),
      VersionChange("Every ticket part says in which state the ticket is")
        .adds(TicketParts.currentStateMember, to: "ticket_part"),
      VersionChange("A ticket and a reply to it may say when they were written")
        .adds("created_at", to: "create_ticket_request")
        .adds("created_at", to: "reply_ticket_request"),
      VersionChange("A data export's identifier is spelled as in the examples only")
        .removes("job_identfier", from: "data_export"),
    ])
}

extension VersionChanges {
  /// 2.12: push messages.
  static let v2_12 = VersionChanges(
    version: .v2_12,
    changes: [
      VersionChange("Contacts say whether they take push messages")
        .adds("enabled_push_messaging", to: "contact"),
      VersionChange("An admin's avatar is a text again")
        .retypes("avatar", in: "admin", downgrade: ValueConversions.urlToImage),
      VersionChange("Conversations hide their attributes again")
        .removes("custom_attributes", from: "conversation"),
      VersionChange("Statistics tell how fast the assigned team answered")
        .adds("assigned_team_first_response_time", to: "conversation_statistics"),
      VersionChange("The bot is called Fin")
        .turnsOn(.botIsNamedFin),
      // Required by the description of 2.11 alone, whatever its examples show.
      VersionChange("A data attribute without a description says nothing of it")
        .rewrites("data_attribute", downgrade: DataAttributes.addingEmptyDescription),
      VersionChange("A ticket's state is an object, and types show theirs")
        .adds("ticket_states", to: "ticket_type")
        .removes("ticket_state_internal_label", "ticket_state_external_label", from: "ticket")
        .turnsOn(.showsTicketStates),
      // Required by the description of 2.11 alone, whatever its examples show.
      VersionChange("Only the ticket parts that change a state say which")
        .removes(TicketParts.currentStateMember, from: "ticket_part")
        .rewrites("ticket_part", downgrade: TicketParts.withRequiredMembers),
      VersionChange("A ticket is put in a state by its id")
        .adds("ticket_state_id", "company_id", to: "update_ticket_request")
        .removes("state", from: "update_ticket_request"),
      VersionChange("A data export's identifier comes misspelled, too")
        .adds("job_identfier", to: "data_export"),
    ])
}

extension VersionChanges {
  /// 2.13: blocked contacts, occupancy.
  static let v2_13 = VersionChanges(
    version: .v2_13,
    changes: [
      VersionChange("The activity log says how busy admins are")
        .adds(
          "previous_state", "new_state", "threshold_minutes", "last_activity_at", "auto", "setting_type", "changes",
          to: "activity_log_metadata"),
      VersionChange("Contacts, conversations and tickets refer to custom objects")
        .turnsOn(.customObjects),
      VersionChange("Statistics count office hours and the time of handling")
        .adds(
          "assigned_team_first_response_time_in_office_hours", "handling_time", "adjusted_handling_time",
          to: "conversation_statistics"),
      VersionChange("Conversation parts tell the state, the tags and what happened")
        .adds(
          "state", "tags", "event_details", "email_message_metadata", "app_package_code", to: "conversation_part"),
      VersionChange("A conversation's title may be written")
        .adds("title", to: "update_conversation_request"),
      VersionChange("Ticket parts say which app made them")
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
        .rewrites("update_ticket_request", upgrade: Tickets.flattenAssignment),
      VersionChange("A data export's identifier is spelled as in the examples only")
        .removes("job_identfier", from: "data_export"),
    ])
}

extension VersionChanges {
  /// 2.15: notes of companies, automatic away mode.
  static let v2_15 = VersionChanges(
    version: .v2_15,
    changes: [
      VersionChange("Notes say which company they are about")
        .adds("company", to: "note")
        .turnsOn(.omitsAbsentContact),
      VersionChange("Conversations show their company")
        .adds("company", to: "conversation"),
      VersionChange("Parts tell the value that an attribute had before, and the id of an e-mail")
        .retypes("event_details", in: "conversation_part", downgrade: ConversationConversions.withoutPreviousValue)
        .adds("message_id", to: "email_message_metadata"),
      VersionChange("The AI agent tells how it handed a conversation over")
        .retypes("resolution_state", in: "ai_agent", downgrade: ConversationConversions.legacyResolutionState),
      VersionChange("Webhooks show records as the API does, with times as numbers and texts without HTML")
        .turnsOn(.webhooksMatchAPI),
      VersionChange("A reply may be sent without notifying anyone")
        .adds("skip_notifications", to: "reply_conversation_request"),
      VersionChange("The activity log says how admins go away by themselves")
        .adds("mode", to: "activity_log_metadata"),
      VersionChange("Content import sources have audiences")
        .adds("audience_ids", to: "content_import_source")
        .adds("audience_ids", to: ContentImportSources.createRequest)
        .adds("audience_ids", "apply_audience_to_existing_content", to: ContentImportSources.updateRequest),
    ])
}

extension VersionChanges {
  /// 2.16: owners are texts, merged contacts are gone, tagging reports.
  static let v2_16 = VersionChanges(
    version: .v2_16,
    changes: [
      VersionChange("A contact's owner is a text")
        .retypes("owner_id", in: "contact", downgrade: ValueConversions.stringToInteger),
      VersionChange("An address may come as verified")
        .adds("email_verified", to: "create_contact_request")
        .adds("email_verified", to: "update_contact_request"),
      VersionChange("A merged contact answers 410 and says where it went")
        .turnsOn(.mergedContactsAreGone),
      VersionChange("Only duplicates may be merged")
        .adds("skip_duplicate_validation", to: "merge_contacts_request")
        .turnsOn(.mergesOnlyDuplicates),
      VersionChange("Contacts show what was merged into them when asked")
        .adds("merge_history", to: "contact"),
      VersionChange("A search refuses an order that is none")
        .turnsOn(.validatesSortOrder),
      VersionChange("Tagging says what it did and passes over what is not there")
        .adds("users", "companies", to: "tag_with_targets")
        .turnsOn(.reportsTaggings),
      VersionChange("Companies show their notes")
        .adds("notes", to: "company"),
      VersionChange("A company's time of last request can be set to now")
        .adds("update_last_request_at", to: "create_or_update_company_request"),
      VersionChange("Messages go by WhatsApp")
        .turnsOn(.sendsWhatsApp),
      VersionChange("Instances of custom objects are listed")
        .turnsOn(.listsCustomObjects),
      VersionChange("Admins have a role")
        .adds("role", to: "admin"),
      VersionChange("Conversations have one of five priorities")
        .retypes("priority", in: "conversation", downgrade: ConversationConversions.legacyPriority),
      VersionChange("Nobody is 0")
        .retypes("admin_assignee_id", in: "conversation", downgrade: ConversationConversions.zeroToNull)
        .retypes("team_assignee_id", in: "conversation", downgrade: ConversationConversions.zeroToNull),
      VersionChange("Conversations show more of their source")
        .adds("recipients", "reply_to", "email_message_metadata", to: "conversation_source")
        .removes("from_ai_agent", "is_ai_answer", from: "conversation_source_author"),
      VersionChange("Conversations show their channel, the sales agent, monitors and scorecards")
        .adds(
          "channel", "sales_agent", "sales_agent_participated", "external_references", "monitor_evaluations",
          "scorecards", to: "conversation"),
      VersionChange("A conversation may be about a brand")
        .adds("brand_id", to: "create_conversation_request"),
      VersionChange("The attributes of conversations are no data attributes any more")
        .turnsOn(.separatesConversationAttributes),
      VersionChange("A ticket's assignees are numbers")
        .retypes("admin_assignee_id", in: "ticket", downgrade: ValueConversions.integerToString)
        .retypes("team_assignee_id", in: "ticket", downgrade: ValueConversions.integerToString),
      VersionChange("Tickets show which state they were in before")
        .adds("previous_ticket_state_id", to: "ticket"),
      VersionChange("A conversation is converted into a ticket in a state")
        .adds("ticket_state_id", to: "convert_conversation_to_ticket_request"),
      VersionChange("A reply to a ticket may bring files")
        .adds("attachment_files", to: "reply_ticket_request"),
      VersionChange("Articles stand in any number of collections")
        .removes("parent_id", "parent_type", from: "article"),
      VersionChange("Articles come as Markdown, too, and say who may read them, who wrote and what is staged")
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
      VersionChange("Articles are written in Markdown, too, for audiences, and published on time")
        .adds(
          "body_markdown", "audience_ids", "ai_chatbot_availability", "ai_copilot_availability",
          "ai_sales_agent_availability", "scheduled_publish_at", "scheduled_unpublish_at",
          to: "create_article_request"
        )
        .adds(
          "body_markdown", "audience_ids", "ai_chatbot_availability", "ai_copilot_availability",
          "ai_sales_agent_availability", "scheduled_publish_at", "scheduled_unpublish_at",
          to: "update_article_request"),
      VersionChange("Internal articles come as Markdown, too, and say who may read them")
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
      VersionChange("Help centers say which is the workspace's own, and in which languages they are there")
        .adds("default", "locales", to: "help_center"),
      VersionChange("Attributes of reports have ids that are unique among all")
        .adds("qualified_id", to: "reporting_attribute"),
    ])
}

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
        .adds("role", to: Admins.adminWithAppShape),
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
        .retypes("event_details", in: "conversation_part", downgrade: ConversationConversions.withoutPreviewDetails)
        .adds("translations", "external_reply_send_state", "seen_state", to: "conversation_part"),
      VersionChange("What was written by e-mail before is shown on request")
        .turnsOn(.showsEmailHistoryOnRequest),
      VersionChange("A conversation's priority may be written")
        .adds("priority", "admin_id", to: "update_conversation_request"),
      VersionChange("A reply may leave a snoozed conversation asleep")
        .adds("skip_unsnooze", to: "reply_conversation_request"),
      VersionChange("Searches match times to the second")
        .turnsOn(.exactSearchTimes),
      VersionChange("Data attributes that hold a time of day say so")
        .retypes("data_type", in: "data_attribute", downgrade: ValueConversions.datetimeToDate),
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
