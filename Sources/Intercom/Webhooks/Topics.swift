import API
import JSON
import Store

/// Which change in the store is which webhook topic (webhooks.md, 5 and 6).
enum Topics {
  static let all =
    admins + articles + calls + companies + contacts + conversations + conversationParts + tickets + others

  static let admins: [Topic] = [
    Topic("admin.added_to_workspace", on: "admins", when: \.isCreation, shows: admin),
    Topic("admin.removed_from_workspace", on: "admins", when: \.isRemoval, shows: admin),
    Topic("admin.away_mode_updated", on: "admins", when: changesAwayMode, shows: admin),
    Topic("admin.activity_log_event.created", on: "activity_logs", when: \.isCreation, shows: { $0.render() }),
    Topic("admin.logged_in", on: "activity_logs", when: isActivity("admin_login_success"), shows: performer),
    Topic("admin.logged_out", on: "activity_logs", when: isActivity("admin_logout"), shows: performer),
  ]

  static let articles: [Topic] = [
    Topic("article.created", on: "articles", when: \.isCreation, shows: { $0.render() }),
    Topic("article.updated", on: "articles", when: \.isUpdate, shows: { $0.render() }),
    Topic("article.published", on: "articles", when: became("state", "published"), shows: { $0.render() }),
    Topic("article.unpublished", on: "articles", when: ceased("state", "published"), shows: { $0.render() }),
    Topic("article.deleted", on: "articles", when: \.isRemoval, shows: deleted("article")),
  ]

  static let calls: [Topic] = [
    Topic("call.started", on: "calls", when: \.isCreation, shows: { $0.render() }),
    Topic("call.ended", on: "calls", when: got("ended_at"), shows: { $0.render() }),
    Topic("call.transcription_available", on: "calls", when: got("transcript"), shows: { $0.render() }),
    Topic("call.recording_available", on: "calls", when: got("recording_location"), shows: { $0.render() }),
  ]

  static let companies: [Topic] = [
    Topic("company.created", on: "companies", when: \.isCreation, shows: company),
    Topic("company.updated", on: "companies", when: \.isUpdate, shows: company),
    Topic("company.deleted", on: "companies", when: \.isRemoval, shows: deleted("company")),
    Topic("company.contact.attached", on: "contacts", each: { companies($0, $0.gained("company_ids")) }),
    Topic("company.contact.detached", on: "contacts", each: { companies($0, $0.lost("company_ids")) }),
  ]

  static let contacts: [Topic] = [
    Topic("contact.user.created", on: "contacts", when: isNew("user"), shows: contact),
    Topic("contact.lead.created", on: "contacts", when: isNew("lead"), shows: contact),
    Topic("contact.user.updated", on: "contacts", when: isEdited("user"), shows: contact),
    Topic("contact.lead.updated", on: "contacts", when: isEdited("lead"), shows: contact),
    Topic("contact.lead.signed_up", on: "contacts", when: signsUp, shows: contact),
    Topic("contact.lead.added_email", on: "contacts", when: addsEmail, shows: contact),
    Topic("contact.email.updated", on: "contacts", when: { $0.changes("email") }, shows: contact),
    Topic("contact.archived", on: "contacts", when: became("archived", true), shows: contact),
    Topic("contact.unarchive", on: "contacts", when: ceased("archived", true), shows: contact),
    Topic("contact.deleted", on: "contacts", when: isDeleted, shows: deletedContact),
    Topic("contact.merged", on: "merges", when: \.isCreation, shows: merged),
    Topic("contact.subscribed", on: "contacts", when: ceased("unsubscribed_from_emails", true), shows: subscriber),
    Topic("contact.unsubscribed", on: "contacts", when: became("unsubscribed_from_emails", true), shows: subscriber),
    Topic("contact.user.tag.created", on: "taggings", when: tags("user", \.isCreation), shows: contactTag),
    Topic("contact.lead.tag.created", on: "taggings", when: tags("lead", \.isCreation), shows: contactTag),
    Topic("contact.user.tag.deleted", on: "taggings", when: tags("user", \.isRemoval), shows: contactTag),
    Topic("contact.lead.tag.deleted", on: "taggings", when: tags("lead", \.isRemoval), shows: contactTag),
    Topic("granular.subscribe", on: "subscriptions", when: became("consent_type", "opt_in"), shows: choice),
    Topic("granular.unsubscribe", on: "subscriptions", when: became("consent_type", "opt_out"), shows: choice),
    Topic("visitor.signed_up", on: "visitors", when: visitorSignsUp, shows: signedUpVisitor),
    Topic("event.created", on: "events", when: \.isCreation, shows: { $0.render() }),
  ]

  static let conversations: [Topic] = [
    Topic("conversation.user.created", on: "conversations", when: begun(\.isContact), shows: newConversation),
    Topic(
      "conversation.admin.single.created", on: "conversations", when: begun { $0.type == "admin" },
      shows: newConversation),
    Topic("conversation.read", on: "conversations", when: isRead, shows: conversation),
    Topic(
      "conversation.priority.updated", on: "conversations", when: { $0.changes("priority") }, shows: conversation),
    Topic(
      "conversation.rating.added", on: "conversations",
      when: { $0.changes("conversation_rating") && $0.after?["conversation_rating"].record != nil },
      shows: conversation),
    Topic("conversation.admin.unsnoozed", on: "conversations", when: isUnsnoozed, shows: conversation),
    Topic(
      "conversation.company.updated", on: "conversations", when: { $0.changes("company_id") }, shows: conversation),
    Topic(
      "conversation.contact.attached", on: "conversations",
      each: { $0.isCreation ? [] : participants($0, $0.gained("contact_ids")) }),
    Topic("conversation.contact.detached", on: "conversations", each: { participants($0, $0.lost("contact_ids")) }),
    Topic("conversation.deleted", on: "deleted_conversations", when: \.isCreation, shows: deletedConversation),
  ]

