import API
import HTTPTypes
import JSON
import Store

/// Merges of contacts: source, target and time.
enum ContactMerges {
  static let model = Model(
    name: "merge_history_item", collection: "merges", ids: .sequence(from: 1),
    // History: the source no longer exists, and the target may be deleted later.
    references: [
      Reference("source_contact_id", to: "contacts", onDelete: .keep),
      Reference("contact_id", to: "contacts", onDelete: .keep),
    ],
    fields: [
      .constant("type", value: "merge_history"), .string("id", options: .hidden),
      .string("source_contact_id", options: .indexed),
      .string("source_contact_role"), .timestamp("merged_at"), .string("contact_id", options: [.hidden, .indexed]),
      .string("source_external_id", options: [.hidden, .indexed]),
    ])

  /// Returns the 410 error for a contact that was merged into another; nil if it was not merged or the version answers
  /// 404.
  static func mergedError(id: String, in call: Call) -> APIError? {
    mergedError(for: call.workspace[model].first(in: "source_contact_id", under: id), in: call)
  }

  static func mergedError(externalID: String, in call: Call) -> APIError? {
    mergedError(for: call.workspace[model].first(in: "source_external_id", under: externalID), in: call)
  }

  private static func mergedError(for merge: Record?, in call: Call) -> APIError? {
    guard call.honours(.mergedContactsAreGone), let id = merge.flatMap({ canonicalContactID(of: $0, in: call) }) else {
      return nil
    }
    return APIError(
      status: HTTPResponse.Status(code: 410, reasonPhrase: "Gone"), code: "contact_merged",
      message: "This contact has been merged. See the 'Link' header for the canonical contact.",
      headerFields: HTTPField.Name("Link").map { [HTTPField(name: $0, value: "</contacts/\(id)>; rel=\"canonical\"")] }
        ?? [])
  }

  /// Returns the id of the contact that a merged contact is now part of, after at most three merges
  /// (Documentation.docc/Errors.md, "General errors").
  private static func canonicalContactID(of merge: Record, in call: Call) -> String? {
    var merge = merge
    for _ in 0..<3 {
      guard let id = merge["contact_id"].string else { return nil }
      if call.workspace[Contacts.model][id] != nil { return id }
      guard let next = call.workspace[model].first(in: "source_contact_id", under: id) else { return nil }
      merge = next
    }
    return nil
  }

  /// The `merge_history` of a user, shown if the query has `include_merge_history=true`.
  static func history(of contact: Record, in call: Call) -> Node? {
    guard call.queryParameter("include_merge_history") == "true", contact["role"] == "user" else { return nil }
    return .records(merges(into: contact, in: call).reversed())
  }

  /// The merges into a contact, oldest first.
  static func merges(into contact: Record, in call: Call) -> [Record] {
    call.workspace[model].records(in: "contact_id", under: contact.id)
  }

