import API
import HTTPTypes
import JSON
import Store

/// Data events: actions of contacts, each with its time.
enum DataEvents: Resource {
  static let operations: [Operation] = [
    .get("/events", id: "lisDataEvents", handler: list),
    .post("/events", id: "createDataEvent", handler: create),
    .post("/events/summaries", id: "dataEventSummaries", handler: DataEventSummaries.create),
  ]

  static let model = Model(
    name: "data_event", collection: "events", ids: .uuid,
    references: [Reference("contact_id", to: "contacts", onDelete: .cascade, onMerge: .follow)],
    indexes: [occurrence],
    fields: [
      .type("event"), .string("id"), .string("event_name"), .timestamp("created_at"),
      .derived("user_id") { event, call in contact(of: event, in: call)?["external_id"].json.flatMap(nonNullNode) },
      .derived("intercom_user_id") { event, _ in .string(event["contact_id"].string) },
      .derived("email") { event, call in contact(of: event, in: call)?["email"].json.flatMap(nonNullNode) },
      .object("metadata"),
      .string("contact_id", options: [.hidden, .indexed]),
      // Orders events of the same second.
      .integer("serial", options: .hidden),
    ])

  static let models = [DataEventSummaries.model, DataEventTypes.model]

  /// The key that identifies an event: two events with the same contact, time and name are the same
  /// (Documentation.docc/Data-and-Other-Resources.md, "Events").
  private static let occurrence = CollectionDefinition.Index(name: "occurrence") { event in
    [
      occurrenceKey(
        contact: event["contact_id"].string ?? "", name: event["event_name"].string ?? "",
        time: event["created_at"].integer ?? 0)
    ]
  }

  private static func occurrenceKey(contact: String, name: String, time: Int64) -> String {
    "\(contact)/\(time)/\(name)"
  }

  /// The maximum number of metadata members that are stored; further members are ignored.
  private static let metadataLimit = 10

  // MARK: Behaviour

  /// Stores an event. An event that is already stored is accepted and ignored.
  static func create(in call: Call) throws -> Reply {
    let name = try call.body.required(
      "event_name", as: .nonEmptyString, orThrow: .parameterMissing("event_name is a required parameter"))
    let time = try call.body.required("created_at", as: .unixTime(in: times))
    let metadata = try metadata(in: call.body)
    let contact = try contact(identifiedBy: call.body, in: call)
    let events = call.workspace[model]
    guard events.count(in: "occurrence", under: occurrenceKey(contact: contact.id, name: name, time: time)) == 0 else {
      return Reply(status: .accepted)
    }
    var event = model.blank()
    event["id"] = .json(call.workspace.nextID(for: model))
    event["event_name"] = .string(name)
    event["created_at"] = .integer(time)
    event["metadata"] = .json(.object(metadata))
    event["contact_id"] = .string(contact.id)
    event["serial"] = .integer(Int64(clamping: call.workspace.ids.next(in: "data_event_serial", from: 1)))
    events.insert(event)
    return Reply(status: .accepted)
  }

  /// The plausible times of an event in Unix seconds; milliseconds are outside.
  static let times: ClosedRange<Int64> = 0...99_999_999_999

  /// The event's metadata. The descriptions restrict the values to strings up to 2.16 and allow any value in Preview;
  /// clients send numbers in every version, so any value is accepted here.
  private static func metadata(in body: JSONObject) throws -> JSONObject {
    let object = try body.optional("metadata", as: .object) ?? [:]
    return JSONObject(object.prefix(metadataLimit).map { (key: $0.key, value: $0.value) })
  }

  // MARK: Shared

  /// The contact that the body identifies by `id`, `user_id` or `email`.
  ///
  /// Throws `parameter_not_found` without any of them, and 404 if there is no such contact.
  static func contact(identifiedBy body: JSONObject, in call: Call) throws -> Record {
    guard ["id", "user_id", "email"].contains(where: { !(body[$0] ?? .null).isNull }) else {
      throw APIError.parameterMissing("id, user_id or email is a required parameter")
    }
    guard let contact = Contacts.lookUp(id: body["id"], externalID: body["user_id"], email: body["email"], in: call)
    else {
      throw APIError.notFound(for: Contacts.model)
    }
    return contact
  }

  /// The events of a contact, oldest first.
  static func events(of contact: String, in call: Call) -> [Record] {
    positionedEvents(of: contact, in: call).map(\.event)
  }

  private static func contact(of event: Record, in call: Call) -> Record? {
    event["contact_id"].string.flatMap { call.workspace[Contacts.model][$0] }
  }

  private static func nonNullNode(from json: JSON) -> Node? {
    json.isNull ? nil : .json(json)
  }
}

extension DataEvents {
  /// The period of listed events, in seconds. Older events are only counted.
  private static let listedPeriod: Int64 = 90 * 86_400

