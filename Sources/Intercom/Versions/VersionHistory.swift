import API
import JSON

/// What each version changed: shapes, the conversions that they need, and the behaviours that handlers ask for by name.
extension VersionChanges {
  /// The changes of all versions, oldest first. Those of 2.8 to 2.13 are in `VersionHistory-2.8-to-2.13.swift`.
  static let history: [VersionChanges] = [v2_8, v2_9, v2_10, v2_11, v2_12, v2_13, v2_14, v2_15, v2_16, preview]
}

extension VersionChanges {
  /// 2.14: away status reasons, assignment limits, lists of options.
  static let v2_14 = VersionChanges(
    version: .v2_14,
    changes: [
      VersionChange("The reason for being away can be set")
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
        .rewrites("update_ticket_request", upgrade: flattenAssignment),
      VersionChange("A data export no longer has the misspelled `job_identfier`")
        .removes("job_identfier", from: "data_export"),
    ])

  /// Before, the ids are in an `assignment`.
  private static let flattenAssignment: VersionChange.Rewriting = { body in
    var flat = body
    flat["admin_id"] = body["assignment"]?["admin_id"]
    flat["assignee_id"] = body["assignment"]?["assignee_id"]
    flat["assignment"] = nil
    return flat
  }
}

/// The behaviours of 2.14.
extension Behaviour {
  /// An admin can give a reason for being away.
  static let awayStatusReasons = Behaviour("away status reasons")
  /// A message may have several recipients, and copies.
  static let severalRecipients = Behaviour("messages have several recipients")
  /// A list attribute is requested as type `options`.
  static let knowsOptionsType = Behaviour("data attributes of type options")
  /// Parts are translated to the conversation's language on request.
  static let translatesParts = Behaviour("translates parts on request")
}