  static let conversationParts: [Topic] = [
    part("conversation.user.replied", ["comment", "quick_reply", "open"], by: \.isContact),
    part("conversation.admin.replied", ["comment", "quick_reply"]),
    part("conversation.admin.noted", ["note"]),
    part("conversation.admin.assigned", ["assignment"]),
    part("conversation.admin.open.assigned", ["assign_and_reopen"]),
    part("conversation.admin.opened", ["open"]),
    part("conversation.admin.closed", ["close"]) { $0.type == "admin" || $0.type == "bot" },
    part("conversation.admin.snoozed", ["snoozed"]),
    part("conversation.operator.replied", ["comment", "quick_reply"]) { $0.type == "bot" },
    Topic("conversation_part.tag.created", on: "conversation_parts", when: isTagged, shows: conversationOfPart),
    Topic("conversation_part.redacted", on: "conversation_parts", when: isRedacted, shows: conversationOfPart),
  ]

  static let tickets: [Topic] = [
    Topic("ticket.created", on: "tickets", when: \.isCreation, shows: ticket),
    Topic("ticket.state.updated", on: "tickets", when: { $0.changes("ticket_state_id") }, shows: ticket),
    Topic("ticket.resolved", on: "tickets", when: isResolved, shows: ticket),
    Topic("ticket.closed", on: "tickets", when: became("open", false), shows: nestedTicket, .since(.v2_15)),
    Topic("ticket.admin.assigned", on: "tickets", when: isAssigned("admin_assignee_id"), shows: ticket),
    Topic("ticket.team.assigned", on: "tickets", when: isAssigned("team_assignee_id"), shows: ticket),
    Topic("ticket.attribute.updated", on: "tickets", when: { $0.changes("ticket_attributes") }, shows: ticket),
    Topic(
      "ticket.contact.attached", on: "tickets",
      when: { !$0.isCreation && !$0.gained("contact_ids").isEmpty }, shows: ticket),
    Topic("ticket.contact.detached", on: "tickets", when: { !$0.lost("contact_ids").isEmpty }, shows: ticket),
    ticketPart("ticket.note.created", ["note"]) { !$0.isContact },
    ticketPart("ticket.admin.replied", ["comment", "quick_reply"]) { $0.type == "admin" },
    ticketPart("ticket.contact.replied", ["comment", "quick_reply"], by: \.isContact),
    Topic("ticket.rating.provided", on: "tickets", when: isRated, shows: ratedTicket),
  ]

  static let others: [Topic] =
    [
      Topic("content_snippet.created", on: "content_snippets", when: \.isCreation, shows: { $0.render() }),
      Topic("content_snippet.updated", on: "content_snippets", when: \.isUpdate, shows: { $0.render() }),
      Topic("content_snippet.deleted", on: "content_snippets", when: \.isRemoval, shows: deleted("content_snippet")),
      Topic("audience.created", on: "audiences", when: \.isCreation, shows: { $0.render() }, .since(.preview)),
      Topic("audience.updated", on: "audiences", when: \.isUpdate, shows: { $0.render() }, .since(.preview)),
      Topic("audience.deleted", on: "audiences", when: \.isRemoval, shows: deleted("audience"), .since(.preview)),
      Topic("audience.member_added", onAnyOf: audienceContents, .since(.preview)) { memberships($0, added: true) },
      Topic("audience.member_removed", onAnyOf: audienceContents, .since(.preview)) { memberships($0, added: false) },
      Topic(
        "content_import_source.created", on: "content_import_sources", when: \.isCreation, shows: { $0.render() },
        .since(.preview)),
      Topic(
        "content_import_source.updated", on: "content_import_sources", when: \.isUpdate, shows: { $0.render() },
        .since(.preview)),
      Topic(
        "content_import_source.deleted", on: "content_import_sources", when: \.isRemoval,
        shows: deleted("content_import_source"), .since(.preview)),
      Topic(
        "data_connector.execution.completed", on: "data_connector_executions", when: \.isCreation, shows: execution),
      Topic("job.completed", on: "jobs", when: isDone, shows: { $0.render() }),
      Topic(
        "procedure.hitl_notification.created", on: "procedure_runs", when: \.isCreation, shows: agentInput,
        .since(.preview)),
      Topic("api.request.completed", ofRequests: request),
    ]
    + contentStatistics.map { kind in
      Topic("content_stat.\(kind)", on: "receipts") { contentStatistics($0, kind) }
    }

  private static let contentStatistics = [
    "banner", "carousel", "chat", "checklist", "custom_bot", "email", "news_item", "post", "push", "series",
    "series.webhook", "sms", "survey", "tooltip_group", "tour",
  ]

  // MARK: Parts

  private static func part(
    _ topic: String, _ types: [String], by test: @escaping @Sendable (Author) -> Bool = { $0.type == "admin" }
  ) -> Topic {
    Topic(topic, on: "conversation_parts", when: isNewPart(types, test), shows: conversationOfPart)
  }

  private static func ticketPart(
    _ topic: String, _ types: [String], by test: @escaping @Sendable (Author) -> Bool
  ) -> Topic {
    Topic(topic, on: "ticket_parts", when: isNewPart(types, test), shows: ticketOfPart)
  }
}
