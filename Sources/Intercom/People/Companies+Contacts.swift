import API
import JSON
import Store

/// Who belongs to which company. The link stands on the contact, as `company_ids`.
extension Companies {
  /// How many companies a contact may belong to.
  private static let limit = 1000

  private static let contactsListing = Listing.cursor(perPage: 50, order: Contacts.listing.order)

  /// Clients read `data` or `companies` (clients.md).
  private static let ofContactListing = Listing.numbered(
    perPage: 50, order: listing.order, members: [.type, .items, .again("companies"), .pages, .total],
    endsWithNull: true)

  static func listContacts(_ call: Call) throws -> Reply {
    let company = try call.find(model)
    let contacts = call.workspace[Contacts.model]
    return try contactsListing.reply(contacts, where: .rows(contacts.rows(in: "member_of", under: company.id)), call)
  }

  /// In the order in which the contact joined them.
  static func listOfContact(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call)
    let companies = contact["company_ids"].strings.compactMap { call.workspace[model][$0] }
    return try ofContactListing.reply(companies, call)
  }

  static func attach(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call)
    let company = try named(call.body, call)
    call.workspace[Contacts.model].replace(try joining(company.id, contact))
    return .ok(company)
  }

  static func detach(_ call: Call) throws -> Reply {
    let contact = try Contacts.find(call, "contact_id")
    let company = try call.find(model)
    guard contact["company_ids"].strings.contains(company.id) else { throw APIError.notFound(model) }
    call.workspace[Contacts.model].replace(leaving(company.id, contact))
    return .ok(company)
  }

  /// The company that a request names by `id`, or as a client library does by `company_id`, meaning either id.
  private static func named(_ body: JSONObject, _ call: Call) throws -> Record {
    func text(_ name: String) -> String? {
      body[name].flatMap { $0.string ?? $0.integral.map(String.init) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    let companies = call.workspace[model]
    if let id = text("id") {
      guard let company = companies[id] else { throw APIError.notFound(model) }
      return company
    }
    guard let id = text("company_id") else { throw APIError.parameterMissing("company not specified") }
    guard let company = companies[id] ?? companies.first(in: "company_id", under: id) else {
      throw APIError.notFound(model)
    }
    return company
  }

  /// The contact as one of a company; nothing is stored. Throws `contact_company_limit_exceeded`.
  static func joining(_ company: String, _ contact: Record) throws -> Record {
    var contact = contact
    let ids = contact["company_ids"].strings
    guard !ids.contains(company) else { return contact }
    try checkLimit(ids.count + 1)
    contact["company_ids"] = .strings(ids + [company])
    return contact
  }

  /// Throws `contact_company_limit_exceeded` for so many companies of one contact.
  static func checkLimit(_ count: Int) throws {
    guard count <= limit else {
      throw APIError(
        .badRequest, "contact_company_limit_exceeded",
        "Contact has reached the maximum of \(limit) company associations")
    }
  }

  /// The contact as one of a company no more; nothing is stored.
  static func leaving(_ company: String, _ contact: Record) -> Record {
    var contact = contact
    contact["company_ids"] = .strings(contact["company_ids"].strings.filter { $0 != company })
    return contact
  }
}
