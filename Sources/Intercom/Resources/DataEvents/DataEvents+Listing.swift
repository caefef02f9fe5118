import API
import JSON
import Store

extension DataEvents {
  /// Older events are counted, not listed.
  private static let reach: Int64 = 90 * 86_400

  /// The events of one contact, newest first, or with `summary=true` how often each kind occurred.
  ///
  /// Recorded: both come in the envelope of the summary, the list with `pages` beside it. A schema `event.list` is
  /// described and never referred to. Unknown: the order within the list.
  static func list(_ call: Call) throws -> Reply {
    guard let type = call.query("type") else { throw APIError.parameterMissing("type is a required parameter") }
    guard type == "user" else { throw APIError.parameterInvalid("type must be user") }
    let contact = try contact(asked: call)
    if call.query("summary") == "true" { return .ok(DataEventSummaries.node(of: contact, call)) }
    return .ok(try page(of: contact, call))
  }

  /// The contact that a query names, plainly or as `filter[user_id]`.
  private static func contact(asked call: Call) throws -> Record {
    func value(_ name: String) -> JSON? {
      (call.query(name) ?? call.query("filter[\(name)]")).flatMap { $0.isEmpty ? nil : .string($0) }
    }
    let (id, externalID, email) = (value("intercom_user_id"), value("user_id"), value("email"))
    guard id != nil || externalID != nil || email != nil else {
      throw APIError.parameterMissing("user_id, email or intercom_user_id is a required parameter")
    }
    guard let contact = Contacts.named(id: id, externalID: externalID, email: email, call) else {
      throw APIError.notFound(Contacts.model)
    }
    return contact
  }

  private struct Entry {
    /// Milliseconds that name the event in a URL. Times are in seconds, so events of one second count on from it.
    let position: Int64
    let event: Record
  }

  private static func page(of contact: Record, _ call: Call) throws -> Node {
    let perPage = try call.perPage(default: 50, limit: 150)
    let (before, since) = (try position("before", call), try position("since", call))
    let entries = entries(of: contact, call).filter { entry in
      entry.position < before ?? .max && entry.position >= since ?? .min
    }
    let shown = entries.suffix(perPage).reversed()
    let next = shown.count < entries.count ? shown.last.map { "before=\($0.position)" } : nil
    let url = next.map {
      Node.string("\(call.baseURL)\(call.path)?per_page=\(perPage)&\($0)&intercom_user_id=\(contact.id)&type=user")
    }
    return .members([
      "type": "event.summary", "events": .records(shown.map(\.event)), "pages": .members(["next": url ?? .null]),
      "email": .string(contact["email"].string ?? ""), "intercom_user_id": .string(contact.id),
      "user_id": .string(contact["external_id"].string ?? ""),
    ])
  }

  /// The events that may be listed, oldest first.
  private static func entries(of contact: Record, _ call: Call) -> [Entry] {
    var entries: [Entry] = []
    for event in of(contact.id, call) {
      guard let time = event["created_at"].integer, time >= call.now - reach else { continue }
      let position = max(time &* 1000, entries.last.map { $0.position + 1 } ?? .min)
      entries.append(Entry(position: position, event: event))
    }
    return entries
  }

  private static func position(_ name: String, _ call: Call) throws -> Int64? {
    guard let text = call.query(name), !text.isEmpty else { return nil }
    guard let position = Int64(text) else { throw APIError.parameterInvalid("\(name) must be an integer") }
    return position
  }
}
