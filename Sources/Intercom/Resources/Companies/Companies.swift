import API
import JSON
import Store

/// Companies: the organisations that contacts belong to.
enum Companies: Resource {
  static let operations: [Operation] = [
    .get("/companies", "retrieveCompany", retrieveOrList),
    .post("/companies", "createOrUpdateCompany", takes: "create_or_update_company_request", createOrUpdate),
    .post("/companies/list", "listAllCompanies", listAll),
    .get("/companies/scroll", "scrollOverAllCompanies", CompanyScrolls.page),
    .post("/companies/search", "searchCompanies", search, .since(.preview)),
    .post("/companies/bulk", "bulkCreateCompanies", bulkCreate, .since(.preview)),
    .put("/companies/bulk", "bulkUpdateCompanies", bulkUpdate, .since(.preview)),
    .post("/companies/bulk/delete", "bulkDeleteCompanies", bulkDelete, .since(.preview)),
    .get("/companies/bulk/{id}", "showBulkCompaniesJob", bulkJob, .since(.preview)),
    .get("/companies/{id}", "retrieveACompanyById", retrieve),
    .put("/companies/{id}", "updateCompany", takes: "update_company_request", update),
    .delete("/companies/{id}", "deleteCompany", delete),
    .get("/companies/{id}/contacts", "listAttachedContacts", listContacts),
    .get("/companies/{id}/segments", "listAttachedSegmentsForCompanies", listSegments),
    .get("/companies/{id}/notes", "listCompanyNotes", listNotes, .since(.v2_15)),
    .post("/companies/{id}/notes", "createCompanyNote", createNote, .since(.v2_16)),
    .get("/contacts/{id}/companies", "listCompaniesForAContact", listOfContact),
    .post("/contacts/{id}/companies", "attachContactToACompany", attach),
    .delete("/contacts/{contact_id}/companies/{id}", "detachContactFromACompany", detach),
  ]

  static let model = Model(
    "company", collection: "companies", ids: .objectID,
    notFound: Model.NotFound("company_not_found", "Company Not Found"),
    references: [Reference("segment_ids", to: "segments")], indexes: [planIndex], orders: [lastRequest], fields)

  static let models = [CompanyNotes.model, CompanyScrolls.model, BulkJobs.model]

  /// Most recently active first, and those never seen last. Recorded: equals come in the order of their ids.
  private static let lastRequest = CollectionDefinition.Order("last_request") { company in
    0 &- (company["last_request_at"].integer ?? 0)
  }

  static let listing = Listing.numbered(
    perPage: 15, order: ListOrder("last_request", descending: false), members: [.type, .items, .pages, .total],
    endsWithNull: true, reach: 10_000)

  static let searching = Searching(
    searchFields, listing: .cursor(perPage: 15, order: ListOrder("created_at", descending: true)))

  // MARK: Behaviour

  static func createOrUpdate(_ call: Call) throws -> Reply {
    if let unknown = call.body.keys.first(where: { !accepted.contains($0) }) {
      throw APIError(
        .badRequest, "bad_request", "bad '\(unknown)' parameter", envelope: .list(requestID: .null))
    }
    return .ok(try upsert(call.body, call))
  }

  static func update(_ call: Call) throws -> Reply {
    let company = try changed(try call.find(model), call.body, call)
    call.workspace[model].replace(company)
    return .ok(company)
  }

  static func delete(_ call: Call) throws -> Reply {
    let company = try call.find(model)
    call.leave(deletion, ["company": .string(company.id)])
    return .ok(.json(["id": .string(company.id), "object": "company", "deleted": true]))
  }

  /// The service accepts at once and deletes by and by (state-machine.md, 4).
  static let deletion = Errand("company.deletion", .sideEffect) { arguments, call in
    call.workspace[model][arguments["company"]?.string ?? ""].map { remove($0, call) }
  }

  /// Takes a company out with all that hangs on it; its contacts stay.
  static func remove(_ company: Record, _ call: Call) {
    for contact in call.workspace[Contacts.model].records(in: "company_ids", under: company.id) {
      call.workspace[Contacts.model].replace(leaving(company.id, contact))
    }
    for note in call.workspace[Notes.model].records(in: "company_id", under: company.id) {
      call.workspace[Notes.model].remove(note.id)
    }
    Taggings.removeAll(from: company.id, as: "company", call)
    Conversations.forget(company: company.id, call)
    Links.forget(company: company.id, call)
    Visitors.forget(company.id, in: "company_ids", call)
    call.workspace[model].remove(company.id)
  }

  static func listSegments(_ call: Call) throws -> Reply {
    try Listing.whole().reply(segments(of: try call.find(model), call), call)
  }

  static func segments(of company: Record, _ call: Call) -> [Record] {
    company["segment_ids"].strings.compactMap { call.workspace[Segments.model][$0] }
  }

  static func listNotes(_ call: Call) throws -> Reply {
    try Notes.page(of: "company_id", try call.find(model).id, call)
  }

  static func createNote(_ call: Call) throws -> Reply {
    .ok(try Notes.add(to: "company_id", try call.find(model).id, call))
  }
}
