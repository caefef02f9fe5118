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
