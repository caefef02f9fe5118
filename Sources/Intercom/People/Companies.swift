import API
import JSON
import Store

/// Companies: the organisations that contacts belong to.
enum Companies: Resource {
  static let operations: [Operation] = [
    .get("/companies", id: "retrieveCompany", slicedHandler: retrieveOrList),
    .post(
      "/companies", id: "createOrUpdateCompany", requestSchema: "create_or_update_company_request",
      handler: createOrUpdate),
    .post("/companies/list", id: "listAllCompanies", kind: .list, slicedHandler: listAll),
    .get("/companies/scroll", id: "scrollOverAllCompanies", slicedHandler: CompanyScrolls.nextPage),
    .post(
      "/companies/search", id: "searchCompanies", kind: .search, slicedHandler: search, available: .since(.preview)),
    .post("/companies/bulk", id: "bulkCreateCompanies", handler: bulkCreate, available: .since(.preview)),
    .put("/companies/bulk", id: "bulkUpdateCompanies", handler: bulkUpdate, available: .since(.preview)),
    .post("/companies/bulk/delete", id: "bulkDeleteCompanies", handler: bulkDelete, available: .since(.preview)),
    .get("/companies/bulk/{id}", id: "showBulkCompaniesJob", handler: retrieveBulkJob, available: .since(.preview)),
    .get("/companies/{id}", id: "retrieveACompanyById", handler: retrieve),
    .put("/companies/{id}", id: "updateCompany", requestSchema: "update_company_request", handler: update),
    .delete("/companies/{id}", id: "deleteCompany", handler: delete),
    .get("/companies/{id}/contacts", id: "listAttachedContacts", handler: listContacts),
    .get("/companies/{id}/segments", id: "listAttachedSegmentsForCompanies", handler: listSegments),
    .get("/companies/{id}/notes", id: "listCompanyNotes", handler: listNotes, available: .since(.v2_15)),
    .post("/companies/{id}/notes", id: "createCompanyNote", handler: createNote, available: .since(.v2_16)),
    .get("/contacts/{id}/companies", id: "listCompaniesForAContact", handler: listForContact),
    .post("/contacts/{id}/companies", id: "attachContactToACompany", handler: attachContact),
    .delete("/contacts/{contact_id}/companies/{id}", id: "detachContactFromACompany", handler: detachContact),
  ]

  static let model = Model(
    name: "company", collection: "companies", ids: .objectID,
    notFound: Model.NotFound(code: "company_not_found", message: "Company Not Found"),
    references: [Reference("segment_ids", to: "segments")], indexes: [planIndex, .caseVariants(of: "company_id")],
    orders: [lastRequestOrder],
    fields: fields)

  /// A company in the answers to attaching and detaching a contact: with `notes` in every version, while other answers
  /// have them from 2.16 on, and with the number of contacts before the change (recorded in 2.11).
  static let relatedModel = Model(
    name: "related_company", fields: fields.map { $0.name == "user_count" ? .integer("user_count") : $0 })

  static let models = [relatedModel, CompanyNotes.model, CompanyScrolls.model, BulkJobs.model]

  /// Most recently active first; companies that were never active last. Recorded: ties are in the order of their ids.
  private static let lastRequestOrder = CollectionDefinition.Order(name: "last_request") { company in
    0 &- (company["last_request_at"].integer ?? 0)
  }

  static let listing = Listing.numbered(
    perPage: 15, order: ListOrder(name: "last_request", descending: false), members: [.type, .items, .pages, .total],
    endsWithNull: true, recordLimit: 10_000)

  static let searchDefinition = SearchDefinition(
    fields: searchFields, listing: .cursor(perPage: 15, order: ListOrder(name: "created_at", descending: true)))

  // MARK: Behaviour

  static func createOrUpdate(in call: Call) throws -> Reply {
    if let unknown = call.body.keys.first(where: { !acceptedMembers.contains($0) }) {
      throw APIError(
        status: .badRequest, code: "bad_request", message: "bad '\(unknown)' parameter",
        envelope: .list(requestID: .null))
    }
    return .ok(try upsert(call.body, in: call))
  }

