import HTTPMessage
import JSON
import Store
import TimeZones

@testable import API
@testable import Intercom

/// A search of the catalogue, with what the tests must know about it: where answers show the values of its fields.
struct SearchedCollection {
  let operation: String
  let path: String
  /// The member of the answer with the items.
  let items: String
  let model: Model
  let definition: SearchDefinition
  /// The paths of the members that answers show with another name, by search field. `*` is every item of a list.
  let paths: [String: String]
  /// The search fields whose values are not those that answers show, with the reason.
  let exceptions: [String: String]
  /// The attributes to search, besides the fields, with their paths.
  let attributes: [String: String]

  static let all = [contacts, conversations, tickets, companies]

  private static let contacts = SearchedCollection(
    operation: "searchContacts", path: "/contacts/search", items: "data", model: Contacts.model,
    definition: Contacts.searchDefinition,
    paths: [
      "tag_id": "tags.data.*.id", "ios_app_device": "ios_device", "andoid_sdk_version": "android_sdk_version",
    ],
    exceptions: ["segment_id": "contacts do not show their segments"],
    attributes: [
      "custom_attributes.plan": "", "custom_attributes.seats": "", "custom_attributes.score": "",
      "custom_attributes.is_champion": "", "custom_attributes.trial_ends_at": "",
      "custom_attributes.last_onboarding_call": "", "custom_attributes.undefined": "",
      "custom_attributes.order": "custom_attributes.order.instances.*.id",
    ])

  private static let conversations = SearchedCollection(
    operation: "searchConversations", path: "/conversations/search", items: "conversations",
    model: Conversations.model, definition: Conversations.searchDefinition,
    paths: [
      "contact_ids": "contacts.contacts.*.id", "teammate_ids": "teammates.admins.*.id", "tag_ids": "tags.tags.*.id",
      "channel_initiated": "channel.initial", "conversation_rating.requested_at": "conversation_rating.created_at",
      "conversation_rating.replied_at": "conversation_rating.updated_at",
      "conversation_rating.score": "conversation_rating.rating",
      "conversation_rating.contact_id": "conversation_rating.contact.id",
      "conversation_rating.admin_d": "conversation_rating.teammate.id",
      "conversation_rating.admin_id": "conversation_rating.teammate.id",
    ],
    exceptions: [
      "source.body": "searches find one word of the body (Documentation.docc/Search.md, \"Conversation fields\")"
    ],
    attributes: [:])

  private static let tickets = SearchedCollection(
    operation: "searchTickets", path: "/tickets/search", items: "tickets", model: Tickets.model,
    definition: Tickets.searchDefinition,
    paths: [
      "title": "ticket_attributes._default_title_", "description": "ticket_attributes._default_description_",
      "ticket_type_id": "ticket_type.id", "contact_ids": "contacts.contacts.*.id", "state": "ticket_state.category",
    ],
    exceptions: [
      "category": "queries have other words than answers (Documentation.docc/Search.md, \"Ticket fields\")",
      "teammate_ids": "tickets do not show their teammates",
    ],
    attributes: [
      "ticket_attribute.303": "ticket_attributes.Severity", "ticket_attribute.304": "ticket_attributes.Affected seats",
      "ticket_attribute.305": "ticket_attributes.Hours lost", "ticket_attribute.306": "ticket_attributes.Reproducible",
      "ticket_attribute.307": "ticket_attributes.Happened at", "ticket_attribute.309": "ticket_attributes.Browser",
    ])

  private static let companies = SearchedCollection(
    operation: "searchCompanies", path: "/companies/search", items: "data", model: Companies.model,
    definition: Companies.searchDefinition, paths: ["tag_id": "tags.tags.*.id"], exceptions: [:],
    attributes: [
      "custom_attributes.tier": "", "custom_attributes.employees_in_emea": "", "custom_attributes.undefined": "",
    ])
}

/// The items of a search in one version, and the searches for their values.
final class SearchedItems {
  let collection: SearchedCollection
  let version: APIVersion
  let items: [(id: String, json: JSON)]
  private let workspace: Workspace
  private let plan: VersionPlan
  private let operation: API.Operation

  /// Returns nil if the version has no such search.
  init?(of collection: SearchedCollection, in version: APIVersion, world: SearchWorld) throws {
    guard
      let operation = ServerFixture.catalogue.operations.first(where: {
        $0.id == collection.operation && $0.availability.contains(version)
      })
    else { return nil }
    (self.collection, self.version, self.operation) = (collection, version, operation)
    workspace = world.fixture.workspace
    plan = ServerFixture.catalogue.plan(for: version)
    let answer = world.fixture.send(
      .post, to: collection.path,
      body: ["query": ["operator": "AND", "value": []], "pagination": ["per_page": 150]], version: version)
    items = (answer.json[collection.items]?.array ?? []).map { ($0["id"]?.string ?? "", $0) }
    guard items.count == answer.json["total_count"]?.integer.map(Int.init), items.count > 25 else {
      throw ServerFixture.FixturesUnreadable()
    }
  }

  var timeZone: TimeZone { workspace.timeZone }

  /// The shown values of a field by item: one, or those of a list. Nil if no item shows the field.
  func values(of field: String) -> [[JSON]]? {
    let path = path(of: field).split(separator: ".")
    let values = items.map { item in
      // Another ticket type may have an attribute with the same name.
      field.hasPrefix("ticket_attribute.") && item.json["ticket_type"]?["id"] != "55"
        ? nil : Self.values(in: item.json, along: path[...])
    }
    guard values.contains(where: { $0 != nil }) else { return nil }
    return values.map { $0.flatMap { $0.isEmpty ? nil : $0 } ?? [.null] }
  }

  private static func values(in json: JSON?, along path: ArraySlice<Substring>) -> [JSON]? {
    guard let key = path.first else { return json.map { [$0] } }
    guard key == "*" else { return values(in: json?[String(key)], along: path.dropFirst()) }
    return json?.array.map { $0.flatMap { values(in: $0, along: path.dropFirst()) ?? [] } }
  }

  /// The path of the shown member of a field.
  private func path(of field: String) -> String {
    // Before 2.12, the state of a ticket is a string.
    if field == "state", collection.model.name == "ticket", !plan.behaviours.contains(.showsTicketStates) {
      return "ticket_state"
    }
    if let path = collection.paths[field] ?? collection.attributes[field], !path.isEmpty { return path }
    return field
  }

  /// The ids that a filter finds among the items; nil if the search refuses it.
  func found(field: String, comparison sign: String, value: JSON) -> Set<String>? {
    let query: JSON = ["field": .string(field), "operator": .string(sign), "value": value]
    let call = Call(
      workspace: workspace, operation: operation, plan: plan,
      request: Request(method: .post, target: collection.path, authority: "mock.test"), body: ["query": query])
    let records = workspace[collection.model]
    guard
      let predicate = try? SearchQuery(in: call, definition: collection.definition, collection: records)
        .predicate(of: query)
    else { return nil }
    guard let selection = try? records.search(for: predicate, in: { self.workspace }).value() else { return nil }
    let rows = records.records(of: selection).map(\.id)
    return Set(rows).intersection(items.map(\.id))
  }
}
