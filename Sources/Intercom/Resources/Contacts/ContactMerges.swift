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
