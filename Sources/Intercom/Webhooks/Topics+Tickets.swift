import API
import JSON
import Store

/// Items of notifications about tickets (Documentation.docc/Webhooks.md, "Items").
extension Topics {
  /// The parts of a ticket that record an update of an attribute.
  static let attributePartTypes: Set = ["ticket_attribute_updated_by_admin", "ticket_attribute_updated_by_user"]

  /// The parts of a ticket that record an assignment.
  static let assignmentPartTypes: Set = ["assignment", "assign_and_reopen"]

  static let ticket: Topic.Item = { notice in
    notice.after.map { ticket($0, isAlone: true, for: notice) }
  }

  /// From 2.15 on the ticket is nested (Intercom). Before, its contacts have an id and a role only (recorded).
  static let closedTicket: Topic.Item = { notice in
    guard let record = notice.after else { return nil }
    var item = ticket(record, isAlone: true, for: notice)
    guard !notice.call.honours(.separatesResolvedTickets) else { return ["ticket": item] }
    let contacts = record["contact_ids"].strings.compactMap { notice.workspace[Contacts.model][$0] }
    item["contacts"]?["contacts"] = .array(
      contacts.map { ["id": .string($0.id), "role": $0["role"].json ?? .null] })
    return item
  }

  /// Unknown: the position of the rating; tickets have none in the descriptions.
  static let ratedTicket: Topic.Item = { notice in
    guard let record = notice.after else { return nil }
    var item = ticket(record, isAlone: true, for: notice)
    item["rating"] = record["rating"].object.map(JSON.object)
    return item
  }

  /// The ticket of a new part, and the part.
  static let ticketOfPart: Topic.Item = { notice in
    guard let part = notice.after, let record = find(id: part["ticket_id"], model: Tickets.model, for: notice) else {
      return nil
    }
    return ticket(record, with: part, for: notice)
  }

  /// The ticket with each part that records the change, and null instead of a part if the same write added none.
  static func ticketItems(for notice: ChangeEvent, partTypes: Set<String>) -> [JSON] {
    guard let record = notice.after else { return [] }
    let parts = notice.mutations.compactMap { write -> Record? in
      guard write.collection == "ticket_parts", write.before == nil, let part = write.after else { return nil }
      return part["ticket_id"].string == record.id && partTypes.contains(part["part_type"].string ?? "") ? part : nil
    }
    let shown: [Record?] = parts.isEmpty ? [nil] : parts
    return shown.map { ticket(record, with: $0, for: notice) }
  }

  /// The ticket in the form that a conversation contains, beside each of the contacts.
  static func ticketContacts(for notice: ChangeEvent, ids: [String]) -> [JSON] {
    guard let record = notice.after else { return [] }
    let summary = JSON.object(TicketConversations.summary(of: record, in: notice.call))
    return ids.compactMap { id in
      notice.workspace[Contacts.model][id].map { ["ticket": summary, "contact": companion($0, for: notice)] }
    }
  }

  private static func ticket(_ record: Record, with part: Record?, for notice: ChangeEvent) -> JSON {
    [
      "type": "ticket_ticket_part", "ticket": ticket(record, isAlone: false, for: notice),
      "ticket_part": part.map { withPreviousValue(notice.render(.record($0)), for: notice) } ?? .null,
    ]
  }

  /// A ticket in the recorded form. Alone, it shows the end of its snooze and its company even if they are null; beside a
  /// part it shows neither.
  private static func ticket(_ record: Record, isAlone: Bool, for notice: ChangeEvent) -> JSON {
    let shown = notice.render(.record(record)).object ?? [:]
    var item = JSONObject()
    for (name, value) in shown where !["snoozed_until", "company_id"].contains(name) {
      item.append(key: name, value: name == "ticket_parts" ? withPreviousValues(value, for: notice) : value)
      guard isAlone else { continue }
      if name == "open" { item.append(key: "snoozed_until", value: shown["snoozed_until"] ?? .null) }
      if name == "is_shared" { item.append(key: "company_id", value: record["company_id"].json ?? .null) }
    }
    item["channel"] = record["channel"].json ?? .null
    return .object(item)
  }

  private static func withPreviousValues(_ list: JSON, for notice: ChangeEvent) -> JSON {
    var list = list
    list["ticket_parts"] = .array((list["ticket_parts"]?.array ?? []).map { withPreviousValue($0, for: notice) })
    return list
  }

  /// Adds the value that an attribute had before to the part that records its update. Only notifications show it.
  private static func withPreviousValue(_ part: JSON, for notice: ChangeEvent) -> JSON {
    guard part["updated_attribute_data"]?["value"]?.object != nil, let id = part["id"]?.string else { return part }
    var part = part
    part["updated_attribute_data"]?["value"]?["previous"] =
      notice.workspace[TicketParts.model][id]?["previous_value"].json ?? .null
    return part
  }
}
