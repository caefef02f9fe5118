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
}

/// Authors of messages, parts and tickets: stored as type and id, shown with name and e-mail address.
enum Authors {
  /// The fields of a model with an author.
  static let fields: [Field] = [
    .string("author_type", options: .hidden), .string("author_id", options: .hidden),
    .boolean("from_ai_agent", options: .hidden),
    .boolean("is_ai_answer", options: .hidden),
  ]

  /// The reference of an author. The author of a deleted contact keeps type and id, without name and address.
  /// - Parameter field: the field of the nested records with the author; nil if the model itself has `fields`
  static func reference(in field: String? = nil) -> Reference {
    Reference(
      field.map { "\($0).author_id" } ?? "author_id", by: "author_type",
      to: ["user": "contacts", "lead": "contacts", "admin": "admins", "bot": "admins", "team": "teams"], onDelete: .keep
    )
  }

  static func write(_ author: Author, to record: inout Record) {
    record["author_type"] = .string(author.type)
    record["author_id"] = .string(author.id)
  }

  static func author(of record: Record) -> Author {
    Author(type: record["author_type"].string ?? "bot", id: record["author_id"].string ?? "0")
  }

  /// The `author` of a conversation part.
  static func partAuthor(of part: Record, in call: Call) -> Node? {
    node(of: part, as: "conversation_part_author", in: call)
  }

  /// The `author` of a record that has `fields`, in the shape of a published schema.
  ///
  /// `from_ai_agent` and `is_ai_answer` are read from the record; their default is false.
  static func node(of record: Record, as shape: String, in call: Call) -> Node {
    var object = object(for: author(of: record), in: call)
    object["from_ai_agent"] = .boolean(record["from_ai_agent"].boolean ?? false)
    object["is_ai_answer"] = .boolean(record["is_ai_answer"].boolean ?? false)
    return .shape(shape, object)
  }

  /// Type, id, name and e-mail address. A deleted author has no name and an empty address.
  static func object(for author: Author, in call: Call) -> JSONObject {
    let (name, email) = nameAndEmail(of: author, in: call)
    return ["type": .string(author.type), "id": .string(author.id), "name": name, "email": email]
  }

  private static func nameAndEmail(of author: Author, in call: Call) -> (name: JSON, email: JSON) {
    switch author.type {
    case "bot":
      return (
        call.honours(.botIsNamedFin) ? "Fin" : "Operator",
        .string("operator+\(WorkspaceProfile.id(in: call))@intercom.io")
      )
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