  static func update(in call: Call) throws -> Reply {
    let company = try updated(try call.find(model), with: call.body, in: call)
    call.workspace[model].replace(company)
    return .ok(company)
  }

  static func delete(in call: Call) throws -> Reply {
    let company = try call.find(model)
    call.schedule(deletion, arguments: ["company": .string(company.id)], for: company)
    return .ok(.json(["id": .string(company.id), "object": "company", "deleted": true]))
  }

  /// Intercom answers at once and deletes later (Documentation.docc/People-and-Companies.md, "Companies").
  static let deletion = DeferredTask(name: "company.deletion", kind: .sideEffect) { arguments, call in
    call.workspace[model][arguments["company"]?.string ?? ""].map { call.delete($0, of: model) }
  }

  static func listSegments(in call: Call) throws -> Reply {
    try Listing.unpaged().reply(with: segments(of: try call.find(model), in: call), in: call)
  }

  static func segments(of company: Record, in call: Call) -> [Record] {
    company["segment_ids"].strings.compactMap { call.workspace[Segments.model][$0] }
  }

  static func listNotes(in call: Call) throws -> Reply {
    try Notes.page(ownerField: "company_id", id: try call.find(model).id, in: call)
  }

  static func createNote(in call: Call) throws -> Reply {
    .ok(try Notes.add(ownerField: "company_id", id: try call.find(model).id, in: call))
  }
}

extension Companies {
  /// In the recorded order; the positions of `size`, `website` and `industry` are unknown.
  static let fields: [Field] = [
    .type("company"),
    .string("company_id", options: .indexed),
    .string("id"),
    .written("app_id", with: WorkspaceProfile.writeID),
    // Never null: a client library fails on null (Documentation.docc/Clients.md). Unknown: the name of a company that
    // was created without one.
    .string("name", options: [.writable, .indexed], initial: ""),
    .timestamp("remote_created_at", options: [.writable, .sparse]),
    .timestamp("created_at", options: .ordered),
    .timestamp("updated_at"),
    .timestamp("last_request_at", options: .sparse),
    .integer("monthly_spend", options: .writable, initial: 0),
    .integer("session_count", initial: 0),
    .written("user_count", with: writeUserCount),
    .integer("size", options: [.writable, .sparse]),
    .string("website", options: [.writable, .sparse]),
    .string("industry", options: [.writable, .sparse]),
    .derived("tags", from: tags),
    .derived("segments", from: segmentList),
    .derived("notes", from: CompanyNotes.list),
    .model("plan", of: plan, initial: [:]),
    .object("custom_attributes"),
    .array("segment_ids", options: [.hidden, .indexed]),
  ]

  /// An empty object if a company has no plan.
  static let plan = Model(
    name: "company_plan",
    fields: [.string("type", options: .sparse), .string("id", options: .sparse), .string("name", options: .sparse)])

  /// Companies by the name of their plan.
  static let planIndex = CollectionDefinition.Index(name: "plan") { company in
    company["plan"].record?["name"].string.map { [$0] } ?? []
  }

  private static let embeddedList = EmbeddedList(type: "company", entryPath: "/companies/", listPath: "/companies")

  /// Writes the `companies` of a contact.
  static func writeList(of contact: Record, in call: Call, to writer: inout JSONWriter) {
    embeddedList.write(contact[slot: Contacts.companiesSlot].strings, of: contact.id, to: &writer)
  }

  /// Number of contacts that lists show for a company. Recorded: Intercom counts some time after a contact is attached.
  static func userCount(of company: Record, in workspace: Workspace) -> Int {
    workspace[Contacts.model].count(in: "member_of", under: company.id)
  }

  private static func writeUserCount(of company: Record, in call: Call, to writer: inout JSONWriter) {
    writer.write(integer: Int64(userCount(of: company, in: call.workspace)))
  }

  private static func tags(of company: Record, in call: Call) -> Node? {
    let taggings = Taggings.taggings(ofType: "company", id: company.id, in: call.workspace)
    let tags = taggings.compactMap { $0["tag_id"].string.flatMap { call.workspace[Tags.model][$0] } }
    return .members(["type": "tag.list", "tags": .records(tags)])
  }

