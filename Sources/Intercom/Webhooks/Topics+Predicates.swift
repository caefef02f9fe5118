import API
import JSON
import Store

/// Conditions for a change to belong to a topic.
extension Topics {
  /// The field has this value; before, it had another value or the record did not exist.
  static func changed(_ field: String, to value: Value) -> Topic.Test {
    { $0.after?[field] == value && $0.before?[field] != value }
  }

  /// The field had this value, and has another one now.
  static func changed(_ field: String, from value: Value) -> Topic.Test {
    { $0.isUpdate && $0.before?[field] == value && $0.after?[field] != value }
  }

  /// The field has a value; before, it had none.
  static func wasSet(_ field: String) -> Topic.Test {
    { notice in
      guard let after = notice.after else { return false }
      return isSet(after[field]) && !(notice.before.map { isSet($0[field]) } ?? false)
    }
  }

  private static func isSet(_ value: Value) -> Bool {
    !value.isEmpty && value != .json([])
  }

  // MARK: Admins

  static let changesAwayMode: Topic.Test = { notice in
    ["away_mode_enabled", "away_mode_reassign", "away_status_reason_id"].contains(where: notice.changes)
  }

  static func isActivity(ofType type: String) -> Topic.Test {
    { $0.isCreation && $0.after?["activity_type"].string == type }
  }

  // MARK: Contacts

  static func isNewContact(role: String) -> Topic.Test {
    { $0.isCreation && $0.after?["role"].string == role }
  }

  /// Fields whose changes do not count as an update of a contact: links, and fields with topics of their own.
  private static let ignoredContactFields: Set<String> = [
    "company_ids", "segment_ids", "archived", "blocked", "updated_at", "last_replied_at", "last_contacted_at",
    "last_seen_at",
  ]

  static func isEditedContact(role: String) -> Topic.Test {
    { notice in
      guard let after = notice.after, after["role"].string == role, notice.before?["role"].string == role else {
        return false
      }
      return after.schema.slots.contains { !ignoredContactFields.contains($0) && notice.changes($0) }
    }
  }

  static let signsUp: Topic.Test = { $0.before?["role"] == "lead" && $0.after?["role"] == "user" }

  static let addsEmail: Topic.Test = { notice in
    notice.after?["role"] == "lead" && notice.isUpdate && wasSet("email")(notice)
  }

  /// A contact that is merged into another is not deleted.
  static let isDeletedContact: Topic.Test = { notice in
    guard notice.isRemoval, let id = notice.before?.id else { return false }
    return !notice.mutations.contains { $0.collection == "merges" && $0.after?["source_contact_id"].string == id }
  }

  static func isContactTagging(role: String, when test: @escaping Topic.Test) -> Topic.Test {
    { test($0) && taggedContact(for: $0)?["role"].string == role }
  }

  /// Unknown: whether conversion to a lead counts as a sign-up; here only conversion to a user does.
  static let visitorSignsUp: Topic.Test = { $0.isRemoval && $0.mutations.contains(where: isUserWrite) }

  static func isUserWrite(_ mutation: Mutation) -> Bool {
    mutation.collection == "contacts" && mutation.after?["role"] == "user"
  }

  // MARK: Conversations

  /// The write is to the conversation of a ticket, to one of its parts, or records its deletion.
  static let isOfTicket: Topic.Test = { notice in
    guard let record = notice.after ?? notice.before else { return false }
    if record.schema === DeletedConversations.model.schema {
      return notice.mutations.contains {
        $0.collection == "tickets" && $0.after == nil && $0.before?.id == record.id
      }
    }
    let conversation =
      record.schema === ConversationParts.model.schema
      ? find(id: record["conversation_id"], model: Conversations.model, for: notice) : record
    return conversation.map(TicketConversations.isTicket) ?? false
  }

  static func isNewConversation(by test: @escaping @Sendable (Author) -> Bool) -> Topic.Test {
    { notice in
      guard notice.isCreation, let source = notice.after?["source"].record else { return false }
      return test(Authors.author(of: source))
    }
  }

