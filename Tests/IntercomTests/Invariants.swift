import API
import JSON
import Store
@testable import Intercom

/// Conditions that a workspace must meet after any sequence of requests.
struct Invariants {
  let fixture: ServerFixture

  private func records(of model: Model) -> [Record] { fixture.workspace[model].all }

  /// Descriptions of the violated invariants; empty if all hold.
  func violations() -> [String] {
    referenceViolations() + uniquenessViolations() + embeddedListViolations() + listViolations()
      + conversationViolations() + ticketConversationViolations()
      + ticketViolations() + customObjectViolations() + knowledgeViolations()
  }

  /// Every reference resolves.
  private func referenceViolations() -> [String] {
    ServerFixture.catalogue.models.flatMap { model -> [String] in
      guard let definition = model.definition, let collection = fixture.workspace.collection(named: definition.name)
      else {
        return []
      }
      return collection.all.flatMap { record in
        model.references.filter(isResolved).flatMap { reference in
          reference.collections.flatMap { reference.ids(in: record, to: $0) }.filter { id in
            !reference.collections.contains { fixture.workspace.collection(named: $0)?[id] != nil }
          }
          .map { "\(model.name) \(record.id): \(reference.field) \($0) leads nowhere" }
        }
      }
    }
  }

  /// Whether the targets of a reference always exist; other references keep ids of deleted records.
  private func isResolved(_ reference: Reference) -> Bool {
    reference.isChecked || ![.keep, .restrict].contains(reference.onDelete)
  }

  /// Unique are: external ids, email addresses among users, tag names and company ids.
  private func uniquenessViolations() -> [String] {
    let contacts = records(of: Contacts.model)
    return duplicates(of: "external id", in: contacts.compactMap { $0["external_id"].string })
      + duplicates(
        of: "e-mail", in: contacts.filter { $0["role"] == "user" }.compactMap { $0["email"].string?.lowercased() })
      + duplicates(of: "tag", in: records(of: Tags.model).compactMap { $0["name"].string?.lowercased() })
      + duplicates(of: "company id", in: records(of: Companies.model).compactMap { $0["company_id"].string })
  }

  private func duplicates(of what: String, in texts: [String]) -> [String] {
    Dictionary(grouping: texts) { $0 }.filter { $0.value.count > 1 }.keys.map { "\(what) \($0) is not unique" }
  }

  /// The lists embedded in contacts and companies match the separate lists.
  private func embeddedListViolations() -> [String] {
    records(of: Contacts.model).flatMap { record -> [String] in
      let contact = fixture.send(.get, to: "/contacts/\(record.id)").json
      return [("tags", "data"), ("notes", "data"), ("companies", "companies")].compactMap { name, key in
        let list = fixture.send(.get, to: "/contacts/\(record.id)/\(name)?per_page=50").json
        let count = list["total_count"]?.integer ?? Int64(list[key]?.array?.count ?? -1)
        let own = contact[name]
        let shown = own?["data"]?.array?.count ?? -1
        let agrees =
          own?["total_count"] == .integer(count) && shown == min(Int(count), 10)
          && own?["has_more"] == .boolean(count > 10)
        return agrees ? nil : "contact \(record.id): \(name) \(own?.text ?? "-") but \(count)"
      }
    }
      + records(of: Companies.model).compactMap { record in
        let count = fixture.send(.get, to: "/companies/\(record.id)").json["user_count"]
        let contacts = fixture.send(.get, to: "/companies/\(record.id)/contacts").json["total_count"]
        return count == contacts
          ? nil : "company \(record.id): user_count \(count?.text ?? "-"), \(contacts?.text ?? "-")"
      }
  }

