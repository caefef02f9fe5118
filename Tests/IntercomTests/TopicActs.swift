import API
import HTTPTypes
import JSON
import Store
@testable import Intercom

/// An act that causes each topic.
struct TopicAct: Sendable {
  /// Creates the record for the act; returns its id.
  var setUp: @Sendable (ServerFixture) -> String = { _ in "" }
  let perform: @Sendable (ServerFixture, String) -> Void

  private typealias Base = TopicsTests

  static let all: [String: TopicAct] = [people, contacts, content, conversations, conversationParts, tickets, others]
    .reduce(into: [:]) { all, acts in all.merge(acts) { first, _ in first } }

  private static let people: [String: TopicAct] = [
    "admin.added_to_workspace": TopicAct(perform: copy(collection: "admins", as: "1999")),
    "admin.removed_from_workspace": TopicAct(perform: remove(collection: "admins", id: "1009")),
    "admin.away_mode_updated": away,
    "admin.activity_log_event.created": away,
    "admin.logged_in": TopicAct(perform: logActivity("admin_login_success")),
    "admin.logged_out": TopicAct(perform: logActivity("admin_logout")),
    "company.created": TopicAct(perform: Base.request(.post, path: "/companies", body: ["company_id": "act"])),
    "company.updated": TopicAct(perform: Base.request(.put, path: "/companies/\(company)", body: ["name": "Act"])),
    "company.deleted": TopicAct(perform: Base.request(.delete, path: "/companies/65f1b00400000000000000b4")),
    "company.contact.attached": TopicAct(
      setUp: Base.createUser,
      perform: Base.request(.post, path: "/contacts/{}/companies", body: ["id": .string(company)])),
    "company.contact.detached": TopicAct(
      setUp: after(
        Base.createUser, Base.request(.post, path: "/contacts/{}/companies", body: ["id": .string(company)])),
      perform: Base.request(.delete, path: "/contacts/{}/companies/\(company)")),
    "visitor.signed_up": TopicAct(
      perform: Base.request(
        .post, path: "/visitors/convert",
        body: ["visitor": ["id": "65f1d00100000000000000d1"], "user": ["user_id": "act"], "type": "user"])),
    "event.created": TopicAct(
      setUp: Base.createUser,
      perform: Base.request(
        .post, path: "/events",
        body: ["event_name": "acted", "created_at": 1_717_000_000, "email": "topic@example.com"])),
  ]

  private static let company = "65f1b00100000000000000b1"

  private static let away = TopicAct(
    perform: Base.request(
      .put, path: "/admins/1001/away", body: ["away_mode_enabled": true, "away_mode_reassign": false]))

  private static let contacts: [String: TopicAct] = [
    "contact.user.created": TopicAct { fixture, _ in _ = Base.createUser(in: fixture) },
    "contact.lead.created": TopicAct { fixture, _ in _ = Base.createLead(in: fixture) },
    "contact.user.updated": changed(Base.createUser, to: ["name": "Act"]),
    "contact.lead.updated": changed(Base.createLead, to: ["name": "Act"]),
    "contact.lead.signed_up": changed(Base.createLead, to: ["role": "user"]),
    "contact.lead.added_email": changed(Base.createLead, to: ["email": "act@example.com"]),
    "contact.email.updated": changed(Base.createUser, to: ["email": "act@example.com"]),
    "contact.archived": TopicAct(setUp: Base.createUser, perform: Base.request(.post, path: "/contacts/{}/archive")),
    "contact.unarchived": TopicAct(
      setUp: after(Base.createUser, Base.request(.post, path: "/contacts/{}/archive")),
      perform: Base.request(.post, path: "/contacts/{}/unarchive")),
    "contact.deleted": TopicAct(setUp: Base.createUser, perform: Base.request(.delete, path: "/contacts/{}")),
    "contact.merged": TopicAct(setUp: Base.createLead) { fixture, id in
      let body: JSON = ["from": .string(id), "into": .string(Base.user), "skip_duplicate_validation": true]
      Base.update(collection: "contacts", id: id) { $0["phone"] = "+15550109999" }(fixture, "")
      Base.update(collection: "contacts", id: Base.user) { $0["phone"] = .null }(fixture, "")
      Base.request(.post, path: "/contacts/merge", body: body)(fixture, "")
    },
    "contact.subscribed": TopicAct(
      setUp: after(
        Base.createUser, Base.request(.put, path: "/contacts/{}", body: ["unsubscribed_from_emails": true])),
      perform: Base.request(.put, path: "/contacts/{}", body: ["unsubscribed_from_emails": false])),
    "contact.unsubscribed": changed(Base.createUser, to: ["unsubscribed_from_emails": true]),
    "contact.user.tag.created": tagged(Base.createUser), "contact.lead.tag.created": tagged(Base.createLead),
    "contact.user.tag.deleted": untagged(Base.createUser), "contact.lead.tag.deleted": untagged(Base.createLead),
    "granular.subscribe": subscribed(to: "4002", consent: "opt_in"),
    "granular.unsubscribe": subscribed(to: "4001", consent: "opt_out"),
  ]

