import API
import HTTPTypes
import JSON
import Store

extension Behaviour {
  /// A contact that was merged away answers 410 and says where it went; before, 404.
  static let mergedContactsAreGone = Behaviour("merged contacts are gone")
  /// Only duplicates may be merged.
  static let mergesOnlyDuplicates = Behaviour("merges only duplicates")
}

/// Which contact went into which.
enum ContactMerges {
  static let model = Model(
    "merge_history_item", collection: "merges", ids: .sequence(from: 1),
    indexes: [],
    [
      .constant("type", "merge_history"), .string("id", .hidden), .string("source_contact_id", .indexed),
      .string("source_contact_role"), .timestamp("merged_at"), .string("contact_id", [.hidden, .indexed]),
      .string("source_external_id", [.hidden, .indexed]),
    ])

  /// Why a contact that is not there is not there; nil when it was not merged away or the version says a plain 404.
  static func refusal(id: String, _ call: Call) -> APIError? {
    refusal(call.workspace[model].first(in: "source_contact_id", under: id), call)
  }

  static func refusal(externalID: String, _ call: Call) -> APIError? {
    refusal(call.workspace[model].first(in: "source_external_id", under: externalID), call)
  }

  private static func refusal(_ merge: Record?, _ call: Call) -> APIError? {
    guard call.honours(.mergedContactsAreGone), let id = merge.flatMap({ canonical($0, call) }) else { return nil }
    return APIError(
      HTTPResponse.Status(code: 410, reasonPhrase: "Gone"), "contact_merged",
      "This contact has been merged. See the 'Link' header for the canonical contact.",
      headerFields: HTTPField.Name("Link").map { [HTTPField(name: $0, value: "</contacts/\(id)>; rel=\"canonical\"")] }
        ?? [])
  }

  /// The contact that a merged one lives on in, through at most three merges (errors.md, 2).
  private static func canonical(_ merge: Record, _ call: Call) -> String? {
    var merge = merge
    for _ in 0..<3 {
      guard let id = merge["contact_id"].string else { return nil }
      if call.workspace[Contacts.model][id] != nil { return id }
      guard let next = call.workspace[model].first(in: "source_contact_id", under: id) else { return nil }
      merge = next
    }
    return nil
  }

  /// `merge_history`, shown of users when it is asked for.
  static func history(of contact: Record, _ call: Call) -> Node? {
    guard call.query("include_merge_history") == "true", contact["role"] == "user" else { return nil }
    return .records(of(contact, call).reversed())
  }

  /// The merges into a contact, oldest first.
  static func of(_ contact: Record, _ call: Call) -> [Record] {
    call.workspace[model].records(in: "contact_id", under: contact.id)
  }

  static func record(_ source: Record, into target: Record, _ call: Call) {
    var merge = model.blank()
    merge["id"] = .json(call.workspace.nextID(for: model))
    merge["source_contact_id"] = .string(source.id)
    merge["source_contact_role"] = source["role"]
    merge["source_external_id"] = source["external_id"]
    merge["merged_at"] = .integer(call.now)
    merge["contact_id"] = .string(target.id)
    call.workspace[model].insert(merge)
  }
}

/// Merging: a lead goes into a user, with all that hangs on it (state-machine.md, 3).
extension Contacts {
  /// What a user takes from a lead when it has none of its own.
  private static let adopted = ["email", "phone", "name", "owner_id", "avatar", "language_override", "signed_up_at"]

  static func merge(_ call: Call) throws -> Reply {
    let (source, target) = try pair(call)
    guard source["role"] == "lead", target["role"] == "user" else {
      ContactActivities.record(
        "contact.merge_failed", of: target, from: source, failure: "A lead can only be merged into a user", call)
      throw APIError(.badRequest, "parameter_invalid", "A lead can only be merged into a user")
    }
    if call.honours(.mergesOnlyDuplicates), !skipsCheck(call), !shareIdentifier(source, target, ["email", "phone"]) {
      throw APIError(
        .badRequest, "invalid_merge",
        "Contacts can only be merged when they are duplicates (matching email or phone). "
          + "Pass skip_duplicate_validation=true to override this check."
      ).withoutRequestID
    }
    return .ok(join(source, into: target, call))
  }