  private static func segmentList(of company: Record, in call: Call) -> Node? {
    .members(["type": "segment.list", "segments": .records(segments(of: company, in: call))])
  }
}

/// Creating and changing companies, one at a time or in bulk.
extension Companies {
  /// The members that `POST /companies` accepts; any other member is refused.
  static let acceptedMembers: Set<String> = [
    "id", "company_id", "name", "plan", "size", "website", "industry", "custom_attributes", "remote_created_at",
    "monthly_spend", "update_last_request_at",
  ]

  /// Updates the company with the body's `id` or `company_id`, or creates one. Throws if a member is invalid.
  ///
  /// A company whose deletion is pending stays. Unknown: whether Intercom deletes it.
  static func upsert(_ body: JSONObject, in call: Call) throws -> Record {
    let key = try companyID(from: body)
    if let known = try existingCompany(for: body, in: call) {
      let company = try updated(known, with: body, in: call)
      call.workspace[model].replace(company)
      call.cancel(tasksFor: company)
      return company
    }
    let company = try makeCompany(id: key, from: body, in: call)
    call.workspace[model].insert(company)
    return company
  }

  /// Returns the company with the body's `id`, which a client library sends with the company that it read
  /// (Documentation.docc/Clients.md, "Clients of old versions"), or else with its `company_id`; nil if there is none.
  ///
  /// Unknown: the answer to an `id` that no company has; here it is ignored.
  static func existingCompany(for body: JSONObject, in call: Call) throws -> Record? {
    if let id = body["id"]?.string, let company = call.workspace[model][id] { return company }
    return try companyID(from: body).flatMap { call.workspace[model].first(in: "company_id", under: $0) }
  }

  /// Returns the client's own id of a company; nil if the body has none. Throws `parameter_invalid` for any other type.
  static func companyID(from body: JSONObject) throws -> String? {
    guard let json = body["company_id"], !json.isNull else { return nil }
    guard let id = json.asID, !id.isEmpty else {
      throw APIError.parameterInvalid("company_id must be a string")
    }
    return id
  }

  /// Creates a company from a body without storing it. Throws if a member is invalid.
  ///
  /// Unknown: what Intercom does without a `company_id`; here it is a number, as for companies that were created in the
  /// product.
  private static func makeCompany(id key: String?, from body: JSONObject, in call: Call) throws -> Record {
    var company = try model.makeRecord(from: normalised(body, in: call), in: call)
    try writeConvertedMembers(of: body, to: &company, in: call)
    company["company_id"] = .string(key ?? String(1_000_000_000_000_000_000 + call.workspace.ids.random() >> 2))
    var attributes = company["custom_attributes"].object ?? [:]
    // Recorded for every company that was created through the API.
    if !attributes.contains(key: "creation_source") { attributes["creation_source"] = "api" }
    company["custom_attributes"] = .json(.object(attributes))
    return company
  }

  /// Returns a copy of a company with the members of a body applied, except `company_id`; stores nothing. Throws if a
  /// member is invalid.
  static func updated(_ before: Record, with body: JSONObject, in call: Call) throws -> Record {
    var company = before
    try model.write(normalised(body, in: call), to: &company, in: call)
    try writeConvertedMembers(of: body, to: &company, in: call)
    return company
  }

  /// Converts a body to the stored form: `monthly_spend` becomes a 32-bit integer, a null `remote_created_at` is
  /// ignored.
  private static func normalised(_ body: JSONObject, in call: Call) throws -> JSONObject {
    var body = body
    if let spend = body["monthly_spend"], !spend.isNull {
      guard let number = spend.number ?? spend.string.flatMap({ Double($0) }), number.isFinite else {
        throw APIError.parameterInvalid("monthly_spend must be a number")
      }
      body["monthly_spend"] = .integer(Int64(min(max(number, -2_147_483_648), 2_147_483_647)))
    }
    if body["remote_created_at"]?.isNull ?? false { body["remote_created_at"] = nil }
    return body
  }

