import API
import JSON
import Store

/// The webhook topics, and the change in the store that each reports (Documentation.docc/Webhooks.md, "Items" and
/// "Topic names").
enum Topics {
  static let all =
    admins + articles + calls + companies + contacts + conversationsWithoutTickets + tickets + others

  /// Writes to the conversation of a ticket have no topics of conversations
  /// (Documentation.docc/Conversations-and-Tickets.md, "Tickets as conversations").
  private static let conversationsWithoutTickets = (conversations + conversationParts).map {
    $0.excluding(isOfTicket)
  }

  static let admins: [Topic] = [
    Topic(name: "admin.added_to_workspace", on: "admins", when: \.isCreation, shows: admin),
    Topic(name: "admin.removed_from_workspace", on: "admins", when: \.isRemoval, shows: admin),
    Topic(name: "admin.away_mode_updated", on: "admins", when: changesAwayMode, shows: admin),
    Topic(
      name: "admin.activity_log_event.created", on: "activity_logs", when: \.isCreation, shows: activityLog,
      available: .since(.v2_10)),
    Topic(
      name: "admin.logged_in", on: "activity_logs", when: isActivity(ofType: "admin_login_success"),
      shows: activityAdmin),
    Topic(
      name: "admin.logged_out", on: "activity_logs", when: isActivity(ofType: "admin_logout"), shows: activityAdmin),
  ]

  static let articles: [Topic] = [
    Topic(name: "article.created", on: "articles", when: \.isCreation, shows: article),
    Topic(name: "article.updated", on: "articles", when: \.isUpdate, shows: article),
    Topic(name: "article.published", on: "articles", when: changed("state", to: "published"), shows: article),
    Topic(name: "article.unpublished", on: "articles", when: changed("state", from: "published"), shows: article),
    Topic(name: "article.deleted", on: "articles", when: \.isRemoval, shows: article),
  ]

  static let calls: [Topic] = [
    Topic(name: "call.started", on: "calls", when: \.isCreation, shows: { $0.render() }),
    Topic(name: "call.ended", on: "calls", when: wasSet("ended_at"), shows: { $0.render() }),
    Topic(name: "call.transcription_available", on: "calls", when: wasSet("transcript"), shows: { $0.render() }),
    Topic(name: "call.recording_available", on: "calls", when: wasSet("recording_location"), shows: { $0.render() }),
  ]

  static let companies: [Topic] = [
    Topic(name: "company.created", on: "companies", when: \.isCreation, shows: company),
    Topic(name: "company.updated", on: "companies", when: \.isUpdate, shows: company),
    Topic(name: "company.deleted", on: "companies", when: \.isRemoval, shows: deleted(type: "company")),
    Topic(
      name: "company.contact.attached", on: "contacts",
      each: { companies(for: $0, ids: $0.addedIDs(in: "company_ids")) }),
    Topic(
      name: "company.contact.detached", on: "contacts",
      each: { companies(for: $0, ids: $0.removedIDs(in: "company_ids")) }),
  ]

  static let contacts: [Topic] = [
    Topic(name: "contact.user.created", on: "contacts", when: isNewContact(role: "user"), shows: contact),
    Topic(name: "contact.lead.created", on: "contacts", when: isNewContact(role: "lead"), shows: contact),
    Topic(name: "contact.user.updated", on: "contacts", when: isEditedContact(role: "user"), shows: contact),
    Topic(name: "contact.lead.updated", on: "contacts", when: isEditedContact(role: "lead"), shows: contact),
    Topic(name: "contact.lead.signed_up", on: "contacts", when: signsUp, shows: contact),
    Topic(name: "contact.lead.added_email", on: "contacts", when: addsEmail, shows: contact),
    Topic(name: "contact.email.updated", on: "contacts", when: { $0.changes("email") }, shows: contact),
    Topic(name: "contact.archived", on: "contacts", when: changed("archived", to: true), shows: archivedContact),
    Topic(name: "contact.unarchived", on: "contacts", when: changed("archived", from: true), shows: contact)
      .alsoNamed("contact.unarchive"),
    Topic(name: "contact.deleted", on: "contacts", when: isDeletedContact, shows: deletedContact),
    Topic(name: "contact.merged", on: "merges", when: \.isCreation, shows: mergedContact),
    Topic(
      name: "contact.subscribed", on: "contacts", when: changed("unsubscribed_from_emails", from: true),
      shows: subscriber("contact_subscribe")),
    Topic(
      name: "contact.unsubscribed", on: "contacts", when: changed("unsubscribed_from_emails", to: true),
      shows: subscriber("contact_unsubscribe")),
    Topic(
      name: "contact.user.tag.created", on: "taggings", when: isContactTagging(role: "user", when: \.isCreation),
      shows: contactTag),
    Topic(
      name: "contact.lead.tag.created", on: "taggings", when: isContactTagging(role: "lead", when: \.isCreation),
      shows: contactTag),
    Topic(
      name: "contact.user.tag.deleted", on: "taggings", when: isContactTagging(role: "user", when: \.isRemoval),
      shows: contactTag),
    Topic(
      name: "contact.lead.tag.deleted", on: "taggings", when: isContactTagging(role: "lead", when: \.isRemoval),
      shows: contactTag),
    Topic(
      name: "granular.subscribe", on: "subscriptions", when: changed("consent_type", to: "opt_in"),
      shows: subscriptionChoice),
    Topic(
      name: "granular.unsubscribe", on: "subscriptions", when: changed("consent_type", to: "opt_out"),
      shows: subscriptionChoice),
    Topic(name: "visitor.signed_up", on: "visitors", when: visitorSignsUp, shows: signedUpVisitor),
    Topic(name: "event.created", on: "events", when: \.isCreation, shows: { $0.render() }),
  ]

