import API
import JSON

extension VersionChanges {
  /// 2.16: owners are texts, merged contacts are gone, tagging reports.
  static let v2_16 = VersionChanges(
    version: .v2_16,
    changes: [
      VersionChange("A contact's owner is a text")
        .retypes("owner_id", in: "contact", back: Retype.integer),
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
        .retypes("priority", in: "conversation", back: EventDetails.oldPriority),
      VersionChange("Nobody is 0")
        .retypes("admin_assignee_id", in: "conversation", back: EventDetails.nullForZero)
        .retypes("team_assignee_id", in: "conversation", back: EventDetails.nullForZero),
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
        .retypes("admin_assignee_id", in: "ticket", back: Retype.string)
        .retypes("team_assignee_id", in: "ticket", back: Retype.string),
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