  static func record(_ source: Record, into target: Record, in call: Call) {
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

/// Merging: a lead is merged into a user, with its related records (Documentation.docc/People-and-Companies.md,
/// "Contacts").
extension Contacts {
  /// Fields that a user takes from the lead if its own field is empty.
  private static let adoptedFields = [
    "email", "phone", "name", "owner_id", "avatar", "language_override", "signed_up_at",
  ]

  static func merge(in call: Call) throws -> Reply {
    let (source, target) = try mergePair(in: call)
    guard source["role"] == "lead", target["role"] == "user" else {
      ContactActivities.record(
        "contact.merge_failed", of: target, from: source, failure: "A lead can only be merged into a user", in: call)
      throw APIError(status: .badRequest, code: "parameter_invalid", message: "A lead can only be merged into a user")
    }
    if call.honours(.mergesOnlyDuplicates), !skipsDuplicateValidation(in: call),
      !shareIdentifier(source: source, target: target, among: ["email", "phone"])
    {
      throw APIError(
        status: .badRequest, code: "invalid_merge",
        message: "Contacts can only be merged when they are duplicates (matching email or phone). "
          + "Pass skip_duplicate_validation=true to override this check."
      ).withoutRequestID
    }
    return .ok(performMerge(of: source, into: target, in: call))
  }

  private static func mergePair(in call: Call) throws -> (source: Record, target: Record) {
    func findContact(named name: String) throws -> Record {
      let id = try call.body.required(
        name, as: .nonEmptyString, orThrow: .parameterMissing("\(name) is a required parameter"))
      guard let contact = call.workspace[model][id] else {
        throw ContactMerges.mergedError(id: id, in: call) ?? .notFound(for: model)
      }
      return contact
    }
    let (source, target) = (try findContact(named: "from"), try findContact(named: "into"))
    guard source.id != target.id else { throw APIError.parameterInvalid("A contact cannot be merged into itself") }
    return (source, target)
  }

  private static func skipsDuplicateValidation(in call: Call) -> Bool {
    call.body["skip_duplicate_validation"] == true
  }

  private static func shareIdentifier(source: Record, target: Record, among fields: [String]) -> Bool {
    fields.contains { field in
      guard let text = source[field].string, let other = target[field].string else { return false }
      return text.lowercased() == other.lowercased()
    }
  }

  private static func performMerge(of source: Record, into target: Record, in call: Call) -> Record {
    var merged = target
    for field in adoptedFields where merged[field].isEmpty { merged[field] = source[field] }
    // Addresses of users are unique: if another user has the lead's address, the target keeps its own.
    if duplicate(of: merged, in: call) != nil { merged["email"] = target["email"] }
    var attributes = source["custom_attributes"].object ?? [:]
    for (key, value) in target["custom_attributes"].object ?? [:] where !value.isNull { attributes[key] = value }
    merged["custom_attributes"] = .json(.object(attributes))
    for links in ["company_ids", "segment_ids"] {
      let own = target[links].strings
      merged[links] = .strings(own + source[links].strings.filter { !own.contains($0) })
    }
    merged["updated_at"] = .integer(call.now)
    call.merge(source, into: merged, of: model)
    call.workspace[model].replace(merged)
    ContactMerges.record(source, into: merged, in: call)
    ContactActivities.record("contact.merged", of: merged, from: source, in: call)
    return merged
  }

  // MARK: Preview

  static func previewMerge(in call: Call) throws -> Reply {
    let (source, target) = try mergePair(in: call)
    if let reason = rejectionReason(forMerging: source, into: target, in: call) {
      return .ok(
        .json(["allowed": false, "reasons": [["code": .string(reason.code), "message": .string(reason.text)]]]))
    }
    let changes = attributeChanges(merging: source, into: target, in: call)
    return .ok(
      .json([
        "allowed": true,
        "summary": [
          "attribute_changes": [
            "attributes": .array(Array(changes.prefix(50))), "total_count": .integer(Int64(changes.count)),
          ],
          "reassignments": .object(reassignments(merging: source, into: target, in: call)),
        ],
      ]))
  }

  private static func rejectionReason(forMerging source: Record, into target: Record, in call: Call) -> (
    code: String, text: String
  )? {
    if source["role"] != "lead" || target["role"] != "user" {
      return ("invalid_merge_role_pair", "Only a lead can be merged, and only into a user.")
    }
    if skipsDuplicateValidation(in: call)
      || shareIdentifier(source: source, target: target, among: ["email", "phone", "external_id"])
    {
      return nil
    }
    return ("no_shared_identifier", "The contacts share no email, phone or external ID.")
  }

  private static func attributeChanges(merging source: Record, into target: Record, in call: Call) -> [JSON] {
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
    return changes + companyChanges(merging: source, into: target, in: call)
  }

  private static func companyChanges(merging source: Record, into target: Record, in call: Call) -> [JSON] {
    func names(of ids: [String]) -> [JSON] {
      ids.compactMap { call.workspace[Companies.model][$0]?["name"].json }
    }
    let (from, own) = (source["company_ids"].strings, target["company_ids"].strings)
    guard !from.isEmpty else { return [] }
    return [
      [
        "field": "companies", "outcome": "merged", "from_value": .array(names(of: from)),
        "into_value": .array(names(of: own)),
        "new_into_value": .array(names(of: own + from.filter { !own.contains($0) })),
      ]
    ]
  }

  private static func reassignments(merging source: Record, into target: Record, in call: Call) -> JSONObject {
    func counts(collection: String, index: String) -> JSON {
      func count(of contact: Record) -> JSON {
        .integer(Int64(call.workspace.collection(named: collection)?.count(in: index, under: contact.id) ?? 0))
      }
      return ["from": count(of: source), "into": count(of: target)]
    }
    func tagCount(of contact: Record) -> JSON {
      .integer(Int64(Taggings.taggings(ofType: "contact", id: contact.id, in: call.workspace).count))
    }
    return [
      "conversations": counts(collection: "conversations", index: "contact_ids"),
      "tickets": counts(collection: "tickets", index: "contact_ids"),
      "phone_calls": counts(collection: "calls", index: "contact_id"),
      "tags": ["from": tagCount(of: source), "into": tagCount(of: target)],
      "notes": counts(collection: "notes", index: "contact_id"),
    ]
  }

  // MARK: History

  /// Newest first unless `order=asc`; the cursor is base64 of `{"id": ...}` of the last item
  /// (Documentation.docc/Pagination.md, "Cursors").
  static func listMergeHistory(in call: Call) throws -> Reply {
    guard let contact = call.workspace[model][call.pathParameter("id")], contact["role"] == "user" else {
      throw APIError(status: .notFound, code: "not_found", message: "Contact not found")
    }
    let perPage = try call.perPage(default: 50, limit: 150)
    var merges = ContactMerges.merges(into: contact, in: call)
    if call.queryParameter("order") != "asc" { merges.reverse() }
    if let cursor = call.queryParameter("cursor"), !cursor.isEmpty {
      guard let bytes = Base64.decode(cursor), let id = (try? JSON(parsing: bytes))?["id"]?.string,
        let index = merges.firstIndex(where: { $0.id == id })
      else { throw APIError.invalidCursor }
      merges.removeFirst(index + 1)
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