  private static func pair(_ call: Call) throws -> (source: Record, target: Record) {
    func find(_ name: String) throws -> Record {
      guard let id = call.body[name]?.string, !id.isEmpty else {
        throw APIError.parameterMissing("\(name) is a required parameter")
      }
      guard let contact = call.workspace[model][id] else {
        throw ContactMerges.refusal(id: id, call) ?? .notFound(model)
      }
      return contact
    }
    let (source, target) = (try find("from"), try find("into"))
    guard source.id != target.id else { throw APIError.parameterInvalid("A contact cannot be merged into itself") }
    return (source, target)
  }

  private static func skipsCheck(_ call: Call) -> Bool {
    call.body["skip_duplicate_validation"] == true
  }

  private static func shareIdentifier(_ source: Record, _ target: Record, _ fields: [String]) -> Bool {
    fields.contains { field in
      guard let text = source[field].string, let other = target[field].string else { return false }
      return text.lowercased() == other.lowercased()
    }
  }

  private static func join(_ source: Record, into target: Record, _ call: Call) -> Record {
    var merged = target
    for field in adopted where merged[field].isEmpty { merged[field] = source[field] }
    // A lead may have the address of another user, who keeps it: users' addresses are unique.
    if twin(of: merged, call) != nil { merged["email"] = target["email"] }
    var attributes = source["custom_attributes"].object ?? [:]
    for (key, value) in target["custom_attributes"].object ?? [:] where !value.isNull { attributes[key] = value }
    merged["custom_attributes"] = .json(.object(attributes))
    for links in ["company_ids", "segment_ids"] {
      let own = target[links].strings
      merged[links] = .strings(own + source[links].strings.filter { !own.contains($0) })
    }
    merged["updated_at"] = .integer(call.now)
    hand(over: source, to: merged, call)
    remove(source, call)
    call.workspace[model].replace(merged)
    ContactMerges.record(source, into: merged, call)
    ContactActivities.record("contact.merged", of: merged, from: source, call)
    return merged
  }

  /// Notes, tags, subscriptions and events follow their contact.
  private static func hand(over source: Record, to target: Record, _ call: Call) {
    for note in call.workspace[Notes.model].records(in: "contact_id", under: source.id) {
      var note = note
      note["contact_id"] = .string(target.id)
      call.workspace[Notes.model].replace(note)
    }
    for tagging in Taggings.of("contact", source.id, call.workspace) {
      guard let tag = tagging["tag_id"].string else { continue }
      Taggings.add(tag, to: "contact", target.id, by: tagging["admin_id"].string, call)
    }
    for subscription in call.workspace[Subscriptions.model].records(in: "contact_id", under: source.id) {
      Subscriptions.move(subscription, to: target.id, call)
    }
    DataEvents.move(from: source.id, to: target.id, call)
    Conversations.move(from: source.id, to: target.id, call)
    Links.move(contact: source.id, to: target.id, call)
    Tickets.move(from: source.id, to: target.id, call)
  }

  // MARK: Preview

  static func previewMerge(_ call: Call) throws -> Reply {
    let (source, target) = try pair(call)
    if let reason = objection(source, target, call) {
      return .ok(
        .json(["allowed": false, "reasons": [["code": .string(reason.code), "message": .string(reason.text)]]]))
    }
    let changes = attributeChanges(source, target, call)
    return .ok(
      .json([
        "allowed": true,
        "summary": [
          "attribute_changes": [
            "attributes": .array(Array(changes.prefix(50))), "total_count": .integer(Int64(changes.count)),
          ],
          "reassignments": .object(reassignments(source, target, call)),
        ],
      ]))
  }

