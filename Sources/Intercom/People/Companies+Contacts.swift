import API
import JSON
import Store

/// The relation between contacts and companies. It is stored in the contact, as `company_ids`.
extension Companies {
  /// Maximum number of companies of a contact.
  private static let companiesPerContactLimit = 1000

  private static let contactsListing = Listing.cursor(perPage: 50, order: Contacts.listing.order)

  /// Some clients read `data`, others `companies` (Documentation.docc/Clients.md).
  private static let contactCompaniesListing = Listing.numbered(
    perPage: 50, order: listing.order, members: [.type, .items, .itemsCopy("companies"), .pages, .total],
    endsWithNull: true)

  static func listContacts(in call: Call) throws -> Reply {
    let company = try call.find(model)
    let contacts = call.workspace[Contacts.model]
    return try contactsListing.reply(
      with: contacts, where: .rows(contacts.rows(in: "member_of", under: company.id)), in: call)
  }

  /// Companies are in the order in which they were attached to the contact.
  static func listForContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call)
    let companies = contact["company_ids"].strings.compactMap { call.workspace[model][$0] }
    return try contactCompaniesListing.reply(with: companies, in: call)
  }

  static func attachContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call)
    let company = try company(from: call.body, in: call)
    call.workspace[Contacts.model].replace(try attaching(company: company.id, to: contact))
    return .ok(company)
  }

  static func detachContact(in call: Call) throws -> Reply {
    let contact = try Contacts.find(in: call, parameter: "contact_id")
    let company = try call.find(model)
    guard contact["company_ids"].strings.contains(company.id) else { throw APIError.notFound(for: model) }
    call.workspace[Contacts.model].replace(detaching(company: company.id, from: contact))
    return .ok(company)
  }

  /// Returns the company in the request. `id` is Intercom's id; `company_id`, which a client library sends, may be
  /// either id.
  private static func company(from body: JSONObject, in call: Call) throws -> Record {
    let companies = call.workspace[model]
    if let id = body["id"]?.asNonEmptyID {
      guard let company = companies[id] else { throw APIError.notFound(for: model) }
      return company
    }
    guard let id = body["company_id"]?.asNonEmptyID else { throw APIError.parameterMissing("company not specified") }
    guard let company = companies[id] ?? companies.first(in: "company_id", under: id) else {
      throw APIError.notFound(for: model)
    }
    return company
  }

  /// Returns a copy of the contact with the company added; stores nothing. Throws `contact_company_limit_exceeded`.
  static func attaching(company: String, to contact: Record) throws -> Record {
    var contact = contact
    let ids = contact["company_ids"].strings
    guard !ids.contains(company) else { return contact }
    try checkCompanyLimit(count: ids.count + 1)
    contact["company_ids"] = .strings(ids + [company])
    return contact
  }

  /// Throws `contact_company_limit_exceeded` if `count` is more than a contact can have.
  static func checkCompanyLimit(count: Int) throws {
    guard count <= companiesPerContactLimit else {
      throw APIError(
        status: .badRequest, code: "contact_company_limit_exceeded",
        message: "Contact has reached the maximum of \(companiesPerContactLimit) company associations")
    }
  }

  /// Returns a copy of the contact with the company removed; stores nothing.
  static func detaching(company: String, from contact: Record) -> Record {
    var contact = contact
    contact["company_ids"] = .strings(contact["company_ids"].strings.filter { $0 != company })
    return contact
  }
}