  /// The events of one contact, newest first, or with `summary=true` the number of events per name.
  ///
  /// Recorded: both use the envelope of the summary; the list adds `pages`. The schema `event.list` is described but
  /// never used. Unknown: the order within the list.
  static func list(in call: Call) throws -> Reply {
    guard let type = call.queryParameter("type") else {
      throw APIError.parameterMissing("type is a required parameter")
    }
    guard type == "user" else { throw APIError.parameterInvalid("type must be user") }
    let contact = try queriedContact(in: call)
    if call.queryParameter("summary") == "true" { return .ok(DataEventSummaries.node(of: contact, in: call)) }
    return .ok(try page(of: contact, in: call))
  }

  /// The contact that the query identifies, by plain parameters or in the form `filter[user_id]`.
  private static func queriedContact(in call: Call) throws -> Record {
    func value(named name: String) -> JSON? {
      (call.queryParameter(name) ?? call.queryParameter("filter[\(name)]")).flatMap { $0.isEmpty ? nil : .string($0) }
    }
    let (id, externalID, email) = (value(named: "intercom_user_id"), value(named: "user_id"), value(named: "email"))
    guard id != nil || externalID != nil || email != nil else {
      throw APIError.parameterMissing("user_id, email or intercom_user_id is a required parameter")
    }
    guard let contact = Contacts.lookUp(id: id, externalID: externalID, email: email, in: call) else {
      throw APIError.notFound(for: Contacts.model)
    }
    return contact
  }

  private static func page(of contact: Record, in call: Call) throws -> Node {
    let perPage = try call.perPage(default: 50, limit: 150)
    let (before, since) = (try position("before", in: call), try position("since", in: call))
    let found = positionedEvents(of: contact.id, in: call).filter { position, _ in
      position.seconds >= call.now - listedPeriod && before.map { position < $0 } ?? true
        && since.map { position >= $0 } ?? true
    }
    let shown = found.suffix(perPage)
    let url = shown.first.flatMap { last in
      found.dropLast(shown.count).last.map { next in
        let before = last.position.text(besides: next.position)
        return "\(call.path)?per_page=\(perPage)&before=\(before)&intercom_user_id=\(contact.id)&type=user"
      }
    }
    return .members([
      "type": "event.summary", "events": .records(shown.reversed().map(\.event)),
      "pages": .members(["next": url.map { .string(call.baseURL + $0) } ?? .null]),
      "email": .string(contact["email"].string ?? ""), "intercom_user_id": .string(contact.id),
      "user_id": .string(contact["external_id"].string ?? ""),
    ])
  }

  /// The events of a contact with their positions, oldest first.
  fileprivate static func positionedEvents(of contact: String, in call: Call) -> [(
    position: EventPosition, event: Record
  )] {
    let events = call.workspace[model].records(in: "contact_id", under: contact)
    return events.map { (EventPosition(of: $0), $0) }.sorted { $0.position < $1.position }
  }

  private static func position(_ name: String, in call: Call) throws -> EventPosition? {
    try call.queryParameter(name, as: MemberType("an integer") { $0.string.flatMap { EventPosition($0) } })
  }
}

/// The position of an event in the list of a contact: its time, then the order of creation, then its id.
private struct EventPosition: Comparable {
  /// In milliseconds. Event times are in seconds.
  let time: Int64
  let serial: Int64
  let id: String

  var seconds: Int64 { time / 1000 }

  init(of event: Record) {
    time = (event["created_at"].integer ?? 0) &* 1000
    serial = event["serial"].integer ?? 0
    id = event.id
  }

  /// Parses a time, which is before all events of that time, or a complete position: `time.serial.id`.
  init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard let time = Int64(parts[0]), parts.count != 2 else { return nil }
    self.time = time
    guard parts.count == 3 else {
      (serial, id) = (.min, "")
      return
    }
    guard let serial = Int64(parts[1]) else { return nil }
    (self.serial, id) = (serial, String(parts[2]))
  }

  static func < (left: EventPosition, right: EventPosition) -> Bool {
    if left.time != right.time { return left.time < right.time }
    return left.serial != right.serial ? left.serial < right.serial : IDOrder.isLower(left.id, than: right.id)
  }

  /// The position in a URL. A time alone suffices if the next event of the list has another.
  func text(besides next: EventPosition) -> String {
    next.time == time ? "\(time).\(serial).\(id)" : String(time)
  }
}

/// Event names with a description. Only fixtures define them; the API cannot write a description.
enum DataEventTypes {
  static let model = Model(
    name: "data_event_type", collection: "event_types", ids: .sequence(from: 1),
    fields: [.string("id"), .string("name", options: .indexed), .string("description")])

  /// The description of an event name, or nil if it has none.
  static func description(of name: String, in call: Call) -> String? {
    call.workspace[model].first(in: "name", under: name)?["description"].string
  }
}
