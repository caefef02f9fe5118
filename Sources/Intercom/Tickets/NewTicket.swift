import API
import JSON
import Store

/// A ticket to create. The request is validated completely before anything is stored.
struct NewTicket {
  private let call: Call
  private let type: Record
  private let state: Record
  private let attributes: JSONObject
  private let contact: TicketContact
  private let companyID: String?
  private let createdAt: Int64
  private let admin: Int64
  private let team: Int64
  private let linkedID: String?

  init(in call: Call) throws {
    let body = call.body
    self.call = call
    type = try Self.ticketType(in: call)
    attributes = try TicketAttributes.initialValues(from: body["ticket_attributes"], for: type, in: call)
    state = try TicketStates.initialState(for: type, in: call)
    contact = try TicketContact(in: call)
    companyID = try TicketCompany.requestedID(for: [contact.record], in: call)
    createdAt = try call.body.optional("created_at", as: .unixTime()) ?? call.now
    let assignment = try body.optional("assignment", as: .object) ?? [:]
    admin = try Self.assignee(from: assignment["admin_assignee_id"], model: Admins.model, in: call)
    team = try Self.assignee(from: assignment["team_assignee_id"], model: Teams.model, in: call)
    linkedID = try TicketLinks.target(forNew: type, in: call)
  }

  /// Validates what Intercom refuses at once even if the ticket is created later.
  static func validate(in call: Call) throws {
    let type = try ticketType(in: call)
    _ = try TicketAttributes.initialValues(from: call.body["ticket_attributes"], for: type, in: call)
    _ = try TicketContact.requestedIdentifier(in: call)
  }

  /// Stores the ticket and schedules its first part.
  func insert() -> Record {
    var ticket = Tickets.model.blank()
    ticket["id"] = .json(call.workspace.nextID(for: Tickets.model))
    ticket["ticket_id"] = .string(Tickets.nextNumber(in: call.workspace))
    ticket["ticket_type_id"] = .string(type.id)
    ticket["ticket_state_id"] = .string(state.id)
    ticket["ticket_attributes"] = .json(.object(attributes))
    ticket["contact_ids"] = .strings([contact.storeIfNew(in: call)])
    if let companyID { ticket["company_id"] = .string(companyID) }
    ticket["admin_assignee_id"] = .integer(admin)
    ticket["team_assignee_id"] = .integer(team)
    ticket["created_at"] = .integer(createdAt)
    ticket["updated_at"] = .integer(call.now)
    ticket["is_shared"] = .boolean(type["category"].string == TicketTypes.customer)
    call.workspace[Tickets.model].insert(ticket)
    Self.scheduleFirstPart(of: ticket.id, state: state, at: createdAt, in: call)
    guard let linkedID else { return ticket }
    return TicketLinks.add(linkedID, to: ticket, in: call)
  }

  /// Adds the first part of a ticket, which Intercom itself writes.
  static let firstPartTask = DeferredTask(name: "ticket.beginning", kind: .sideEffect) { arguments, call in
    let (ticket, state) = (arguments["ticket"]?.string ?? "", arguments["state"]?.string ?? "")
    guard call.workspace[Tickets.model][ticket] != nil, let state = call.workspace[TicketStates.model][state] else {
      return
    }
    addFirstPart(to: ticket, state: state, at: arguments["time"]?.integer ?? call.now, in: call)
  }

  static func scheduleFirstPart(of ticket: String, state: Record, at time: Int64, in call: Call) {
    call.schedule(
      firstPartTask, arguments: ["ticket": .string(ticket), "state": .string(state.id), "time": .integer(time)])
  }

  /// Adds the part that records the initial state of a ticket.
  private static func addFirstPart(to ticket: String, state: Record, at time: Int64, in call: Call) {
    var part = TicketParts.makePart(type: "ticket_state_updated_by_admin", by: .bot(in: call.workspace), at: time)
    part["ticket_state"] = state["category"]
    part["previous_ticket_state"] = state["category"]
    TicketParts.append(part, to: ticket, in: call.workspace)
  }

  // MARK: Reading

