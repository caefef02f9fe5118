import API
import JSON
import Store

/// The author of a message or an action: an admin, a contact (`user` or `lead`), a bot or a team.
struct Author: Sendable, Equatable {
  let type: String
  let id: String

  static func admin(_ id: String) -> Author {
    Author(type: "admin", id: id)
  }

  static func contact(_ contact: Record) -> Author {
    Author(type: contact["role"].string ?? "user", id: contact.id)
  }

  /// The author of automatic actions. It is stored as an admin with a special e-mail address (recorded).
  static func bot(in workspace: Workspace) -> Author {
    let bot = workspace[Admins.model].all.first { $0["email"].string?.hasPrefix("operator+") ?? false }
    return Author(type: "bot", id: bot?.id ?? "0")
  }

  var isContact: Bool {
    type == "user" || type == "lead"
  }

  /// The collection of the author's record, which supplies name and e-mail address; nil for the bot.
  var collection: String? {
    switch type {
    case "bot": nil
    case "team": "teams"
    case "admin": "admins"
    default: "contacts"
    }
  }
}

/// Authors of messages, parts and tickets: stored as type and id, shown with name and e-mail address.
enum Authors {
  /// The fields of a model with an author.
  static let fields: [Field] = [
    .string("author_type", options: .hidden), .string("author_id", options: .hidden),
    .boolean("from_ai_agent", options: .hidden),
    .boolean("is_ai_answer", options: .hidden),
  ]

  /// The reference of an author. The author of a deleted contact keeps type and id, without name and address; messages of a
  /// merged contact become those of the contact that is kept.
  /// - Parameter field: the field of the nested records with the author; nil if the model itself has `fields`
  static func reference(in field: String? = nil) -> Reference {
    Reference(
      field.map { "\($0).author_id" } ?? "author_id", by: "author_type",
      to: ["user": "contacts", "lead": "contacts", "admin": "admins", "bot": "admins", "team": "teams"],
      onDelete: .keep,
      onMerge: .call { record, source, target, call in
        guard let contact = call.workspace[Contacts.model][target] else { return }
        var changed = record
        if let field {
          changed[field] = value(record[field], replacing: source, with: .contact(contact))
        } else {
          replace(source, with: .contact(contact), in: &changed)
        }
        call.workspace[record.schema].replace(changed)
      })
  }

  /// The nested record or records of a field, with one author replaced by another.
  private static func value(_ value: Value, replacing id: String, with author: Author) -> Value {
    func replaced(_ nested: Record) -> Record {
      var nested = nested
      replace(id, with: author, in: &nested)
      return nested
    }
    return value.record.map { .record(replaced($0)) } ?? .records(value.records.map(replaced))
  }

  private static func replace(_ id: String, with author: Author, in record: inout Record) {
    let old = Self.author(of: record)
    if old.id == id, old.isContact { write(author, to: &record) }
  }

  static func write(_ author: Author, to record: inout Record) {
    record["author_type"] = .string(author.type)
    record["author_id"] = .string(author.id)
  }

  static func author(of record: Record) -> Author {
    Author(type: record["author_type"].string ?? "bot", id: record["author_id"].string ?? "0")
  }

  /// The `author` of a conversation part. `from_ai_agent` and `is_ai_answer` are false unless the record has them.
  static func partAuthor(of part: Record, in call: Call) -> Node? {
    var object = partObject(for: author(of: part), in: call)
    object["from_ai_agent"] = .boolean(part["from_ai_agent"].boolean ?? false)
    object["is_ai_answer"] = .boolean(part["is_ai_answer"].boolean ?? false)
    return .shape("conversation_part_author", object)
  }

  /// Id, type, name and e-mail address: the recorded order in parts of conversations and tickets
  /// (Documentation.docc/Recorded-Differences.md, "Shapes").
  static func partObject(for author: Author, in call: Call) -> JSONObject {
    var object: JSONObject = ["id": .string(author.id)]
    for (key, value) in Authors.object(for: author, in: call) { object[key] = value }
    return object
  }

  /// Type, id, name and e-mail address. A deleted author has no name and an empty address.
  static func object(for author: Author, in call: Call) -> JSONObject {
    let (name, email) = nameAndEmail(of: author, in: call)
    return ["type": .string(author.type), "id": .string(author.id), "name": name, "email": email]
  }

  /// Recorded in 2.11 and 2.14; examples of older versions show "Operator".
  static let botName = "Fin"

  static func botEmail(in workspace: Workspace) -> String {
    "operator+\(WorkspaceProfile.id(of: workspace))@intercom.io"
  }

  private static func nameAndEmail(of author: Author, in call: Call) -> (name: JSON, email: JSON) {
    switch author.type {
    case "bot": return (.string(botName), .string(botEmail(in: call.workspace)))
    case "team": return (call.workspace[Teams.model][author.id]?["name"].json ?? .null, "")
    case "admin": return nameAndEmail(of: call.workspace[Admins.model][author.id])
    default: return nameAndEmail(of: call.workspace[Contacts.model][author.id])
    }
  }

  /// Unknown: the address of an author without one; only the newest version allows null.
  private static func nameAndEmail(of record: Record?) -> (name: JSON, email: JSON) {
    (record?["name"].json ?? .null, .string(record?["email"].string ?? ""))
  }
}
