import API
import JSON
import Store

/// Who wrote or did something: an admin, a contact (`user` or `lead`), a bot or a team.
struct Author: Sendable, Equatable {
  let type: String
  let id: String

  static func admin(_ id: String) -> Author {
    Author(type: "admin", id: id)
  }

  static func contact(_ contact: Record) -> Author {
    Author(type: contact["role"].string ?? "user", id: contact.id)
  }

  /// The bot that acts when nobody else does. It is kept among the admins, under its e-mail address (recorded).
  static func bot(_ workspace: Workspace) -> Author {
    let bot = workspace[Admins.model].all.first { $0["email"].string?.hasPrefix("operator+") ?? false }
    return Author(type: "bot", id: bot?.id ?? "0")
  }

  var isContact: Bool {
    type == "user" || type == "lead"
  }
}

extension Behaviour {
  /// The bot that acts by itself is called Fin; before, Operator.
  static let callsBotFin = Behaviour("the bot is called Fin")
}

/// The authors of what hangs on conversations and tickets: kept as type and id, shown with name and address.
enum Authors {
  /// What a model with an author keeps.
  static let fields: [Field] = [
    .string("author_type", .hidden), .string("author_id", .hidden), .boolean("from_ai_agent", .hidden),
    .boolean("is_ai_answer", .hidden),
  ]

  static func write(_ author: Author, to record: inout Record) {
    record["author_type"] = .string(author.type)
    record["author_id"] = .string(author.id)
  }

  static func of(_ record: Record) -> Author {
    Author(type: record["author_type"].string ?? "bot", id: record["author_id"].string ?? "0")
  }

  /// The `author` of a conversation part.
  static func ofPart(_ part: Record, _ call: Call) -> Node? {
    node(part, as: "conversation_part_author", call)
  }

  /// The `author` of a record that has `fields`, in the shape of a published schema.
  ///
  /// A part says of itself whether a bot wrote it and whether it answers; both are false when it does not.
  static func node(_ record: Record, as shape: String, _ call: Call) -> Node {
    var object = object(of(record), call)
    object["from_ai_agent"] = .boolean(record["from_ai_agent"].boolean ?? false)
    object["is_ai_answer"] = .boolean(record["is_ai_answer"].boolean ?? false)
    return .shape(shape, object)
  }

  /// Type, id, name and address. One who is gone keeps type and id.
  static func object(_ author: Author, _ call: Call) -> JSONObject {
    let (name, email) = words(author, call)
    return ["type": .string(author.type), "id": .string(author.id), "name": name, "email": email]
  }

  private static func words(_ author: Author, _ call: Call) -> (name: JSON, email: JSON) {
    switch author.type {
    case "bot":
      return (
        call.honours(.callsBotFin) ? "Fin" : "Operator", .string("operator+\(Profile.id(call))@intercom.io")
      )
    case "team": return (call.workspace[Teams.model][author.id]?["name"].stored ?? .null, "")
    case "admin": return words(of: call.workspace[Admins.model][author.id])
    default: return words(of: call.workspace[Contacts.model][author.id])
    }
  }

  /// Unknown: the address of an author without one; no version but the newest lets it be null.
  private static func words(of record: Record?) -> (name: JSON, email: JSON) {
    (record?["name"].stored ?? .null, .string(record?["email"].string ?? ""))
  }
}
