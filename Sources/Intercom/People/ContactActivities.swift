import API
import JSON
import Store

/// The history of contacts: created, role changed, merged, merge failed, deleted.
enum ContactActivities {
  static let model = Model(
    name: "contact_activity", collection: "activities",
    references: ["contact_id", "merge_source_id", "merge_target_id"].map {
      Reference($0, to: "contacts", onDelete: .keep)
    },
    isOrderedByID: false, orders: [positionOrder],
    fields: [
      .type("contact_activity"), .string("id"), .string("event_type"), .string("contact_id"),
      .string("external_id", options: .sparse), .string("role", options: .sparse),
      .string("merge_source_id", options: .sparse),
      .string("merge_target_id", options: .sparse), .string("failure_reason", options: .sparse),
      .timestamp("created_at"),
    ])

  /// Ids are `<milliseconds>.<six hexadecimal digits>`: ids of the same millisecond are in the order of their strings.
  private static let positionOrder = CollectionDefinition.Order(name: "position") { milliseconds(of: $0.id) }

  private static func milliseconds(of id: String) -> Int64 {
    Int64(id.prefix { $0 != "." }) ?? 0
  }

  private static let oldestFirst = ListOrder(name: "position", descending: false)

  /// Oldest first; the cursor is the id of the last activity on the page (Documentation.docc/Pagination.md, "Kinds of
  /// list").
  static func list(in call: Call) throws -> Reply {
    let perPage = try call.perPage(default: 50, limit: 150)
    let activities = call.workspace[model]
    var start = PageStart.offset(0)
    if let after = call.queryParameter("starting_after"), !after.isEmpty {
      guard activities[after] != nil || isWellFormed(after) else { throw APIError.invalidCursor }
      start = .after(key: milliseconds(of: after), id: after)
    }
    let found = activities.page(orderedBy: oldestFirst, from: start, limit: perPage + 1)
    return CursorListing.reply(records: found, perPage: perPage) { $0.id }
  }

  /// Whether a string has the form of an id. Its record need not exist any more.
  private static func isWellFormed(_ id: String) -> Bool {
    let parts = id.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && Int64(parts[0]) != nil && parts[1].count == 6 && Int64(parts[1], radix: 16) != nil
  }

  static func record(
    _ event: String, of contact: Record, from source: Record? = nil, failure: String? = nil, in call: Call
  ) {
    var activity = model.blank()
    activity.set([
      "id": .string(makeID(in: call)), "event_type": .string(event), "contact_id": .string(contact.id),
      "external_id": contact["external_id"].string.map { .string($0) } ?? .absent, "role": contact["role"],
      "merge_source_id": source.map { .string($0.id) } ?? .absent,
      "merge_target_id": source.map { _ in .string(contact.id) } ?? .absent,
      "failure_reason": failure.map { .string($0) } ?? .absent, "created_at": .integer(call.now),
    ])
    call.workspace[model].insert(activity)
  }

  private static func makeID(in call: Call) -> String {
    var serial = call.workspace.ids.next(in: model.name, from: 1)
    let digits = String(unsafeUninitializedCapacity: 7) { digits in
      digits[0] = UInt8(ascii: ".")
      for index in stride(from: 6, to: 0, by: -1) {
        let digit = UInt8(truncatingIfNeeded: serial & 15)
        digits[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        serial >>= 4
      }
      return 7
    }
    return String(call.workspace.clock.milliseconds) + digits
  }
}
