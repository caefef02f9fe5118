import API
import JSON
import Store

/// When a write is one of a topic.
extension Topics {
  /// The field has this value now, and had another before or was not there.
  static func became(_ field: String, _ value: Value) -> Topic.Test {
    { $0.after?[field] == value && $0.before?[field] != value }
  }

  /// The field had this value before, and has another now.
  static func ceased(_ field: String, _ value: Value) -> Topic.Test {
    { $0.isUpdate && $0.before?[field] == value && $0.after?[field] != value }
  }

  /// The field holds something, and held nothing before.
  static func got(_ field: String) -> Topic.Test {
    { notice in
      guard let after = notice.after else { return false }
      return holds(after[field]) && !(notice.before.map { holds($0[field]) } ?? false)
    }
  }

  private static func holds(_ value: Value) -> Bool {
    !value.isEmpty && value != .json([])
  }

  // MARK: Admins

  static let changesAwayMode: Topic.Test = { notice in
    ["away_mode_enabled", "away_mode_reassign", "away_status_reason_id"].contains(where: notice.changes)
  }

  static func isActivity(_ type: String) -> Topic.Test {
    { $0.isCreation && $0.after?["activity_type"].string == type }
  }

  // MARK: Contacts

  static func isNew(_ role: String) -> Topic.Test {
    { $0.isCreation && $0.after?["role"].string == role }
  }

  /// What changes of a contact without its being edited: links, and what other topics tell.
  private static let unnoticed: Set<String> = [
    "company_ids", "segment_ids", "archived", "blocked", "updated_at", "last_replied_at", "last_contacted_at",
    "last_seen_at",
  ]

  static func isEdited(_ role: String) -> Topic.Test {
    { notice in
      guard let after = notice.after, after["role"].string == role, notice.before?["role"].string == role else {
        return false
      }
      return after.schema.slots.contains { !unnoticed.contains($0) && notice.changes($0) }
    }
  }

  static let signsUp: Topic.Test = { $0.before?["role"] == "lead" && $0.after?["role"] == "user" }

  static let addsEmail: Topic.Test = { notice in
    notice.after?["role"] == "lead" && notice.isUpdate && got("email")(notice)
  }

  /// A contact that is merged away is not deleted.
  static let isDeleted: Topic.Test = { notice in
    guard notice.isRemoval, let id = notice.before?.id else { return false }
    return !notice.all.contains { $0.collection == "merges" && $0.after?["source_contact_id"].string == id }
  }

  static func tags(_ role: String, _ test: @escaping Topic.Test) -> Topic.Test {
    { test($0) && taggedContact($0)?["role"].string == role }
  }

  /// Unknown: whether one who becomes a lead has signed up; here only one who becomes a user.
  static let visitorSignsUp: Topic.Test = { $0.isRemoval && $0.all.contains(where: isUser) }

  static func isUser(_ mutation: Mutation) -> Bool {
    mutation.collection == "contacts" && mutation.after?["role"] == "user"
  }

  // MARK: Conversations

  static func begun(_ test: @escaping @Sendable (Author) -> Bool) -> Topic.Test {
    { notice in
      guard notice.isCreation, let source = notice.after?["source"].record else { return false }
      return test(Authors.of(source))
    }
  }

  /// Marked as read, and not by answering.
  static let isRead: Topic.Test = { notice in
    became("read", true)(notice) && notice.isUpdate && parts(of: notice).isEmpty
  }

  /// Awake again, and not because a contact wrote.
  static let isUnsnoozed: Topic.Test = { notice in
    ceased("state", "snoozed")(notice) && notice.after?["state"] == "open"
      && !parts(of: notice).contains { Authors.of($0).isContact }
  }

  /// The parts that the same call added to a conversation.
  private static func parts(of notice: Notice) -> [Record] {
    let id = notice.after?.id
    return notice.all.compactMap { mutation in
      guard mutation.collection == "conversation_parts", mutation.before == nil, let part = mutation.after else {
        return nil
      }
      return part["conversation_id"].string == id ? part : nil
    }
  }

  static func isNewPart(_ types: [String], _ test: @escaping @Sendable (Author) -> Bool) -> Topic.Test {
    { notice in
      guard notice.isCreation, let part = notice.after, types.contains(part["part_type"].string ?? "") else {
        return false
      }
      return test(Authors.of(part))
    }
  }

  static let isTagged: Topic.Test = { !$0.gained("tag_ids").isEmpty }

  static let isRedacted: Topic.Test = { $0.isUpdate && became("redacted", true)($0) }

  // MARK: Tickets

  static func isAssigned(_ field: String) -> Topic.Test {
    { notice in notice.after?[field] != notice.before?[field] && (notice.after?[field].integer ?? 0) != 0 }
  }

  static let isResolved: Topic.Test = { notice in
    guard notice.changes("ticket_state_id"), let ticket = notice.after else { return false }
    return Tickets.stateRecord(of: ticket, notice.workspace)?["category"] == "resolved"
  }

  static let isRated: Topic.Test = { notice in
    notice.after?["rating"].object?["rating"] != nil && notice.after?["rating"] != notice.before?["rating"]
  }

  // MARK: Others

  static let isDone: Topic.Test = { notice in
    guard let job = notice.after, job["status"] != "pending" else { return false }
    return notice.before.map { $0["status"] == "pending" } ?? true
  }
}