  /// Marked as read, but not by a reply.
  static let isRead: Topic.Test = { notice in
    changed("read", to: true)(notice) && notice.isUpdate && parts(of: notice).isEmpty
  }

  /// No longer snoozed, but not because a contact replied.
  static let isUnsnoozed: Topic.Test = { notice in
    changed("state", from: "snoozed")(notice) && notice.after?["state"] == "open"
      && !parts(of: notice).contains { Authors.author(of: $0).isContact }
  }

  /// The parts that the same request added to a conversation.
  static func parts(of notice: ChangeEvent) -> [Record] {
    let id = notice.after?.id
    return notice.mutations.compactMap { mutation in
      guard mutation.collection == "conversation_parts", mutation.before == nil, let part = mutation.after else {
        return nil
      }
      return part["conversation_id"].string == id ? part : nil
    }
  }

  static func isNewPart(ofTypes types: [String], by test: @escaping @Sendable (Author) -> Bool) -> Topic.Test {
    { notice in
      guard notice.isCreation, let part = notice.after, types.contains(part["part_type"].string ?? ""),
        !isTicketCopy(part)
      else { return false }
      return test(Authors.author(of: part))
    }
  }

  /// A new part that a teammate assigned an open conversation with, or one that the assignment opened.
  static let isOpenAssignment: Topic.Test = { notice in
    let isAssignment = isNewPart(ofTypes: ["assignment", "assign_and_reopen"]) { $0.type == "admin" }
    return isAssignment(notice) && notice.after?["state"] == "open"
  }

  /// A part by an admin whose body was translated, when it was written or later.
  ///
  /// Unknown: what Intercom translates, and when; here a part has translations only if a fixture or the state gives it some.
  static let isTranslatedReply: Topic.Test = { notice in
    guard let part = notice.after, !isTicketCopy(part), ["comment", "quick_reply"].contains(part["part_type"].string),
      Authors.author(of: part).type == "admin"
    else { return false }
    return part["translations"].object?.isEmpty == false && notice.before?["translations"] != part["translations"]
  }

  /// A ticket part that was written in the conversation before it became a ticket.
  static func isTicketCopy(_ part: Record) -> Bool {
    part.schema === TicketParts.model.schema && !part["copy_of"].isEmpty
  }

  static let isTagged: Topic.Test = { !$0.addedIDs(in: "tag_ids").isEmpty }

  static let isRedacted: Topic.Test = { $0.isUpdate && changed("redacted", to: true)($0) }

  // MARK: Tickets

  static func isAssigned(field: String) -> Topic.Test {
    { notice in
      guard let ticket = notice.after, ticket[field].integer ?? 0 != 0 else { return false }
      // A converted conversation keeps its assignees.
      let converted = notice.mutations.first { $0.collection == "conversations" && $0.after?.id == ticket.id }?.before
      return ticket[field] != (notice.before ?? converted)?[field]
    }
  }

  /// Before the topic of resolved tickets existed, a ticket was closed when it was resolved, too.
  static let isClosed: Topic.Test = { notice in
    if changed("open", to: false)(notice), notice.isUpdate { return true }
    return !notice.call.honours(.separatesResolvedTickets) && isResolved(notice)
  }

  static let isResolved: Topic.Test = { notice in
    guard notice.changes("ticket_state_id"), let ticket = notice.after else { return false }
    return Tickets.stateRecord(of: ticket, in: notice.workspace)?["category"] == "resolved"
  }

  static let isRated: Topic.Test = { notice in
    notice.after?["rating"].object?["rating"] != nil && notice.after?["rating"] != notice.before?["rating"]
  }

  // MARK: Others

  static let isJobFinished: Topic.Test = { notice in
    guard let job = notice.after, job["status"] != "pending" else { return false }
    return notice.before.map { $0["status"] == "pending" } ?? true
  }
}
