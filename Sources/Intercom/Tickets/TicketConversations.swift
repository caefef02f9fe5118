import API
import JSON
import Store

/// The conversation of a ticket: a record in each of the two collections, with the same id
/// (Documentation.docc/Conversations-and-Tickets.md, "Tickets as conversations").
///
/// Members that both records have are kept equal by derivations. The parts of a ticket are ticket parts; its conversation
/// shows them. Everything else is stored in one of the two records only.
enum TicketConversations {
  static let derivations = [
    Derivation(from: "tickets", repair: repair, apply: updateConversation),
    Derivation(from: "ticket_parts", apply: countPart),
    Derivation(from: "conversations", apply: updateTicket), Derivation(from: "taggings", apply: moveTagging),
  ]

  /// The members that both records have under the same name, with the same meaning.
  private static let commonMembers = ["contact_ids", "admin_assignee_id", "team_assignee_id", "updated_at"]

  static func isTicket(_ conversation: Record) -> Bool {
    conversation["is_ticket"] == true
  }

  /// The ticket that a conversation is; nil for other conversations.
  static func ticket(of conversation: Record, in workspace: Workspace) -> Record? {
    isTicket(conversation) ? workspace[Tickets.model][conversation.id] : nil
  }

  /// The conversation that a ticket is. A derivation creates it; without one, the answer is the generic 404.
  static func conversation(of ticket: Record, in call: Call) throws -> Record {
    guard let conversation = call.workspace[Conversations.model][ticket.id] else { throw APIError.resourceNotFound }
    return conversation
  }

  /// The state that a ticket has as a conversation.
  static func state(of ticket: Record) -> Value {
    guard ticket["open"] == true else { return "closed" }
    return ticket["snoozed_until"].isEmpty ? "open" : "snoozed"
  }

  /// Deletes a ticket together with its conversation.
  static func delete(_ id: String, in call: Call) {
    if let conversation = call.workspace[Conversations.model][id] { call.delete(conversation, of: Conversations.model) }
    if let ticket = call.workspace[Tickets.model][id] { call.delete(ticket, of: Tickets.model) }
  }

  // MARK: Derivations

  /// Creates or updates the conversation after a write to the ticket. Links change on this side only.
  private static func updateConversation(for ticket: Record, in workspace: Workspace) {
    let conversations = workspace[Conversations.model]
    let known = conversations[ticket.id]
    var conversation = known ?? makeConversation(for: ticket, in: workspace)
    let isNew = known.map { !isTicket($0) } ?? true
    conversation["is_ticket"] = true
    var isChanged = isNew
    for name in commonMembers + ["created_at", "linked_ids"] {
      isChanged = assign(ticket[name], to: name, of: &conversation) || isChanged
    }
    let state = state(of: ticket)
    isChanged = assign(state, to: "state", of: &conversation) || isChanged
    let snooze = state == "snoozed" ? ticket["snoozed_until"] : .null
    isChanged = assign(snooze, to: "snoozed_until", of: &conversation) || isChanged
    isChanged = assign(.string(ticket["company_id"].string), to: "company_id", of: &conversation) || isChanged
    guard isChanged else { return }
    if let admin = ticket["admin_assignee_id"].integer {
      noteTeammate(String(admin), in: &conversation, of: workspace)
    }
    if isNew { noteParts(of: &conversation, in: workspace) }
    conversations.insert(conversation)
    guard isNew else { return }
    for tagging in Taggings.taggings(ofType: "conversation", id: ticket.id, in: workspace) {
      moveTagging(tagging, in: workspace)
    }
  }

  /// Updates the ticket after a write to its conversation. A conversation with the id of a ticket is the ticket's.
  private static func updateTicket(for conversation: Record, in workspace: Workspace) {
    guard var ticket = workspace[Tickets.model][conversation.id] else { return }
    guard isTicket(conversation) else { return updateConversation(for: ticket, in: workspace) }
    if copyCommonMembers(of: conversation, to: &ticket) { workspace[Tickets.model].replace(ticket) }
  }

  /// Writes the members that a conversation has in common with its ticket to the ticket; returns whether it changed.
  @discardableResult
  static func copyCommonMembers(of conversation: Record, to ticket: inout Record) -> Bool {
    var isChanged = false
    for name in commonMembers { isChanged = assign(conversation[name], to: name, of: &ticket) || isChanged }
    isChanged = assign(.boolean(conversation["state"] != "closed"), to: "open", of: &ticket) || isChanged
    let snooze = conversation["state"] == "snoozed" ? conversation["snoozed_until"] : .absent
    isChanged = assign(snooze, to: "snoozed_until", of: &ticket) || isChanged
    let company: Value = conversation["company_id"].string.map { .string($0) } ?? .absent
    return assign(company, to: "company_id", of: &ticket) || isChanged
  }

