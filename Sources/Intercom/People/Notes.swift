import API
import JSON
import Store

/// Notes that teammates write about contacts and companies.
enum Notes: Resource {
  static let operations: [Operation] = [
    .get("/notes/{id}", id: "retrieveNote", handler: retrieve),
    .get("/contacts/{id}/notes", id: "listNotes", handler: listForContact),
    .post("/contacts/{id}/notes", id: "createNote", requestSchema: "create_note_request", handler: createForContact),
  ]

  static let model = Model(
    name: "note", collection: "notes", ids: .sequence(from: 1),
    references: [
      Reference("contact_id", to: "contacts", onDelete: .cascade, onMerge: .follow),
      Reference("company_id", to: "companies", onDelete: .cascade),
      Reference("admin_id", to: "admins"),
    ],
    fields: [
      .type("note"), .string("id"), .timestamp("created_at"),
      .derived("contact", from: contact),
      .derived("company", from: company),
      .derived("author", from: author),
      .string("body"),
      .string("contact_id", options: [.hidden, .indexed]), .string("company_id", options: [.hidden, .indexed]),
      .string("admin_id", options: .hidden),
    ])

  /// Newest first.
  static let listing = Listing.numbered(
    perPage: 50, order: ListOrder(name: "id", descending: true), endsWithNull: true)

  private static let list = EmbeddedList(type: "note", entryPath: "/notes/", listPath: "/notes")

  // MARK: Behaviour

  static func listForContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call)
    return try page(ownerField: "contact_id", id: contact.id, in: call)
  }

  static func createForContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call)
    return .ok(try add(ownerField: "contact_id", id: contact.id, in: call))
  }

  /// The notes of one contact or company.
  static func page(ownerField field: String, id: String, in call: Call) throws -> Reply {
    let notes = call.workspace[model]
    return try listing.reply(with: notes, where: .rows(notes.rows(in: field, under: id)), in: call)
  }

  /// Creates a note from the request. Its author is `admin_id`, or the admin of the token. Throws `parameter_not_found`
  /// without a `body`.
  static func add(ownerField field: String, id: String, in call: Call) throws -> Record {
    let text = try call.body.required(
      "body", as: .nonEmptyString, orThrow: .parameterMissing("body is a required parameter"))
    let admin = try Admins.adminID(from: call.body["admin_id"], in: call) ?? Admins.actorID(in: call)
    var note = model.blank()
    note["id"] = .json(call.workspace.nextID(for: model))
    note["created_at"] = .integer(call.now)
    note["body"] = .string(HTML.paragraphs(from: text))
    note["admin_id"] = .string(admin)
    note[field] = .string(id)
    call.workspace[model].insert(note)
    return note
  }

  /// Writes the `notes` of a contact.
  static func writeList(of contact: Record, in call: Call, to writer: inout JSONWriter) {
    let id = contact.id
    let notes = call.workspace[model]
    guard !notes.isEmpty(in: "contact_id", under: id) else { return list.writeEmpty(of: id, to: &writer) }
    list.write(notes.records(in: "contact_id", under: id).map(\.id), of: id, to: &writer)
  }

  // MARK: Derived

  private static func contact(of note: Record, in call: Call) -> Node? {
    guard let id = note["contact_id"].string else { return call.honours(.omitsAbsentContact) ? nil : .null }
    return .json(["type": "contact", "id": .string(id)])
  }

  private static func company(of note: Record, in call: Call) -> Node? {
    note["company_id"].string.map { .json(["type": "company", "id": .string($0)]) }
  }

  private static func author(of note: Record, in call: Call) -> Node? {
    note["admin_id"].string.flatMap { call.workspace[Admins.model][$0] }.map(Node.record) ?? .null
  }
}
