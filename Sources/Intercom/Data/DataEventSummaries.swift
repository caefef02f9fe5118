import API
import HTTPTypes
import JSON
import Store
import TimeZones

/// Summaries of a contact's events: count, first and last time per event name. They combine the stored events with the
/// counts that clients reported.
enum DataEventSummaries {
  /// The count that a client reported for one event name of one contact.
  static let model = Model(
    name: "data_event_summary", collection: "event_summaries", ids: .sequence(from: 1),
    references: [Reference("contact_id", to: "contacts", onDelete: .cascade, onMerge: .call(addToTarget))],
    fields: [
      .string("id"), .string("contact_id", options: .indexed), .string("event_name"),
      // The reported count minus the number of stored events at that time.
      .integer("surplus", initial: 0),
      .timestamp("first"), .timestamp("last"),
    ])

  // MARK: Reading

  private struct Summary {
    let name: String
    var count: Int64 = 0
    var first = Int64.max
    var last = Int64.min

    init(name: String) {
      self.name = name
    }

    /// Adds events, and extends the period from the first to the last event.
    mutating func add(_ count: Int64, first: Int64?, last: Int64?) {
      self.count += count
      self.first = min(self.first, first ?? .max)
      self.last = max(self.last, last ?? .min)
    }
  }

  /// The summaries of a contact as a response.
  ///
  /// Unknown: the order of the summaries; here by name. Unknown: what is shown for a contact without email or external
  /// id; here an empty string, as for visitors, because null is not allowed.
  static func node(of contact: Record, in call: Call) -> Node {
    .members([
      "type": "event.summary", "email": .string(contact["email"].string ?? ""), "intercom_user_id": .string(contact.id),
      "user_id": .string(contact["external_id"].string ?? ""),
      "events": .array(summaries(of: contact.id, in: call).map { item(for: $0, in: call) }),
    ])
  }

  private static func item(for summary: Summary, in call: Call) -> Node {
    .members([
      "name": .string(summary.name), "first": .string(ISO8601.string(fromSeconds: summary.first)),
      "last": .string(ISO8601.string(fromSeconds: summary.last)), "count": .json(.integer(max(summary.count, 0))),
      "description": DataEventTypes.description(of: summary.name, in: call).map(Node.string),
    ])
  }

  private static func summaries(of contact: String, in call: Call) -> [Summary] {
    var summaries: [String: Summary] = [:]
    for event in DataEvents.events(of: contact, in: call) {
      let (name, time) = (event["event_name"].string ?? "", event["created_at"].integer)
      summaries[name, default: Summary(name: name)].add(1, first: time, last: time)
    }
    for reported in reportedSummaries(of: contact, in: call) {
      let name = reported["event_name"].string ?? ""
      summaries[name, default: Summary(name: name)].add(
        reported["surplus"].integer ?? 0, first: reported["first"].integer, last: reported["last"].integer)
    }
    return summaries.values.sorted { $0.name < $1.name }
  }

  private static func reportedSummaries(of contact: String, in call: Call) -> [Record] {
    call.workspace[model].records(in: "contact_id", under: contact)
  }

  // MARK: Writing

  /// Sets the count of one event name, or of several. Later events are added to it.
  ///
  /// Unknown: whether the reported count includes the existing events, as here, or is added to them.
  static func create(in call: Call) throws -> Reply {
    let json = call.body["event_summaries"] ?? .null
    let summaries = json.array ?? [json]
    let contact = try DataEvents.contact(identifiedBy: call.body, in: call)
    let known = self.summaries(of: contact.id, in: call)
    let records = try summaries.map { try record(from: $0, contact: contact, existing: known, in: call) }
    for record in records { call.workspace[model].insert(record) }
    return Reply(status: .ok)
  }

  private static func record(from json: JSON, contact: Record, existing known: [Summary], in call: Call) throws
    -> Record
  {
    let object = try json.read(as: .object, orThrow: .parameterInvalid("event_summaries must be an object"))
    let name = try object.required(
      "event_name", as: .nonEmptyString, orThrow: .parameterMissing("event_name is a required parameter"))
    let count = try object.optional("count", as: count) ?? 1
    let earlier = reportedSummaries(of: contact.id, in: call).first { $0["event_name"].string == name }
    var record = earlier ?? model.blank()
    if earlier == nil { record["id"] = .json(call.workspace.nextID(for: model)) }
    let storedCount = (known.first { $0.name == name }?.count ?? 0) - (earlier?["surplus"].integer ?? 0)
    record["contact_id"] = .string(contact.id)
    record["event_name"] = .string(name)
    record["surplus"] = .integer(count - storedCount)
    record["first"] = .integer(try object.optional("first", as: .unixTime(in: DataEvents.times)) ?? call.now)
    record["last"] = .integer(try object.optional("last", as: .unixTime(in: DataEvents.times)) ?? call.now)
    return record
  }

  /// An integer from 0 to 2^40 - 1; a string is invalid.
  private static var count: MemberType<Int64> {
    MemberType("a positive integer") { $0.integral.flatMap { (0..<1 << 40).contains($0) ? $0 : nil } }
  }

  // MARK: Merging contacts

  /// Moves a summary to the target of a merge. If the target has a summary of the same event name, the two are combined.
  private static func addToTarget(_ summary: Record, from _: String, to target: String, in call: Call) {
    var moved = reportedSummaries(of: target, in: call).first { $0["event_name"] == summary["event_name"] } ?? summary
    if moved.id != summary.id {
      moved["surplus"] = .integer((moved["surplus"].integer ?? 0) + (summary["surplus"].integer ?? 0))
      moved["first"] = .integer(min(moved["first"].integer ?? .max, summary["first"].integer ?? .max))
      moved["last"] = .integer(max(moved["last"].integer ?? .min, summary["last"].integer ?? .min))
      call.workspace[model].remove(id: summary.id)
    }
    moved["contact_id"] = .string(target)
    call.workspace[model].insert(moved)
  }
}