  private static func objection(_ source: Record, _ target: Record, _ call: Call) -> (code: String, text: String)? {
    if source["role"] != "lead" || target["role"] != "user" {
      return ("invalid_merge_role_pair", "Only a lead can be merged, and only into a user.")
    }
    if skipsCheck(call) || shareIdentifier(source, target, ["email", "phone", "external_id"]) { return nil }
    return ("no_shared_identifier", "The contacts share no email, phone or external ID.")
  }

  private static func attributeChanges(_ source: Record, _ target: Record, _ call: Call) -> [JSON] {
    var changes: [JSON] = []
    for field in ["name", "email", "phone", "external_id"] {
      guard let from = source[field].string else { continue }
      guard let own = target[field].string else {
        changes.append(
          ["field": .string(field), "outcome": "adopted", "from_value": .string(from), "new_into_value": .string(from)])
        continue
      }
      guard own != from else { continue }
      changes.append([
        "field": .string(field), "outcome": "discarded", "from_value": .string(from), "into_value": .string(own),
        "new_into_value": .string(own),
      ])
    }
    return changes + companyChanges(source, target, call)
  }

  private static func companyChanges(_ source: Record, _ target: Record, _ call: Call) -> [JSON] {
    func names(_ ids: [String]) -> [JSON] {
      ids.compactMap { call.workspace[Companies.model][$0]?["name"].stored }
    }
    let (from, own) = (source["company_ids"].strings, target["company_ids"].strings)
    guard !from.isEmpty else { return [] }
    return [
      [
        "field": "companies", "outcome": "merged", "from_value": .array(names(from)), "into_value": .array(names(own)),
        "new_into_value": .array(names(own + from.filter { !own.contains($0) })),
      ]
    ]
  }

  private static func reassignments(_ source: Record, _ target: Record, _ call: Call) -> JSONObject {
    func count(_ collection: String, _ index: String) -> JSON {
      func number(_ contact: Record) -> JSON {
        .integer(Int64(call.workspace.collection(named: collection)?.count(in: index, under: contact.id) ?? 0))
      }
      return ["from": number(source), "into": number(target)]
    }
    func tags(_ contact: Record) -> JSON {
      .integer(Int64(Taggings.of("contact", contact.id, call.workspace).count))
    }
    return [
      "conversations": count("conversations", "contact_ids"), "tickets": count("tickets", "contact_ids"),
      "phone_calls": count("calls", "contact_id"), "tags": ["from": tags(source), "into": tags(target)],
      "notes": count("notes", "contact_id"),
    ]
  }

  // MARK: History

  /// Newest first unless `order=asc`; the cursor is base64 of `{"id": ...}` of the last item (pagination.md, 1).
  static func mergeHistory(_ call: Call) throws -> Reply {
    guard let contact = call.workspace[model][call.parameter("id")], contact["role"] == "user" else {
      throw APIError(.notFound, "not_found", "Contact not found")
    }
    let perPage = try call.perPage(default: 50, limit: 150)
    var merges = ContactMerges.of(contact, call)
    if call.query("order") != "asc" { merges.reverse() }
    if let cursor = call.query("cursor"), !cursor.isEmpty {
      guard let bytes = Base64.decode(cursor), let id = (try? JSON(parsing: bytes))?["id"]?.string,
        let place = merges.firstIndex(where: { $0.id == id })
      else { throw APIError.badCursor }
      merges.removeFirst(place + 1)
    }
    let shown = Array(merges.prefix(perPage))
    let hasMore = merges.count > shown.count
    let next = hasMore ? shown.last.map { Base64.encode(JSON.object(["id": .string($0.id)]).bytes) } : nil
    return .ok(
      .members([
        "type": "list", "data": .records(shown), "next_cursor": next.map(Node.string), "has_more": .boolean(hasMore),
      ]))
  }
}