  private static let content: [String: TopicAct] = [
    "article.created": TopicAct(
      perform: Base.request(.post, path: "/articles", body: ["title": "T", "author_id": 1001])),
    "article.updated": TopicAct(perform: Base.request(.put, path: "/articles/401", body: ["title": "T"])),
    "article.published": TopicAct(
      setUp: after({ _ in "401" }, Base.request(.put, path: "/articles/401", body: ["state": "draft"])),
      perform: Base.request(.put, path: "/articles/401", body: ["state": "published"])),
    "article.unpublished": TopicAct(perform: Base.request(.put, path: "/articles/401", body: ["state": "draft"])),
    "article.deleted": TopicAct(perform: Base.request(.delete, path: "/articles/401")),
    "content_snippet.created": TopicAct(perform: copy(collection: "content_snippets", as: "39999")),
    "content_snippet.updated": TopicAct(
      perform: Base.request(.put, path: "/content_snippets/39001", body: ["title": "T"])),
    "content_snippet.deleted": TopicAct(perform: remove(collection: "content_snippets", id: "39001")),
    "audience.created": TopicAct(perform: copy(collection: "audiences", as: "38999")),
    "audience.updated": TopicAct(perform: Base.update(collection: "audiences", id: "38001") { $0["name"] = "Act" }),
    "audience.deleted": TopicAct(perform: remove(collection: "audiences", id: "38002")),
    "audience.member_added": members([38001, 38002]), "audience.member_removed": members([]),
    "content_import_source.created": TopicAct(
      perform: Base.update(collection: "content_import_sources", id: "41001") { $0["id"] = 41999 }),
    "content_import_source.updated": TopicAct(
      perform: Base.update(collection: "content_import_sources", id: "41001") { $0["url"] = "https://act.example.com" }),
    "content_import_source.deleted": TopicAct(perform: remove(collection: "content_import_sources", id: "41001")),
  ].merging(statistics) { first, _ in first }

  /// A receipt of each kind of content.
  private static let statistics = Dictionary(
    uniqueKeysWithValues: Topics.all.map(\.name).filter { $0.hasPrefix("content_stat.") }.map { name in
      let kind = String(name.dropFirst("content_stat.".count))
      let act = TopicAct(
        perform: Base.update(collection: "receipts", id: "95001") { receipt in
          receipt["id"] = "95999"
          receipt["content_type"] = .string(kind)
        })
      return (name, act)
    })

  private static let conversations: [String: TopicAct] = [
    "conversation.user.created": TopicAct { fixture, _ in _ = Base.createConversation(in: fixture) },
    "conversation.admin.single.created": TopicAct(
      perform: Base.update(collection: "conversations", id: "1104") { copy in
        copy["id"] = "990001"
        guard var source = copy["source"].record else { return }
        (source["author_type"], source["author_id"]) = ("admin", "1001")
        copy["source"] = .record(source)
      }),
    "conversation.read": changedConversation(to: ["read": true]),
    "conversation.priority.updated": changedConversation(to: ["priority": "high", "admin_id": "1001"]),
    "conversation.company.updated": changedConversation(to: ["company_id": .string(company)]),
    "conversation.rating.added": TopicAct(
      setUp: Base.createConversation,
      perform: Base.update(collection: "conversations", id: "{}") { conversation in
        conversation["conversation_rating"] = .record(ConversationModels.rating.record(from: ["rating": 5]))
      }),
    "conversation.contact.attached": TopicAct(setUp: Base.createConversation, perform: attachContact),
    "conversation.contact.detached": TopicAct(
      setUp: after(Base.createConversation, attachContact),
      perform: Base.request(
        .delete, path: "/conversations/{}/customers/65f1a00200000000000000a2", body: ["admin_id": "1001"])),
    "conversation.deleted": TopicAct(
      setUp: Base.createConversation, perform: Base.request(.delete, path: "/conversations/{}")),
    "conversation.admin.unsnoozed": TopicAct(setUp: after(Base.createConversation, snooze)) { fixture, _ in
      fixture.advanceClock(bySeconds: 601)
    },
  ]