  static let conversations: [Topic] = [
    Topic(
      name: "conversation.user.created", on: "conversations", when: isNewConversation(by: \.isContact),
      shows: newConversation),
    Topic(
      name: "conversation.admin.single.created", on: "conversations", when: isNewConversation { $0.type == "admin" },
      shows: newConversation),
    Topic(name: "conversation.read", on: "conversations", when: isRead, shows: readConversation),
    Topic(
      name: "conversation.priority.updated", on: "conversations", when: { $0.changes("priority") },
      shows: conversation(withNewParts: ["priority_changed"])),
    Topic(
      name: "conversation.rating.added", on: "conversations",
      when: { $0.changes("conversation_rating") && $0.after?["conversation_rating"].record != nil },
      shows: newConversation),
    Topic(
      name: "conversation.admin.unsnoozed", on: "conversations", when: isUnsnoozed,
      shows: conversation(withNewParts: ["timer_unsnooze", "open"])),
    Topic(
      name: "conversation.company.updated", on: "conversations", when: { $0.changes("company_id") },
      shows: newConversation, available: .since(.v2_15)),
    Topic(
      name: "conversation.contact.attached", on: "conversations",
      each: {
        $0.isCreation ? [] : participants(for: $0, ids: $0.addedIDs(in: "contact_ids"), partType: "participant_added")
      }),
    Topic(
      name: "conversation.contact.detached", on: "conversations",
      each: { participants(for: $0, ids: $0.removedIDs(in: "contact_ids"), partType: "participant_removed") }),
    Topic(name: "conversation.deleted", on: "deleted_conversations", when: \.isCreation, shows: deletedConversation),
  ]

  static let conversationParts: [Topic] = [
    partTopic("conversation.user.replied", types: ["comment", "quick_reply", "open"], by: \.isContact),
    partTopic("conversation.admin.replied", types: ["comment", "quick_reply"]),
    partTopic("conversation.admin.noted", types: ["note"]),
    partTopic("conversation.admin.assigned", types: ["assignment"]),
    Topic(
      name: "conversation.admin.open.assigned", on: "conversation_parts", when: isOpenAssignment,
      shows: conversationOfPart),
    partTopic("conversation.admin.opened", types: ["open"]),
    partTopic("conversation.admin.closed", types: ["close"]) { $0.type == "admin" || $0.type == "bot" },
    partTopic("conversation.admin.snoozed", types: ["snoozed"]),
    partTopic("conversation.operator.replied", types: ["comment", "quick_reply", "channel_and_reply_time_expectation"])
    {
      $0.type == "bot"
    },
    Topic(
      name: "conversation.admin.replied.translated", on: "conversation_parts", when: isTranslatedReply,
      shows: conversationOfPart, available: .since(.v2_16)),
    Topic(name: "conversation_part.tag.created", on: "conversation_parts", when: isTagged, shows: conversationOfPart),
    Topic(name: "conversation_part.redacted", on: "conversation_parts", when: isRedacted, shows: conversationOfPart),
  ]

  static let tickets: [Topic] = [
    ticketTopic("ticket.created", when: \.isCreation, shows: ticket),
    ticketTopic(
      "ticket.state.updated", when: { $0.changes("ticket_state_id") }, partTypes: ["ticket_state_updated_by_admin"]),
    ticketTopic("ticket.resolved", when: isResolved, shows: ticket, since: .v2_15),
    ticketTopic("ticket.closed", when: isClosed, shows: closedTicket),
    ticketTopic("ticket.admin.assigned", when: isAssigned(field: "admin_assignee_id"), partTypes: assignmentPartTypes),
    ticketTopic("ticket.team.assigned", when: isAssigned(field: "team_assignee_id"), partTypes: assignmentPartTypes),
    ticketTopic("ticket.attribute.updated", when: { $0.changes("ticket_attributes") }, partTypes: attributePartTypes),
    Topic(
      name: "ticket.contact.attached", on: "tickets", available: .since(.v2_9),
      each: { $0.isCreation ? [] : ticketContacts(for: $0, ids: $0.addedIDs(in: "contact_ids")) }),
    Topic(
      name: "ticket.contact.detached", on: "tickets", available: .since(.v2_9),
      each: { ticketContacts(for: $0, ids: $0.removedIDs(in: "contact_ids")) }),
    ticketPartTopic("ticket.note.created", when: isNewPart(ofTypes: ["note"]) { !$0.isContact }),
    ticketPartTopic(
      "ticket.admin.replied", when: isNewPart(ofTypes: ["comment", "quick_reply"]) { $0.type == "admin" }),
    ticketPartTopic(
      "ticket.contact.replied", when: isNewPart(ofTypes: ["comment", "quick_reply", "open"], by: \.isContact)),
    ticketPartTopic("ticket.admin.replied.translated", when: isTranslatedReply, since: .v2_16),
    ticketTopic("ticket.rating.provided", when: isRated, shows: ratedTicket),
  ]