  /// Applies the members whose stored form differs from that of the request.
  private static func writeConvertedMembers(of body: JSONObject, to company: inout Record, in call: Call) throws {
    try CustomAttributes.write(body["custom_attributes"], to: &company, of: .company, in: call)
    if try body.optional("update_last_request_at", as: .boolean) ?? false {
      company["last_request_at"] = .integer(call.now)
    }
    guard body.contains(key: "plan") else { return }
    let name = try body.optional("plan", as: .string) ?? ""
    company["plan"] = .record(name.isEmpty ? plan.blank() : makePlan(named: name, in: call))
  }

  /// Returns the plan with this name: that of another company, or a new one.
  private static func makePlan(named name: String, in call: Call) -> Record {
    if let other = call.workspace[model].first(in: "plan", under: name), let plan = other["plan"].record { return plan }
    let id = String(call.workspace.ids.next(in: "plan", from: 101))
    return plan.record(from: ["type": "plan", "id": .string(id), "name": .string(name)])
  }
}

/// Bulk jobs of companies (Documentation.docc/People-and-Companies.md, "Bulk jobs"). Unsupported members are ignored.
extension Companies {
  static let deferredTasks = [bulkCreation, bulkUpdating, bulkDeletion, deletion]

  static func bulkCreate(in call: Call) throws -> Reply {
    try BulkJobs.start(bulkCreation, subject: .companies, in: call)
  }

  private static let bulkCreation = BulkJobs.deferredTask(named: "bulk_creation", subject: .companies) { item, call in
    _ = try upsert(item, in: call)
  }

  static func bulkUpdate(in call: Call) throws -> Reply {
    try BulkJobs.start(bulkUpdating, subject: .companies, requireIDs: true, in: call)
  }

  private static let bulkUpdating = BulkJobs.deferredTask(named: "bulk_updating", subject: .companies, requireIDs: true)
  { item, call in
    let company = try updated(try BulkJobs.find(model, item: item, in: call), with: item, in: call)
    call.workspace[model].replace(company)
  }

  static func bulkDelete(in call: Call) throws -> Reply {
    try BulkJobs.start(bulkDeletion, subject: .companies, requireIDs: true, in: call)
  }

  private static let bulkDeletion = BulkJobs.deferredTask(named: "bulk_deletion", subject: .companies, requireIDs: true)
  { item, call in
    call.delete(try BulkJobs.find(model, item: item, in: call), of: model)
  }

  static func retrieveBulkJob(in call: Call) throws -> Reply {
    try BulkJobs.show(subject: .companies, in: call)
  }
}

/// The `notes` of a company: at most ten notes, and the URL of the complete list.
enum CompanyNotes {
  /// A list as it is shown; never stored. Recorded; the descriptions call `data` `notes`.
  static let model = Model(
    name: "company_notes",
    fields: [
      .constant("type", value: "note.list"),
      .derived("data") { list, call in .array(shownNotes(of: list, in: call).map(link)) },
      .derived("url") { list, _ in .string("/companies/\(list["company_id"].string ?? "")/notes") },
      .derived("total_count") { list, call in .integer(totalCount(of: list, in: call)) },
      .derived("has_more") { list, call in .boolean(totalCount(of: list, in: call) > EmbeddedList.limit) },
      .string("company_id", options: .hidden),
    ])

  static func list(of company: Record, in call: Call) -> Node? {
    var list = model.blank()
    list["company_id"] = .string(company.id)
    return .record(list)
  }

  private static func shownNotes(of list: Record, in call: Call) -> [Record] {
    guard totalCount(of: list, in: call) > 0, let company = list["company_id"].string else { return [] }
    let notes = call.workspace[Notes.model].records(in: "company_id", under: company)
    return Array(notes.prefix(EmbeddedList.limit))
  }

  private static func totalCount(of list: Record, in call: Call) -> Int {
    call.workspace[Notes.model].count(in: "company_id", under: list["company_id"].string ?? "")
  }

  private static func link(to note: Record) -> Node {
    .json(["id": .string(note.id), "type": "note", "url": .string("/notes/\(note.id)")])
  }
}