  /// Lists and searches return every record once, with both kinds of paging.
  private func listViolations() -> [String] {
    let contacts = records(of: Contacts.model).filter { $0["archived"] != true }.map(\.id).sorted()
    let listed = listedIDs(from: "/contacts?per_page=7")
    let searched =
      fixture.send(
        .post, to: "/contacts/search",
        body: ["query": ["operator": "AND", "value": []], "pagination": ["per_page": 150]]
      ).json["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    return (listed.sorted() == contacts ? [] : ["the list of contacts has \(listed.count) of \(contacts.count)"])
      + (searched.sorted() == contacts ? [] : ["the search finds \(searched.count) of \(contacts.count)"])
  }

  private func listedIDs(from path: String) -> [String] {
    var ids: [String] = []
    var next: String? = path
    while let path = next, ids.count < 10_000 {
      let page = fixture.send(.get, to: path).json
      ids += page["data"]?.array?.compactMap { $0["id"]?.string } ?? []
      next = page["pages"]?["next"]?["starting_after"]?.string.map { "/contacts?per_page=7&starting_after=\($0)" }
    }
    return ids
  }
}

extension Invariants {
  /// The state matches the last part, counts match lists, and statistics are not negative.
  func conversationViolations() -> [String] {
    fixture.workspace[Conversations.model].all.flatMap { conversation in
      stateViolations(ofConversation: conversation) + statisticsViolations(of: conversation)
    }
  }

  private func stateViolations(ofConversation conversation: Record) -> [String] {
    var faults: [String] = []
    let state = conversation["state"].string
    if let last = TicketConversations.parts(of: conversation, in: fixture.workspace).last,
      let shown = last["state"].string, shown != state
    {
      faults.append("conversation \(conversation.id) is \(state ?? "") after \(last["part_type"].string ?? "")")
    }
    if (state == "snoozed") == conversation["snoozed_until"].isEmpty {
      faults.append("conversation \(conversation.id) is \(state ?? "") with a wrong snoozed_until")
    }
    return faults
  }

  private func statisticsViolations(of conversation: Record) -> [String] {
    guard let statistics = conversation["statistics"].record else { return ["\(conversation.id) has no statistics"] }
    let parts = TicketConversations.parts(of: conversation, in: fixture.workspace).count
    let negative = statistics.schema.slots.filter { statistics[$0].integer ?? 0 < 0 }
    return negative.map { "conversation \(conversation.id): \($0) is negative" }
      + (statistics["count_conversation_parts"].integer == Int64(parts + 1)
        ? [] : ["conversation \(conversation.id) counts its parts wrongly"])
  }
}

extension Invariants {
  /// Every ticket has a conversation with its id and equal common members, and only tickets have such a conversation.
  func ticketConversationViolations() -> [String] {
    let conversations = fixture.workspace[Conversations.model]
    let orphans = conversations.all.filter {
      TicketConversations.isTicket($0) && fixture.workspace[Tickets.model][$0.id] == nil
    }
    return orphans.map { "conversation \($0.id) has no ticket" }
      + fixture.workspace[Tickets.model].all.flatMap { ticket in
        conversations[ticket.id].map { differences(between: ticket, and: $0) } ?? ["\(ticket.id) has no conversation"]
      }
  }

  private func differences(between ticket: Record, and conversation: Record) -> [String] {
    let common = ["contact_ids", "linked_ids", "admin_assignee_id", "team_assignee_id", "created_at", "updated_at"]
    let isSnoozed = !ticket["snoozed_until"].isEmpty && ticket["open"] == true
    let state: Value = ticket["open"] != true ? "closed" : isSnoozed ? "snoozed" : "open"
    var differing = common.filter { ticket[$0] != conversation[$0] }
    if conversation["state"] != state { differing.append("state") }
    if ticket["company_id"].string != conversation["company_id"].string { differing.append("company_id") }
    if ticket["snoozed_until"].integer != conversation["snoozed_until"].integer { differing.append("snoozed_until") }
    return differing.map { "ticket \(ticket.id) and its conversation differ in \($0)" }
  }
}

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
      guard let other else { return "ticket \(ticket.id) is linked to \(id), which does not exist" }
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

  /// Searches by type, and searches by the category of the state, find every ticket once.
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

extension Invariants {
  /// External ids of custom objects are unique, lists contain all instances, and records with references to instances
  /// render the existing ones; jobs refer to existing records.
  func customObjectViolations() -> [String] {
    let types = fixture.workspace[CustomObjectTypes.model].all.compactMap { $0["identifier"].string }
    return types.flatMap(instanceViolations) + customObjectReferenceViolations() + jobViolations()
  }