  /// A ticket and its conversation have the same tags, which are those of the ticket.
  private static func moveTagging(_ found: Record, in workspace: Workspace) {
    guard found["target_type"] == "conversation", let id = found["target_id"].string, let tag = found["tag_id"].string,
      workspace[Tickets.model][id] != nil
    else { return }
    guard Taggings.find(tag, onType: "ticket", id: id, in: workspace) == nil else {
      workspace[Taggings.model].remove(id: found.id)
      return
    }
    var tagging = found
    tagging["target_type"] = "ticket"
    workspace[Taggings.model].replace(tagging)
  }

  /// Counts a written part and its author in the conversation.
  private static func countPart(_ part: Record, in workspace: Workspace) {
    guard let id = part["ticket_id"].string else { return }
    recount(id, authors: [part], in: workspace)
  }

  /// Updates the number of parts and the teammates of a ticket's conversation.
  private static func recount(_ id: String, authors parts: [Record], in workspace: Workspace) {
    guard var conversation = workspace[Conversations.model][id], isTicket(conversation) else { return }
    let (count, teammates) = (partCount(of: conversation), conversation["teammate_ids"])
    Conversations.updatePartCount(of: &conversation, in: workspace)
    for part in parts { noteAuthor(of: part, in: &conversation, of: workspace) }
    guard partCount(of: conversation) != count || conversation["teammate_ids"] != teammates else { return }
    workspace[Conversations.model].replace(conversation)
  }

  /// Repairs what single writes from outside may have broken, or all tickets.
  private static func repair(_ workspace: Workspace, after writes: [Mutation]?) -> SlicedWork<Void> {
    guard let writes else { return repairAll(in: workspace) }
    return SlicedWork<[Void]>.mapping(Set(writes.flatMap(ids)).sorted()) { .finished(repair($0, in: workspace)) }
      .map { _ in }
  }

  /// The ids of the tickets and conversations that a write concerns.
  private static func ids(of write: Mutation) -> [String] {
    switch write.collection {
    case "tickets", "conversations": [write.after?.id].compactMap(\.self)
    case "ticket_parts": [write.before, write.after].compactMap { $0?["ticket_id"].string }
    default: []
    }
  }

  /// Updates the conversation of a ticket. A conversation without a ticket is no ticket.
  private static func repair(_ id: String, in workspace: Workspace) {
    if let ticket = workspace[Tickets.model][id] {
      updateConversation(for: ticket, in: workspace)
      return recount(id, authors: [], in: workspace)
    }
    guard var conversation = workspace[Conversations.model][id], isTicket(conversation) else { return }
    conversation["is_ticket"] = .absent
    workspace[Conversations.model].replace(conversation)
  }

  /// Creates missing conversations, removes those whose ticket no longer exists, and counts the parts.
  private static func repairAll(in workspace: Workspace) -> SlicedWork<Void> {
    let (conversations, tickets) = (workspace[Conversations.model], workspace[Tickets.model])
    let removal = conversations.allInSteps.forEach { conversation in
      if isTicket(conversation), tickets[conversation.id] == nil { conversations.remove(id: conversation.id) }
    }
    return removal.then {
      tickets.allInSteps.forEach { ticket in
        updateConversation(for: ticket, in: workspace)
        recount(ticket.id, authors: [], in: workspace)
      }
    }
  }

  /// Sets a member; returns whether its value changed. Null and absent are the same.
  private static func assign(_ value: Value, to name: String, of record: inout Record) -> Bool {
    guard record[name] != value, !(record[name].isEmpty && value.isEmpty) else { return false }
    record[name] = value
    return true
  }

  private static func partCount(of conversation: Record) -> Int64? {
    conversation["statistics"].record?["count_conversation_parts"].integer
  }

  private static func noteParts(of conversation: inout Record, in workspace: Workspace) {
    for part in TicketParts.parts(of: conversation.id, in: workspace) {
      noteAuthor(of: part, in: &conversation, of: workspace)
    }
    Conversations.updatePartCount(of: &conversation, in: workspace)
  }

  private static func noteAuthor(of part: Record, in conversation: inout Record, of workspace: Workspace) {
    let author = Authors.author(of: part)
    if author.type == "admin" { noteTeammate(author.id, in: &conversation, of: workspace) }
  }

  /// Fixtures may name admins that do not exist.
  private static func noteTeammate(_ admin: String, in conversation: inout Record, of workspace: Workspace) {
    if workspace[Admins.model][admin] != nil { Conversations.addTeammate(admin, to: &conversation) }
  }

  /// A conversation without a message, as recorded: its source is an empty message of the bot.
  private static func makeConversation(for ticket: Record, in workspace: Workspace) -> Record {
    var conversation = Conversations.model.blank()
    conversation["id"] = .string(ticket.id)
    var source = ConversationModels.source.blank()
    source["type"] = "unknown"
    source["id"] = .string(ticket.id)
    source["delivered_as"] = "admin_initiated"
    Authors.write(.admin(Author.bot(in: workspace).id), to: &source)
    conversation["source"] = .record(source)
    ConversationAttributes.addBuiltInValues(to: &conversation, in: workspace)
    return conversation
  }
}