  /// Returns the ticket type in the request. Throws if it is missing or unknown. Unknown: how an archived type is
  /// refused.
  static func ticketType(in call: Call) throws -> Record {
    let id = try call.body.required("ticket_type_id", as: .id)
    guard let type = call.workspace[TicketTypes.model][id] else { throw APIError.notFound(for: TicketTypes.model) }
    guard type["archived"] != true else { throw APIError.parameterInvalid("Ticket type is archived") }
    return type
  }

  private static func assignee(from json: JSON?, model: Model, in call: Call) throws -> Int64 {
    guard let json, !json.isNull else { return 0 }
    guard let id = json.asID, let number = Int64(id) else {
      throw TicketChange.assigneeNotFound
    }
    guard number == 0 || call.workspace[model][id] != nil else { throw TicketChange.assigneeNotFound }
    return number
  }
}

/// The only contact of a new ticket.
struct TicketContact {
  let record: Record
  private let isNew: Bool

  /// Reads the contact from `contacts`, by `id`, `external_id` or `email`. An unknown e-mail address creates a contact.
  init(in call: Call) throws {
    let (key, text) = try Self.requestedIdentifier(in: call)
    let contacts = call.workspace[Contacts.model]
    switch key {
    case "id":
      guard let contact = contacts[text] else {
        throw ContactMerges.mergedError(id: text, in: call) ?? .notFound(for: Contacts.model)
      }
      (record, isNew) = (contact, false)
    case "external_id":
      guard let contact = contacts.first(in: "external_id", under: text) else {
        throw ContactMerges.mergedError(externalID: text, in: call) ?? .notFound(for: Contacts.model)
      }
      (record, isNew) = (contact, false)
    default:
      let known = contacts.records(in: "email", under: CaseFolding.folded(text))
      if let contact = known.first(where: { $0["role"] == "user" }) ?? known.first {
        (record, isNew) = (contact, false)
      } else {
        (record, isNew) = (try Contacts.makeContact(from: ["email": .string(text)], in: call), true)
      }
    }
  }

  /// Returns the member that identifies the contact in a request, and its value.
  ///
  /// Unknown: how more than one contact is refused; the description says that one is allowed.
  static func requestedIdentifier(in call: Call) throws -> (key: String, text: String) {
    let missing = APIError.parameterMissing("contacts is a required parameter")
    let invalid = APIError.parameterInvalid("contacts must be an array of one contact")
    let items = try call.body.required("contacts", as: .array, invalid: invalid)
    guard items.count < 2 else { throw invalid }
    guard let item = items.first?.object else { throw missing }
    for key in ["id", "external_id", "email"] {
      if let text = try item.optional(key, as: .id) { return (key, text) }
    }
    throw APIError.parameterMissing("contacts must have an id, external_id or email")
  }

  /// Returns the id of the contact, after storing it if it is new.
  func storeIfNew(in call: Call) -> String {
    if isNew {
      call.workspace[Contacts.model].insert(record)
      ContactActivities.record("contact.created", of: record, in: call)
    }
    return record.id
  }
}

/// The company of a ticket.
enum TicketCompany {
  /// The id of the company in the body; nil if there is none.
  ///
  /// Throws 404 for an unknown company, and `parameter_invalid` for a company of none of the contacts
  /// (Documentation.docc/Conversations-and-Tickets.md, "Ticket rules"). Unknown: the wording.
  static func requestedID(for contacts: [Record], in call: Call) throws -> String? {
    guard let id = try call.body.optional("company_id", as: .id) else { return nil }
    guard call.workspace[Companies.model][id] != nil else { throw APIError.notFound(for: Companies.model) }
    try check(id, of: contacts)
    return id
  }

  /// Throws `parameter_invalid` for a company of none of the record's contacts.
  static func check(_ id: String, of record: Record, in call: Call) throws {
    try check(id, of: record["contact_ids"].strings.compactMap { call.workspace[Contacts.model][$0] })
  }

  private static func check(_ id: String, of contacts: [Record]) throws {
    guard contacts.contains(where: { $0["company_ids"].strings.contains(id) }) else {
      throw APIError.parameterInvalid("company_id must be the company of one of the ticket's contacts")
    }
  }
}
