import API
import JSON
import Store

/// A ticket that a request asks for, checked whole before anything is kept.
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

  init(_ call: Call) throws {
    let body = call.body
    self.call = call
    type = try Self.type(call)
    attributes = try TicketAttributes.complete(body["ticket_attributes"], for: type, call)
    state = try TicketStates.first(for: type, call)
    contact = try TicketContact(call)
    companyID = try Self.company(call)
    createdAt = try call.time("created_at") ?? call.now
    let assignment = try Self.assignment(body["assignment"])
    admin = try Self.assignee(assignment["admin_assignee_id"], Admins.model, call)
    team = try Self.assignee(assignment["team_assignee_id"], Teams.model, call)
    linkedID = try TicketLinks.target(forNew: type, call)
  }

  /// What is refused at once even where the ticket is made later.
  static func check(_ call: Call) throws {
    let type = try type(call)
    _ = try TicketAttributes.complete(call.body["ticket_attributes"], for: type, call)
    _ = try TicketContact.asked(call)
  }

  /// Keeps the ticket with the part that every ticket begins with.
  func insert() -> Record {
    var ticket = Tickets.model.blank()
    ticket["id"] = .json(call.workspace.nextID(for: Tickets.model))
    ticket["ticket_id"] = .string(Tickets.nextNumber(call.workspace))
    ticket["ticket_type_id"] = .string(type.id)
    ticket["ticket_state_id"] = .string(state.id)
    ticket["ticket_attributes"] = .json(.object(attributes))
    ticket["contact_ids"] = .strings([contact.keep(call)])
    ticket["company_id"] = .string(companyID)
    ticket["admin_assignee_id"] = .integer(admin)
    ticket["team_assignee_id"] = .integer(team)
    ticket["created_at"] = .integer(createdAt)
    ticket["updated_at"] = .integer(call.now)
    ticket["is_shared"] = .boolean(type["category"].string == TicketTypes.customer)
    call.workspace[Tickets.model].insert(ticket)
    Self.leaveBeginning(of: ticket.id, in: state, at: createdAt, call)
    guard let linkedID else { return ticket }
    return TicketLinks.add(linkedID, to: ticket, call)
  }

  /// The service's own part, the first of every ticket.
  static let beginning = Errand("ticket.beginning", .sideEffect) { arguments, call in
    let (ticket, state) = (arguments["ticket"]?.string ?? "", arguments["state"]?.string ?? "")
    guard call.workspace[Tickets.model][ticket] != nil, let state = call.workspace[TicketStates.model][state] else {
      return
    }
    begin(ticket, in: state, at: arguments["time"]?.integer ?? call.now, call)
  }

  static func leaveBeginning(of ticket: String, in state: Record, at time: Int64, _ call: Call) {
    call.leave(beginning, ["ticket": .string(ticket), "state": .string(state.id), "time": .integer(time)])
  }

  /// The part that says in which state a ticket begins.
  private static func begin(_ ticket: String, in state: Record, at time: Int64, _ call: Call) {
    var part = TicketParts.new("ticket_state_updated_by_admin", by: .bot(call.workspace), at: time)
    part["ticket_state"] = state["category"]
    part["previous_ticket_state"] = state["category"]
    TicketParts.append(part, to: ticket, call.workspace)
  }

  // MARK: Reading

  /// The type that a request names. Unknown: how an archived one is refused.
  static func type(_ call: Call) throws -> Record {
    guard let id = try call.id("ticket_type_id") else {
      throw APIError.parameterMissing("ticket_type_id is a required parameter")
    }
    guard let type = call.workspace[TicketTypes.model][id] else { throw APIError.notFound(TicketTypes.model) }
    guard type["archived"] != true else { throw APIError.parameterInvalid("Ticket type is archived") }
    return type
  }

  private static func company(_ call: Call) throws -> String? {
    guard let id = try call.id("company_id") else { return nil }
    guard call.workspace[Companies.model][id] != nil else { throw APIError.notFound(Companies.model) }
    return id
  }

  private static func assignment(_ json: JSON?) throws -> JSONObject {
    guard let json, !json.isNull else { return [:] }
    guard let object = json.object else { throw APIError.parameterInvalid("assignment must be an object") }
    return object
  }

  private static func assignee(_ json: JSON?, _ model: Model, _ call: Call) throws -> Int64 {
    guard let json, !json.isNull else { return 0 }
    guard let id = json.string ?? json.integral.map(String.init), let number = Int64(id) else {
      throw TicketChange.noAssignee
    }
    guard number == 0 || call.workspace[model][id] != nil else { throw TicketChange.noAssignee }
    return number
  }
}