extension VersionChanges {
  /// 2.15: notes of companies, automatic away mode.
  static let v2_15 = VersionChanges(
    version: .v2_15,
    changes: [
      // Recorded as absent in 2.11 and in notifications of 2.14, present in 2.16. Unknown: 2.15.
      VersionChange("Contacts show the domain of their e-mail address")
        .adds("email_domain", to: "contact"),
      VersionChange("The language of a contact can be set")
        .adds("language_override", to: "create_contact_request")
        .adds("language_override", to: "update_contact_request"),
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
        .retypes("resolution_state", in: "ai_agent", downgrade: legacyResolutionState),
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

  private static let legacyResolutionState: VersionChange.Retyping = { json in
    switch json.string {
    case "escalated", "procedure_handoff": "routed_to_team"
    case "negative_feedback": "abandoned"
    default: json
    }
  }
}

/// The behaviours of 2.15.
extension Behaviour {
  /// Parts about snoozes, tags, priorities, service levels and attributes that users change have details, and the details
  /// of an attribute include its previous value.
  static let detailsMoreParts = Behaviour("parts of more types have details")
  /// A note without a contact has no `contact`; before, `contact` was null.
  static let omitsAbsentContact = Behaviour("notes leave out an absent contact")
  /// Notifications show records as the API does; before, times are ISO 8601 strings and bodies HTML
  /// (Documentation.docc/Webhooks.md, "Items").
  static let webhooksMatchAPI = Behaviour("webhooks show what the API shows")
  /// A resolved ticket has a topic of its own; before, it is closed (Documentation.docc/Webhooks.md, "Topic names").
  static let separatesResolvedTickets = Behaviour("webhooks tell resolved from closed tickets")
}

extension VersionChanges {
  /// 2.16: owner ids are strings, merged contacts answer 410, tagging reports its result.
  static let v2_16 = VersionChanges(
    version: .v2_16,
    changes: [
      VersionChange("The owner id of a contact is a string")
        .retypes("owner_id", in: "contact", downgrade: stringToInteger),
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
      VersionChange("Tagging reports its result and skips missing records")
        .adds("users", "companies", to: "tag_with_targets")
        .turnsOn(.skipsMissingTargets),
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
        .retypes("priority", in: "conversation", downgrade: legacyPriority)
        .turnsOn(.hasFivePriorities),
      VersionChange("The assignee id of an unassigned conversation is 0")
        .retypes("admin_assignee_id", in: "conversation", downgrade: zeroToNull)
        .retypes("team_assignee_id", in: "conversation", downgrade: zeroToNull),
      VersionChange("Conversations show more of their source")
        .adds("recipients", "reply_to", "email_message_metadata", to: "conversation_source")
        .retypes("type", in: "conversation_source", downgrade: unknownToNull),
      VersionChange("Conversations show their channel, the sales agent, monitors and scorecards")
        .adds(
          "channel", "sales_agent", "sales_agent_participated", "external_references", "monitor_evaluations",
          "scorecards", to: "conversation"),
      VersionChange("A conversation can have a brand")
        .adds("brand_id", to: "create_conversation_request"),
      VersionChange("Attributes of conversations are no longer data attributes")
        .turnsOn(.separatesConversationAttributes),
      VersionChange("The assignee ids of a ticket are numbers")
        .retypes("admin_assignee_id", in: "ticket", downgrade: integerToString)
        .retypes("team_assignee_id", in: "ticket", downgrade: integerToString),
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

  /// A string of digits as an integer; other values are unchanged.
  private static let stringToInteger: VersionChange.Retyping = { json in
    json.string.flatMap { Int64($0) }.map(JSON.integer) ?? json
  }

  /// An integer as a string; other values are unchanged.
  private static let integerToString: VersionChange.Retyping = { json in
    json.integer.map { .string(String($0)) } ?? json
  }

  static let legacyPriority: VersionChange.Retyping = { json in
    json == "none" ? "not_priority" : "priority"
  }

  /// The type of a source that no channel began is null before (recorded in 2.11).
  private static let unknownToNull: VersionChange.Retyping = { json in
    json == "unknown" ? .null : json
  }

  private static let zeroToNull: VersionChange.Retyping = { json in
    json == 0 ? .null : json
  }
}

/// The behaviours of 2.16.
extension Behaviour {
  /// A contact that was merged into another answers 410, with a link to that contact; before, 404.
  static let mergedContactsAreGone = Behaviour("merged contacts answer 410")
  /// Only contacts with the same e-mail address or phone number can be merged.
  static let mergesOnlyDuplicates = Behaviour("merges only duplicates")
  /// Tagging skips missing contacts and companies; before, it answered 404.
  static let skipsMissingTargets = Behaviour("tagging skips missing records")
  static let sendsWhatsApp = Behaviour("messages go by WhatsApp")
  /// Instances can be listed and filtered by their references. Without this behaviour the operation returns the one
  /// instance with the given external id.
  static let listsCustomObjects = Behaviour("custom objects are listed")
  /// The attributes of conversations are listed by their own operation.
  static let separatesConversationAttributes = Behaviour("conversation attributes stand apart")
  /// The priority of a conversation is one of five; before, `priority` or `not_priority`.
  static let hasFivePriorities = Behaviour("conversations have five priorities")
}

extension VersionChanges {
  /// Preview: changes that are not released yet.
  static let preview = VersionChanges(
    version: .preview,
    changes: [
      VersionChange("Contacts show a formatted phone number")
        .adds("formatted_phone", to: "contact"),
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
        .retypes("data_type", in: "data_attribute", downgrade: datetimeToDate),
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
      VersionChange("Attributes of reports are requested by their qualified ids only")
        .turnsOn(.requiresQualifiedAttributeIDs),
    ])

  /// `datetime` as `date`; other values are unchanged.
  private static let datetimeToDate: VersionChange.Retyping = { json in
    json == "datetime" ? "date" : json
  }
}

/// The behaviours of Preview.
extension Behaviour {
  /// The summary of a call has details.
  static let detailsCalls = Behaviour("parts show details of calls")
  static let sendsSMS = Behaviour("messages go by SMS")
  /// The earlier e-mail history is shown only with `include_email_history=true`.
  static let showsEmailHistoryOnRequest = Behaviour("shows the e-mail history on request")
  /// Reports on conversations include those without a contact's reply.
  static let reportsUnansweredConversations = Behaviour("reports hold conversations without a user's reply")
  /// Attributes of reports are requested by their qualified ids only.
  static let requiresQualifiedAttributeIDs = Behaviour("reports take qualified ids only")
}
