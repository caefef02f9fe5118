import API
import JSON
import Store

extension Behaviour {
  /// A note that is not about a contact has no `contact`; before, a null one.
  static let leavesOutAbsentContact = Behaviour("notes leave out an absent contact")
}

/// Notes that teammates keep about contacts and companies.
enum Notes: Resource {
  static let operations: [Operation] = [
    .get("/notes/{id}", "retrieveNote", retrieve),
    .get("/contacts/{id}/notes", "listNotes", listOfContact),
    .post("/contacts/{id}/notes", "createNote", takes: "create_note_request", createForContact),
  ]

  static let model = Model(
    "note", collection: "notes", ids: .sequence(from: 1),
    references: [
      Reference("contact_id", to: "contacts"), Reference("company_id", to: "companies"),
      Reference("admin_id", to: "admins"),
    ],
    [
      .type("note"), .string("id"), .timestamp("created_at"),
      .derived("contact", contact),
      .derived("company", company),
      .derived("author", author),
      .string("body"),
      .string("contact_id", [.hidden, .indexed]), .string("company_id", [.hidden, .indexed]),
      .string("admin_id", .hidden),
    ])

  /// Newest first.
  static let listing = Listing.numbered(
    perPage: 50, order: ListOrder("id", descending: true), endsWithNull: true)

  private static let list = EmbeddedList(type: "note", entryPath: "/notes/", listPath: "/notes")

  // MARK: Behaviour

  static func listOfContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call)
    return try page(of: "contact_id", contact.id, call)
  }

  static func createForContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call)
    return .ok(try add(to: "contact_id", contact.id, call))
  }

  /// The notes of one contact or company.
  static func page(of field: String, _ id: String, _ call: Call) throws -> Reply {
    let notes = call.workspace[model]
    return try listing.reply(notes, where: .rows(notes.rows(in: field, under: id)), call)
  }

  /// A new note of the body's `body`, by its `admin_id` or else the token's admin.
  static func add(to field: String, _ id: String, _ call: Call) throws -> Record {
    guard let text = call.body["body"]?.string, !text.isEmpty else {
      throw APIError.parameterMissing("body is a required parameter")
    }
    let admin = try Admins.named(call.body["admin_id"], call) ?? Admins.actor(call)
    var note = model.blank()
    note["id"] = .json(call.workspace.nextID(for: model))
    note["created_at"] = .integer(call.now)
    note["body"] = .string(HTML.paragraphs(text))
    note["admin_id"] = .string(admin)
    note[field] = .string(id)
    call.workspace[model].insert(note)
    return note
  }

  /// The `notes` of a contact.
  static func writeList(_ contact: Record, _ call: Call, _ writer: inout JSONWriter) {
    let id = contact.id
    let notes = call.workspace[model]
    guard !notes.isEmpty(in: "contact_id", under: id) else { return list.writeEmpty(of: id, &writer) }
    list.write(notes.records(in: "contact_id", under: id).map(\.id), of: id, &writer)
  }

  // MARK: Derived

  private static func contact(of note: Record, _ call: Call) -> Node? {
    guard let id = note["contact_id"].string else { return call.honours(.leavesOutAbsentContact) ? nil : .null }
    return .json(["type": "contact", "id": .string(id)])
  }

  private static func company(of note: Record, _ call: Call) -> Node? {
    note["company_id"].string.map { .json(["type": "company", "id": .string($0)]) }
  }

  private static func author(of note: Record, _ call: Call) -> Node? {
    note["admin_id"].string.flatMap { call.workspace[Admins.model][$0] }.map(Node.record) ?? .null
  }
}