/// The parts of a ticket's conversation.
extension TicketConversations {
  /// The parts of a conversation, oldest first. Those of a ticket follow the parts from before its conversion.
  static func parts(of conversation: Record, in workspace: Workspace) -> [Record] {
    let own = ConversationParts.parts(of: conversation.id, in: workspace)
    guard isTicket(conversation) else { return own }
    let later = TicketParts.parts(of: conversation.id, in: workspace).filter { $0["copy_of"].isEmpty }
    return own + later.map { shownPart(of: $0, in: conversation) }
  }

  /// The number of parts that a conversation shows.
  static func partCount(of conversation: Record, in workspace: Workspace) -> Int {
    let own = workspace[ConversationParts.model].count(in: "conversation_id", under: conversation.id)
    guard isTicket(conversation) else { return own }
    let parts = workspace[TicketParts.model]
    return own + parts.count(in: "ticket_id", under: conversation.id)
      - parts.count(in: "copies", under: conversation.id)
  }

  /// Stores a part of a ticket's conversation as a ticket part; returns it with its id.
  static func append(_ part: Record, to conversation: Record, in workspace: Workspace) -> Record {
    let stored = TicketParts.append(ticketPart(from: part), to: conversation.id, in: workspace)
    var part = part
    part["id"] = stored["id"]
    return part
  }

  /// The records of a message of a conversation: the part, and its copy in the ticket that the conversation became. Either
  /// id identifies both.
  static func records(ofPart id: String, of conversation: Record, in workspace: Workspace) -> [Record] {
    let named = workspace[TicketParts.model][id].flatMap { $0["ticket_id"].string == conversation.id ? $0 : nil }
    let original = named?["copy_of"].string ?? id
    let own = workspace[ConversationParts.model][original].flatMap {
      $0["conversation_id"].string == conversation.id ? $0 : nil
    }
    let copies = TicketParts.parts(of: conversation.id, in: workspace).filter { $0["copy_of"].string == original }
    let part = named.flatMap { $0["copy_of"].isEmpty ? $0 : nil }
    return [own, part].compactMap(\.self) + copies
  }

  /// A part of a conversation as the ticket stores it.
  static func ticketPart(from part: Record) -> Record {
    copy(of: part, as: TicketParts.model)
  }

  /// A ticket part as its conversation shows it. Parts of fixtures may lack the members that only conversations show.
  static func shownPart(of part: Record, in conversation: Record) -> Record {
    var shown = copy(of: part, as: ConversationParts.model)
    if shown["notified_at"].isEmpty { shown["notified_at"] = part["created_at"] }
    if shown["state"].isEmpty { shown["state"] = conversation["state"] }
    return shown
  }

  /// A part in the other collection's model. Members that only one of the models has get their initial values.
  private static func copy(of part: Record, as model: Model) -> Record {
    var copy = model.blank()
    for name in model.schema.slots where part.schema.slot(named: name) != nil && !part[name].isEmpty {
      copy[name] = part[name]
    }
    return copy
  }
}

/// The `ticket` of a conversation.
extension TicketConversations {
  /// The recorded members (Documentation.docc/Conversations-and-Tickets.md, "Tickets as conversations").
  static func summary(of ticket: Record, in call: Call) -> JSONObject {
    let (type, state) = (
      Tickets.type(of: ticket, in: call.workspace), Tickets.stateRecord(of: ticket, in: call.workspace)
    )
    let page = "https://app.intercom.com/a/apps/\(WorkspaceProfile.id(in: call))/conversations/\(ticket.id)"
    return [
      "type": "ticket", "id": Int64(ticket.id).map(JSON.integer) ?? .string(ticket.id), "url": .string(page),
      "custom_attributes": .object(attributes(of: ticket, type: type, in: call)),
      "state": state?["category"].json ?? .null, "ticket_type": type?["name"].json ?? .null,
      "ticket_type_description": type?["description"].json ?? .null, "ticket_type_emoji": type?["icon"].json ?? .null,
      "ticket_custom_state_admin_label": state?["internal_label"].json ?? .null,
      "ticket_custom_state_user_label": state?["external_label"].json ?? .null,
    ]
  }

  /// Each attribute of the type with its value and data type. Unset files are null here (recorded).
  private static func attributes(of ticket: Record, type: Record?, in call: Call) -> JSONObject {
    let values = ticket["ticket_attributes"].object ?? [:]
    var attributes = JSONObject()
    for definition in type.map({ TicketTypeAttributes.attributes(of: $0, in: call) }) ?? [] {
      guard let name = definition["name"].string else { continue }
      guard values.contains(key: name) || definition["archived"] != true else { continue }
      attributes[name] = ["value": values[name] ?? .null, "type": definition["data_type"].json ?? .null]
    }
    return attributes
  }
}
