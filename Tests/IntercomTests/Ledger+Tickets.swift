import API
import JSON
import Store

@testable import Intercom

extension Ledger {
  /// The state that a ticket is in agrees with the last part that tells of one and serves its type, its attributes are
  /// those of its type, links hold on both sides, counts and searches agree with what is there.
  func wrongTickets() -> [String] {
    let tickets = town.workspace[Tickets.model].all
    let shown = tickets.map { ($0, town.ask(.get, "/tickets/\($0.id)").json) }
    return shown.flatMap { wrongState($0) + wrongAttributes($0) + wrongLinks($0) + wrongAnswer($1, for: $0) }
      + wrongNumbers(tickets) + wrongSearches(tickets) + twoTrackers()
  }

  private func wrongState(_ ticket: Record) -> [String] {
    let name = "ticket \(ticket.id)"
    guard let state = Tickets.stateRecord(of: ticket, town.workspace) else { return ["\(name) is in no state"] }
    var faults: [String] = []
    if !TicketStates.serves(state, ticket["ticket_type_id"].string ?? "") {
      faults.append("\(name) is in state \(state.id), which does not serve its type")
    }
    let told = TicketParts.of(ticket.id, town.workspace).last { $0["part_type"] == "ticket_state_updated_by_admin" }
    if let told, told["ticket_state"] != state["category"] {
      faults.append("\(name) is \(state["category"].string ?? ""), but its parts tell otherwise")
    }
    if ticket["open"] == false, !ticket["snoozed_until"].isEmpty { faults.append("\(name) is closed and sleeps") }
    if let until = ticket["snoozed_until"].integer, until <= town.workspace.clock.now {
      faults.append("\(name) overslept")
    }
    return faults
  }

  private func wrongAttributes(_ ticket: Record) -> [String] {
    let known = town.workspace[TicketTypeAttributes.model].all.filter {
      $0["ticket_type_id"].integer.map(String.init) == ticket["ticket_type_id"].string
    }.compactMap { $0["name"].string }
    return (ticket["ticket_attributes"].object ?? [:]).keys.filter { !known.contains($0) && $0 != "order" }
      .map { "ticket \(ticket.id) has an attribute \($0) that its type has not" }
  }

  private func wrongLinks(_ ticket: Record) -> [String] {
    ticket["linked_ids"].strings.compactMap { id in
      let other = town.workspace[Tickets.model][id] ?? town.workspace[Conversations.model][id]
      guard let other else { return "ticket \(ticket.id) is linked to \(id), which is not there" }
      return other["linked_ids"].strings.contains(ticket.id) ? nil : "\(id) knows nothing of ticket \(ticket.id)"
    }
  }

  private func wrongAnswer(_ shown: JSON, for ticket: Record) -> [String] {
    let parts = TicketParts.of(ticket.id, town.workspace).count
    let (list, links) = (shown["ticket_parts"], shown["linked_objects"])
    let agrees =
      list?["total_count"] == .integer(Int64(min(parts, 500))) && list?["ticket_parts"]?.array?.count == min(parts, 500)
      && links?["total_count"] == .integer(Int64(links?["data"]?.array?.count ?? -1))
      && shown["contacts"]?["contacts"]?.array?.count == ticket["contact_ids"].strings.count
    return agrees ? [] : ["ticket \(ticket.id) counts wrongly"]
  }

  private func wrongNumbers(_ tickets: [Record]) -> [String] {
    let numbers = tickets.compactMap { $0["ticket_id"].string }
    return Set(numbers).count == tickets.count
      ? [] : ["\(tickets.count - Set(numbers).count) ticket numbers are missing"]
  }

  /// Every ticket is found once by its type, and once by the category of its state.
  private func wrongSearches(_ tickets: [Record]) -> [String] {
    let types = town.workspace[TicketTypes.model].all.map { count("ticket_type_id", $0.id) }
    let states = TicketStates.categories.map { count("state", $0) }
    return [types, states].map { $0.reduce(0, +) }.filter { $0 != tickets.count }
      .map { "searches find \($0) of \(tickets.count) tickets" }
  }

  private func count(_ field: String, _ value: String) -> Int {
    let query: JSON = ["query": ["field": .string(field), "operator": "=", "value": .string(value)]]
    return Int(town.ask(.post, "/tickets/search", query).json["total_count"]?.integer ?? -1)
  }

  private func twoTrackers() -> [String] {
    town.workspace[Conversations.model].all.compactMap { conversation in
      let trackers = conversation["linked_ids"].strings.compactMap { town.workspace[Tickets.model][$0] }
        .filter { Tickets.category(of: $0, town.workspace) == TicketTypes.tracker }
      return trackers.count > 1 ? "conversation \(conversation.id) has \(trackers.count) trackers" : nil
    }
  }
}
