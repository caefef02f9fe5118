import API
import JSON
import Store

@testable import Intercom

extension Invariants {
  /// The state that a ticket is in agrees with the last part that tells of one and serves its type, its attributes are
  /// those of its type, links hold on both sides, counts and searches agree with what is there.
  func ticketViolations() -> [String] {
    let tickets = fixture.workspace[Tickets.model].all
    let shown = tickets.map { ($0, fixture.send(.get, to: "/tickets/\($0.id)").json) }
    return shown.flatMap {
      stateViolations(ofTicket: $0) + attributeViolations(of: $0) + linkViolations(of: $0)
        + responseViolations(in: $1, for: $0)
    }
      + numberViolations(in: tickets) + searchViolations(for: tickets) + trackerViolations()
  }

  private func stateViolations(ofTicket ticket: Record) -> [String] {
    let name = "ticket \(ticket.id)"
    guard let state = Tickets.stateRecord(of: ticket, in: fixture.workspace) else { return ["\(name) is in no state"] }
    var faults: [String] = []
    if !TicketStates.isUsable(state, forType: ticket["ticket_type_id"].string ?? "") {
      faults.append("\(name) is in state \(state.id), which does not serve its type")
    }
    let told = TicketParts.parts(of: ticket.id, in: fixture.workspace).last {
      $0["part_type"] == "ticket_state_updated_by_admin"
    }
    if let told, told["ticket_state"] != state["category"] {
      faults.append("\(name) is \(state["category"].string ?? ""), but its parts tell otherwise")
    }
    if ticket["open"] == false, !ticket["snoozed_until"].isEmpty { faults.append("\(name) is closed and sleeps") }
    if let until = ticket["snoozed_until"].integer, until <= fixture.workspace.clock.now {
      faults.append("\(name) overslept")
    }
    return faults
  }

  private func attributeViolations(of ticket: Record) -> [String] {
    let known = fixture.workspace[TicketTypeAttributes.model].all.filter {
      $0["ticket_type_id"].integer.map(String.init) == ticket["ticket_type_id"].string
    }.compactMap { $0["name"].string }
    return (ticket["ticket_attributes"].object ?? [:]).keys.filter { !known.contains($0) && $0 != "order" }
      .map { "ticket \(ticket.id) has an attribute \($0) that its type has not" }
  }

  private func linkViolations(of ticket: Record) -> [String] {
    ticket["linked_ids"].strings.compactMap { id in
      let other = fixture.workspace[Tickets.model][id] ?? fixture.workspace[Conversations.model][id]
      guard let other else { return "ticket \(ticket.id) is linked to \(id), which is not there" }
      return other["linked_ids"].strings.contains(ticket.id) ? nil : "\(id) knows nothing of ticket \(ticket.id)"
    }
  }

  private func responseViolations(in shown: JSON, for ticket: Record) -> [String] {
    let parts = TicketParts.parts(of: ticket.id, in: fixture.workspace).count
    let (list, links) = (shown["ticket_parts"], shown["linked_objects"])
    let agrees =
      list?["total_count"] == .integer(Int64(min(parts, 500))) && list?["ticket_parts"]?.array?.count == min(parts, 500)
      && links?["total_count"] == .integer(Int64(links?["data"]?.array?.count ?? -1))
      && shown["contacts"]?["contacts"]?.array?.count == ticket["contact_ids"].strings.count
    return agrees ? [] : ["ticket \(ticket.id) counts wrongly"]
  }

  private func numberViolations(in tickets: [Record]) -> [String] {
    let numbers = tickets.compactMap { $0["ticket_id"].string }
    return Set(numbers).count == tickets.count
      ? [] : ["\(tickets.count - Set(numbers).count) ticket numbers are missing"]
  }

  /// Every ticket is found once by its type, and once by the category of its state.
  private func searchViolations(for tickets: [Record]) -> [String] {
    let types = fixture.workspace[TicketTypes.model].all.map { searchCount(field: "ticket_type_id", value: $0.id) }
    let states = TicketStates.categories.map { searchCount(field: "state", value: $0) }
    return [types, states].map { $0.reduce(0, +) }.filter { $0 != tickets.count }
      .map { "searches find \($0) of \(tickets.count) tickets" }
  }

  private func searchCount(field: String, value: String) -> Int {
    let query: JSON = ["query": ["field": .string(field), "operator": "=", "value": .string(value)]]
    return Int(fixture.send(.post, to: "/tickets/search", body: query).json["total_count"]?.integer ?? -1)
  }

  private func trackerViolations() -> [String] {
    fixture.workspace[Conversations.model].all.compactMap { conversation in
      let trackers = conversation["linked_ids"].strings.compactMap { fixture.workspace[Tickets.model][$0] }
        .filter { Tickets.category(of: $0, in: fixture.workspace) == TicketTypes.tracker }
      return trackers.count > 1 ? "conversation \(conversation.id) has \(trackers.count) trackers" : nil
    }
  }
}