  private static let snooze = Base.addPart(body: [
    "message_type": "snoozed", "admin_id": "1001", "snoozed_until": 1_717_200_600,
  ])

  private static let attachContact = Base.request(
    .post, path: "/conversations/{}/customers",
    body: ["admin_id": "1001", "customer": ["intercom_user_id": "65f1a00200000000000000a2"]])

  private static let conversationParts: [String: TopicAct] = [
    "conversation.user.replied": replied([
      "message_type": "comment", "type": "user", "intercom_user_id": .string(Base.user), "body": "Yes",
    ]),
    "conversation.admin.replied": replied(adminComment),
    "conversation.operator.replied": replied(["message_type": "comment", "type": "bot", "body": "Beep"]),
    "conversation.admin.noted": replied(["message_type": "note", "type": "admin", "admin_id": "1001", "body": "Hm"]),
    "conversation.admin.assigned": managed(assignment), "conversation.admin.open.assigned": managed(assignment),
    "conversation.admin.closed": managed(close),
    "conversation.admin.snoozed": TopicAct(
      setUp: Base.createConversation, perform: snooze),
    "conversation.admin.opened": TopicAct(
      setUp: after(Base.createConversation, Base.addPart(body: close)),
      perform: Base.addPart(body: ["message_type": "open", "type": "admin", "admin_id": "1001"])),
    "conversation.admin.replied.translated": lastPart(translate),
    "conversation_part.tag.created": lastPart { $0["tag_ids"] = .strings(["3001"]) },
    "conversation_part.redacted": lastPart { $0["redacted"] = true },
  ]

  private static let adminComment: JSON = [
    "message_type": "comment", "type": "admin", "admin_id": "1001", "body": "Yes",
  ]
  private static let assignment: JSON = [
    "message_type": "assignment", "type": "admin", "admin_id": "1001", "assignee_id": "1002",
  ]
  private static let close: JSON = ["message_type": "close", "type": "admin", "admin_id": "1001"]

  private static let translate: @Sendable (inout Record) -> Void = { $0["translations"] = .json(["fr": "<p>Oui</p>"]) }

  private static let tickets: [String: TopicAct] = [
    "ticket.created": TopicAct { fixture, _ in _ = Base.createTicket(in: fixture) },
    "ticket.state.updated": changedTicket(to: ["ticket_state_id": "8270"]),
    "ticket.resolved": changedTicket(to: ["ticket_state_id": "8272"]),
    "ticket.closed": changedTicket(to: ["open": false, "admin_id": "1001"]),
    "ticket.admin.assigned": changedTicket(to: ["admin_id": "1001", "assignee_id": "1002"]),
    "ticket.team.assigned": changedTicket(to: ["admin_id": "1001", "assignee_id": "2001"]),
    "ticket.attribute.updated": changedTicket(to: ["ticket_attributes": ["_default_title_": "Act"]]),
    "ticket.contact.attached": TopicAct(
      setUp: Base.createTicket,
      perform: Base.update(collection: "tickets", id: "{}") { $0["contact_ids"] = .strings([Base.user, Base.lead]) }),
    "ticket.contact.detached": TopicAct(
      setUp: Base.createTicket,
      perform: Base.update(collection: "tickets", id: "{}") { $0["contact_ids"] = .strings([]) }),
    "ticket.note.created": repliedToTicket(["message_type": "note", "type": "admin", "admin_id": "1001", "body": "Hm"]),
    "ticket.admin.replied": repliedToTicket(adminComment),
    "ticket.contact.replied": repliedToTicket([
      "message_type": "comment", "type": "user", "intercom_user_id": .string(Base.user), "body": "Yes",
    ]),
    "ticket.admin.replied.translated": TopicAct(
      setUp: after(Base.createTicket, Base.request(.post, path: "/tickets/{}/reply", body: adminComment)),
      perform: { fixture, id in
        let part = TicketParts.parts(of: id, in: fixture.workspace).last
        Base.update(collection: "ticket_parts", id: part?.id ?? "", translate)(fixture, id)
      }),
    "ticket.rating.provided": TopicAct(
      setUp: Base.createTicket,
      perform: Base.update(collection: "tickets", id: "{}") { $0["rating"] = .json(["rating": 5]) }),
  ]