  static let others: [Topic] =
    [
      Topic(
        name: "content_snippet.created", on: "content_snippets", when: \.isCreation, shows: { $0.render() },
        available: .since(.v2_16)),
      Topic(
        name: "content_snippet.updated", on: "content_snippets", when: \.isUpdate, shows: { $0.render() },
        available: .since(.v2_16)),
      Topic(
        name: "content_snippet.deleted", on: "content_snippets", when: \.isRemoval,
        shows: deleted(type: "content_snippet"), available: .since(.v2_16)),
      Topic(
        name: "audience.created", on: "audiences", when: \.isCreation, shows: { $0.render() },
        available: .since(.preview)),
      Topic(
        name: "audience.updated", on: "audiences", when: \.isUpdate, shows: { $0.render() }, available: .since(.preview)
      ),
      Topic(
        name: "audience.deleted", on: "audiences", when: \.isRemoval, shows: deleted(type: "audience"),
        available: .since(.preview)),
      Topic(name: "audience.member_added", onAnyOf: audienceContents, available: .since(.preview)) {
        memberships(for: $0, added: true)
      },
      Topic(name: "audience.member_removed", onAnyOf: audienceContents, available: .since(.preview)) {
        memberships(for: $0, added: false)
      },
      Topic(
        name: "content_import_source.created", on: "content_import_sources", when: \.isCreation, shows: { $0.render() },
        available: .since(.preview)),
      Topic(
        name: "content_import_source.updated", on: "content_import_sources", when: \.isUpdate, shows: { $0.render() },
        available: .since(.preview)),
      Topic(
        name: "content_import_source.deleted", on: "content_import_sources", when: \.isRemoval,
        shows: deleted(type: "content_import_source"), available: .since(.preview)),
      Topic(
        name: "data_connector.execution.completed", on: "data_connector_executions", when: \.isCreation,
        shows: connectorExecution, available: .since(.v2_16)),
      Topic(name: "job.completed", on: "jobs", when: isJobFinished, shows: { $0.render() }),
      Topic(
        name: "procedure.hitl_notification.created", on: "procedure_runs", when: \.isCreation, shows: agentInputRequest,
        available: .since(.preview)),
      // Recorded with an app of 2.14 or 2.15; the page of topics lists it from 2.15 on.
      Topic(name: "api.request.completed", ofRequests: completedRequest, available: .since(.v2_14)),
    ]
    + contentStatisticKinds.map { kind in
      Topic(name: "content_stat.\(kind)", on: "receipts") { contentStatistics(for: $0, kind: kind) }
    }

  private static let contentStatisticKinds = [
    "banner", "carousel", "chat", "checklist", "custom_bot", "email", "news_item", "post", "push", "series",
    "series.webhook", "sms", "survey", "tooltip_group", "tour",
  ]

  // MARK: Parts

  private static func partTopic(
    _ topic: String, types: [String], by test: @escaping @Sendable (Author) -> Bool = { $0.type == "admin" }
  ) -> Topic {
    Topic(name: topic, on: "conversation_parts", when: isNewPart(ofTypes: types, by: test), shows: conversationOfPart)
  }

  /// A topic of writes to tickets, with one notification for each write.
  private static func ticketTopic(
    _ topic: String, when test: @escaping Topic.Test, shows item: @escaping Topic.Item,
    since version: APIVersion = .v2_9
  ) -> Topic {
    Topic(name: topic, on: "tickets", when: test, shows: item, available: .since(version))
  }

  /// A topic of writes to tickets, with one notification for each part of these types that the write added.
  private static func ticketTopic(
    _ topic: String, when test: @escaping Topic.Test, partTypes: Set<String>
  ) -> Topic {
    Topic(name: topic, on: "tickets", available: .since(.v2_9)) { notice in
      test(notice) ? ticketItems(for: notice, partTypes: partTypes) : []
    }
  }

  private static func ticketPartTopic(
    _ topic: String, when test: @escaping Topic.Test, since version: APIVersion = .v2_9
  ) -> Topic {
    Topic(name: topic, on: "ticket_parts", when: test, shows: ticketOfPart, available: .since(version))
  }
}