  private func instanceViolations(ofType type: String) -> [String] {
    let own = fixture.workspace[CustomObjectInstances.model].all.filter { $0["type"].string == type }
    let list = fixture.send(.get, to: "/custom_object_instances/\(type)?per_page=150").json
    let listed = list["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    let names = own.compactMap { $0["external_id"].string }
    return (Set(names).count == own.count ? [] : ["an external id of \(type) is not unique"])
      + (list["total_count"] == .integer(Int64(own.count)) && listed.count == min(own.count, 150)
        ? [] : ["the list of \(type) has \(listed.count) of \(own.count)"])
  }

  private func customObjectReferenceViolations() -> [String] {
    fixture.workspace[Contacts.model].all.compactMap { contact in
      guard let ids = contact["custom_attributes"].object?["order"]?.array?.compactMap(\.string) else { return nil }
      let existing = ids.filter { fixture.workspace[CustomObjectInstances.model][$0] != nil }
      let shown = fixture.send(.get, to: "/contacts/\(contact.id)").json["custom_attributes"]?["order"]?["instances"]?
        .array
      return shown?.compactMap { $0["id"]?.string } == existing ? nil : "contact \(contact.id) shows other orders"
    }
  }

  /// A successful job contains the id of the record that it created.
  private func jobViolations() -> [String] {
    fixture.workspace[Jobs.model].all.compactMap { job in
      let shown = fixture.send(.get, to: "/jobs/status/\(job.id)").json
      guard shown["status"] == "success" else { return nil }
      return shown["resource_id"]?.string != nil ? nil : "job \(job.id) has no resource_id"
    }
  }
}

extension Invariants {
  /// Articles match their versions and are found by their titles; collections are not nested in a cycle; the targets of
  /// redirects exist.
  func knowledgeViolations() -> [String] {
    fixture.workspace[Articles.model].all.flatMap(articleViolations) + collectionViolations() + redirectViolations()
  }

  private func articleViolations(of record: Record) -> [String] {
    let article = Article(record)
    let stray = article.draftLocales.filter { article.liveContent(for: $0)?["state"] != "published" }
    let audiences = article.locales.flatMap { article.liveContent(for: $0)?["audience_ids"].array ?? [] }
    let missing = audiences.compactMap(\.integer).filter { fixture.workspace[Audiences.model][String($0)] == nil }
    return versionViolations(of: article)
      + stray.map { "article \(record.id) has a draft in \($0), which is not published" }
      + missing.map { "article \(record.id) is for audience \($0), which does not exist" }
      + (isFoundByTitle(record) ? [] : ["article \(record.id) is not found by its title"])
  }

  /// At most one version per language is published, and none while the language is a draft.
  private func versionViolations(of article: Article) -> [String] {
    let versions = fixture.workspace[ArticleVersions.model].records(in: "article_id", under: article.record.id)
    return article.locales.compactMap { locale in
      let published = versions.filter { $0["locale"].string == locale && $0["state"] == "published" }.count
      let limit = article.liveContent(for: locale)?["state"] == "published" ? 1 : 0
      return published <= limit ? nil : "article \(article.record.id) has \(published) published versions in \(locale)"
    }
  }

  private func isFoundByTitle(_ article: Record) -> Bool {
    let title = article["title"].string ?? ""
    return Articles.matches(for: WordSearch(phrase: title), in: fixture.workspace).contains { $0.id == article.id }
  }

  private func collectionViolations() -> [String] {
    fixture.workspace[Collections.model].all.compactMap { collection in
      let root = Collections.root(of: collection.id, in: fixture.workspace)
      guard root?["parent_id"].isEmpty == true else { return "collection \(collection.id) is nested in a cycle" }
      guard collection["parent_id"].isEmpty || collection["help_center_id"].isEmpty else {
        return "collection \(collection.id) is in a collection and in a help center"
      }
      return nil
    }
  }

  private func redirectViolations() -> [String] {
    let redirects = fixture.workspace[HelpCenterRedirects.model].all
    let urls = Set(redirects.compactMap { $0["from_url"].string })
    return redirects.compactMap { redirect in
      let model = redirect["target_type"] == "article" ? Articles.model : Collections.model
      return redirect["target_id"].string.flatMap { fixture.workspace[model][$0] } != nil
        ? nil : "redirect \(redirect.id) has no target"
    } + (urls.count == redirects.count ? [] : ["two redirects have the same from_url"])
  }
}