  private static let others: [String: TopicAct] = [
    "call.started": newCall, "call.ended": newCall, "call.transcription_available": newCall,
    "call.recording_available": newCall,
    "data_connector.execution.completed": TopicAct(
      perform: copy(collection: "data_connector_executions", as: "990999")),
    "job.completed": TopicAct(perform: copy(collection: "jobs", as: "4999")),
    "procedure.hitl_notification.created": TopicAct(
      perform: copy(collection: "procedure_runs", as: "0f6e5a10-0000-4c1d-9c1d-000000000999")),
    "api.request.completed": TopicAct(perform: Base.request(.get, path: "/tags")),
  ]

  private static let newCall = TopicAct(
    perform: Base.update(collection: "calls", id: "6001") { $0["id"] = "6999" })
}

/// Acts that several topics share.
extension TopicAct {
  typealias Step = @Sendable (ServerFixture, String) -> Void
  typealias SetUp = @Sendable (ServerFixture) -> String

  private static func after(_ create: @escaping SetUp, _ step: @escaping Step) -> SetUp {
    { fixture in
      let id = create(fixture)
      step(fixture, id)
      return id
    }
  }

  private static func copy(collection: String, as id: String) -> Step {
    TopicsTests.update(collection: collection, id: "") { $0["id"] = .string(id) }
  }

  private static func remove(collection: String, id: String) -> Step {
    { fixture, _ in
      fixture.workspace.collection(named: collection)?.remove(id: id)
      fixture.server.publishWrites(in: fixture.session, by: nil)
    }
  }

  private static func logActivity(_ type: String) -> Step {
    TopicsTests.update(collection: "activity_logs", id: "6513270e-269e-4d37-b2a7-4de452e6b438") { log in
      log["id"] = "6513270e-269e-4d37-b2a7-000000000999"
      log["activity_type"] = .string(type)
    }
  }

  private static func changed(_ setUp: @escaping SetUp, to body: JSON) -> TopicAct {
    TopicAct(setUp: setUp, perform: TopicsTests.request(.put, path: "/contacts/{}", body: body))
  }

  private static func tagged(_ setUp: @escaping SetUp) -> TopicAct {
    TopicAct(setUp: setUp, perform: TopicsTests.request(.post, path: "/contacts/{}/tags", body: ["id": "3001"]))
  }

  private static func untagged(_ setUp: @escaping SetUp) -> TopicAct {
    TopicAct(
      setUp: after(setUp, TopicsTests.request(.post, path: "/contacts/{}/tags", body: ["id": "3001"])),
      perform: TopicsTests.request(.delete, path: "/contacts/{}/tags/3001"))
  }

  private static func subscribed(to type: String, consent: String) -> TopicAct {
    TopicAct(
      setUp: TopicsTests.createUser,
      perform: TopicsTests.request(
        .post, path: "/contacts/{}/subscriptions", body: ["id": .string(type), "consent_type": .string(consent)]))
  }

  private static func members(_ audiences: [Int64]) -> TopicAct {
    TopicAct(
      perform: TopicsTests.request(
        .put, path: "/content_snippets/39001", body: ["audience_ids": .array(audiences.map(JSON.integer))]))
  }

  private static func changedConversation(to body: JSON) -> TopicAct {
    TopicAct(
      setUp: TopicsTests.createConversation,
      perform: TopicsTests.request(.put, path: "/conversations/{}", body: body))
  }

  private static func replied(_ body: JSON) -> TopicAct {
    TopicAct(setUp: TopicsTests.createConversation, perform: TopicsTests.reply(body: body))
  }

  private static func managed(_ body: JSON) -> TopicAct {
    TopicAct(setUp: TopicsTests.createConversation, perform: TopicsTests.addPart(body: body))
  }

  /// Changes the last part of a conversation that an admin answered.
  private static func lastPart(_ change: @escaping @Sendable (inout Record) -> Void) -> TopicAct {
    TopicAct(setUp: after(TopicsTests.createConversation, TopicsTests.reply(body: adminComment))) { fixture, id in
      let part = ConversationParts.parts(of: id, in: fixture.workspace).last
      TopicsTests.update(collection: "conversation_parts", id: part?.id ?? "", change)(fixture, id)
    }
  }

  private static func changedTicket(to body: JSON) -> TopicAct {
    TopicAct(setUp: TopicsTests.createTicket, perform: TopicsTests.request(.put, path: "/tickets/{}", body: body))
  }

  private static func repliedToTicket(_ body: JSON) -> TopicAct {
    TopicAct(
      setUp: TopicsTests.createTicket, perform: TopicsTests.request(.post, path: "/tickets/{}/reply", body: body))
  }
}
