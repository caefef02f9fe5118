import API
import JSON
import Store

/// Conversations: what contacts, admins and bots write to each other (state-machine.md, 5).
enum Conversations: Resource {
  static let operations: [Operation] = [
    .get("/conversations", "listConversations", list),
    .post("/conversations", "createConversation", takes: "create_conversation_request", create),
    .post("/conversations/search", "searchConversations", search),
    .get("/conversations/deleted", "listDeletedConversationIds", DeletedConversations.list, .since(.v2_16)),
    .post("/conversations/redact", "redactConversation", redact),
    .get("/conversations/{id}", "retrieveConversation", retrieve),
    .put("/conversations/{id}", "updateConversation", takes: "update_conversation_request", update),
    .delete("/conversations/{id}", "deleteConversation", delete, .since(.v2_13)),
    .post("/conversations/{id}/reply", "replyConversation", takes: "reply_conversation_request", reply),
    .post("/conversations/{id}/parts", "manageConversation", manage),
    .post("/conversations/{id}/run_assignment_rules", "autoAssignConversation", runRules, .through(.v2_11)),
    .post("/conversations/{id}/customers", "attachContactToConversation", attachContact),
    .delete("/conversations/{id}/customers/{contact_id}", "detachContactFromConversation", detachContact),
    .post("/conversations/{id}/merge", "mergeConversation", merge, .since(.v2_16)),
    .get("/conversations/{id}/handling_events", "listHandlingEvents", HandlingEvents.list, .since(.v2_15)),
    .get("/conversations/{id}/side_conversations", "listSideConversations", SideConversations.list, .since(.v2_16)),
    .put(
      "/conversations/{id}/conversation_parts/{part_id}", "updateConversationPart", ConversationParts.update,
      .since(.preview)),
    .post("/conversations/{id}/tags", "attachTagToConversation", attachTag),
    .delete("/conversations/{id}/tags/{tag_id}", "detachTagFromConversation", detachTag),
  ]

  static let model = Model(
    "conversation", collection: "conversations", ids: .sequence(from: 1), sequence: "conversation",
    references: [
      Reference("contact_ids", to: "contacts"), Reference("teammate_ids", to: "admins"),
      Reference("company_id", to: "companies"), Reference("brand_id", to: "brands"),
    ],
    indexes: [sourceAuthors], orders: [snoozes], fields)

  static let models = [
    ConversationParts.model, DeletedConversations.model, HandlingEvents.model, SideConversations.model,
  ]

  /// Newest change first. Unknown: the order of the real list.
  static let listing = Listing.cursor(
    type: "conversation.list", key: "conversations", perPage: 20, order: ListOrder("updated_at", descending: true),
    members: [.type, .pages, .total, .items])

  static let searching = Searching(searchFields, exactTimes: true)

  static let agenda = [Agenda.Entry(model.schema, order: "snoozed_until", wake)]

  // MARK: Behaviour

  static func retrieve(_ call: Call) throws -> Reply {
    answer(try call.find(model), call)
  }

  /// Takes everything out that hangs on it; the id stays in the list of deleted ones.
  static func delete(_ call: Call) throws -> Reply {
    let conversation = try call.find(model)
    DeletedConversations.record(conversation.id, call)
    remove(conversation, call)
    return .ok(.json(["id": .string(conversation.id), "object": "conversation", "deleted": true]))
  }

  static func remove(_ conversation: Record, _ call: Call) {
    for owned in [
      ConversationParts.model, HandlingEvents.model, SideConversations.model, FinConversations.model, Procedures.runs,
    ] {
      for record in call.workspace[owned].records(in: "conversation_id", under: conversation.id) {
        call.workspace[owned].remove(record.id)
      }
    }
    Taggings.removeAll(from: conversation.id, as: "conversation", call)
    Links.forget(conversation: conversation.id, call)
    TicketLinks.removeAll(to: conversation, call)
    call.workspace[model].remove(conversation.id)
  }

  // MARK: Shared

  /// The conversation as the call wants to see it: HTML, or plain text with `display_as=plaintext`.
  static func answer(_ conversation: Record, _ call: Call) -> Reply {
    guard showsPlainText(call), var source = conversation["source"].record else { return .ok(conversation) }
    var shown = conversation
    for name in ["body", "subject"] { source[name] = .string(source[name].string.map(PlainText.of)) }
    shown["source"] = .record(source)
    return .ok(shown)
  }

  static func showsPlainText(_ call: Call) -> Bool {
    call.query("display_as") == "plaintext"
  }
}
