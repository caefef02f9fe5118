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

extension Companies {
  /// In the order that was recorded; where `size`, `website` and `industry` stand is unknown.
  static let fields: [Field] = [
    .type("company"),
    .string("company_id", .indexed),
    .string("id"),
    .written("app_id", Profile.writeID),
    // Never null: a client library stops at it (clients.md). Unknown: the name of a company that was given none.
    .string("name", [.writable, .indexed], initial: ""),
    .timestamp("remote_created_at", [.writable, .sparse]),
    .timestamp("created_at", .ordered),
    .timestamp("updated_at"),
    .timestamp("last_request_at", .sparse),
    .integer("monthly_spend", .writable, initial: 0),
    .integer("session_count", initial: 0),
    .written("user_count", writeUserCount),
    .integer("size", [.writable, .sparse]),
    .string("website", [.writable, .sparse]),
    .string("industry", [.writable, .sparse]),
    .derived("tags", tags),
    .derived("segments", segmentList),
    .derived("notes", CompanyNotes.list),
    .model("plan", plan, initial: [:]),
    .object("custom_attributes"),
    .array("segment_ids", [.hidden, .indexed]),
  ]

  /// An empty object while a company has no plan.
  static let plan = Model(
    "company_plan", [.string("type", .sparse), .string("id", .sparse), .string("name", .sparse)])

  /// The companies on a plan, by its name.
  static let planIndex = CollectionDefinition.Index("plan") { company in
    company["plan"].record?["name"].string.map { [$0] } ?? []
  }

  private static let list = EmbeddedList(type: "company", entryPath: "/companies/", listPath: "/companies")

  /// The `companies` of a contact.
  static func writeList(_ contact: Record, _ call: Call, _ writer: inout JSONWriter) {
    list.write(contact[slot: Contacts.companiesSlot].strings, of: contact.id, &writer)
  }

  /// How many contacts lists show of a company. Recorded: the service counts some time after an attachment.
  static func userCount(of company: Record, _ workspace: Workspace) -> Int {
    workspace[Contacts.model].count(in: "member_of", under: company.id)
  }

  private static func writeUserCount(_ company: Record, _ call: Call, _ writer: inout JSONWriter) {
    writer.write(integer: Int64(userCount(of: company, call.workspace)))
  }

  private static func tags(of company: Record, _ call: Call) -> Node? {
    let taggings = Taggings.of("company", company.id, call.workspace)
    let tags = taggings.compactMap { $0["tag_id"].string.flatMap { call.workspace[Tags.model][$0] } }
    return .members(["type": "tag.list", "tags": .records(tags)])
  }

  private static func segmentList(of company: Record, _ call: Call) -> Node? {
    .members(["type": "segment.list", "segments": .records(segments(of: company, call))])
  }
}

/// Creating and changing companies, one at a time or in bulk.
extension Companies {
  /// The members that `POST /companies` takes; it refuses any other.
  static let accepted: Set<String> = [
    "company_id", "name", "plan", "size", "website", "industry", "custom_attributes", "remote_created_at",
    "monthly_spend", "update_last_request_at",
  ]

  /// Updates the company with the body's `company_id`, else creates one.
  static func upsert(_ body: JSONObject, _ call: Call) throws -> Record {
    let key = try companyID(body)
    if let known = try known(body, call) {
      let company = try changed(known, body, call)
      call.workspace[model].replace(company)
      return company
    }
    let company = try new(key, body, call)
    call.workspace[model].insert(company)
    return company
  }

  /// The company with the body's `company_id`.
  static func known(_ body: JSONObject, _ call: Call) throws -> Record? {
    try companyID(body).flatMap { call.workspace[model].first(in: "company_id", under: $0) }
  }

  /// The caller's own id of a company; nil when the body has none.
  static func companyID(_ body: JSONObject) throws -> String? {
    guard let json = body["company_id"], !json.isNull else { return nil }
    guard let id = json.string ?? json.integral.map(String.init), !id.isEmpty else {
      throw APIError.parameterInvalid("company_id must be a string")
    }
    return id
  }

  /// A checked company that is not stored yet.
  ///
  /// Unknown: what becomes of one without a `company_id`; here it gets a number, as those made in the product have.
  private static func new(_ key: String?, _ body: JSONObject, _ call: Call) throws -> Record {
    var company = try model.make(from: normalised(body, call), call)
    try writeRest(of: body, to: &company, call)
    company["company_id"] = .string(key ?? String(1_000_000_000_000_000_000 + call.workspace.ids.random() >> 2))
    if company["remote_created_at"].isEmpty { company["remote_created_at"] = company["created_at"] }
    var attributes = company["custom_attributes"].object ?? [:]
    // Recorded of every company that was made through the API.
    if !attributes.contains("creation_source") { attributes["creation_source"] = "api" }
    company["custom_attributes"] = .json(.object(attributes))
    return company
  }

  /// A company with the members of a body written to it, checked and not stored yet. Its `company_id` stays.
  static func changed(_ before: Record, _ body: JSONObject, _ call: Call) throws -> Record {
    var company = before
    try model.write(normalised(body, call), to: &company, call)
    try writeRest(of: body, to: &company, call)
    return company
  }

  /// A body in the form that is kept: spending is cut to a whole number within 32 bits, a creation time stays.
  private static func normalised(_ body: JSONObject, _ call: Call) throws -> JSONObject {
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

  /// What a request gives in another form than it is kept in.
  private static func writeRest(of body: JSONObject, to company: inout Record, _ call: Call) throws {
    try CustomAttributes.write(body["custom_attributes"], to: &company, of: .company, call)
    if let flag = body["update_last_request_at"], !flag.isNull {
      guard let flag = flag.boolean else { throw APIError.parameterInvalid("update_last_request_at must be a boolean") }
      if flag { company["last_request_at"] = .integer(call.now) }
    }
    guard let name = body["plan"] else { return }
    guard let name = name.isNull ? "" : name.string else { throw APIError.parameterInvalid("plan must be a string") }
    company["plan"] = .record(name.isEmpty ? plan.blank() : named(name, call))
  }

  /// The plan of this name: the one that another company is on, else a new one.
  private static func named(_ name: String, _ call: Call) -> Record {
    if let other = call.workspace[model].first(in: "plan", under: name), let plan = other["plan"].record { return plan }
    let id = String(call.workspace.ids.next("plan", from: 101))
    return plan.record(from: ["type": "plan", "id": .string(id), "name": .string(name)])
  }
}

/// Bulk jobs of companies (state-machine.md, 4). Members that are not known are ignored here.
extension Companies {
  static let errands = [bulkCreation, bulkUpdating, bulkDeletion, deletion]

  static func bulkCreate(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkCreation, .companies, call)
  }

  private static let bulkCreation = BulkJobs.errand("bulk_creation", .companies) { item, call in
    _ = try upsert(item, call)
  }

  static func bulkUpdate(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkUpdating, .companies, identified: true, call)
  }

  private static let bulkUpdating = BulkJobs.errand("bulk_updating", .companies, identified: true) { item, call in
    let company = try changed(try BulkJobs.find(model, item, call), item, call)
    call.workspace[model].replace(company)
  }

  static func bulkDelete(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkDeletion, .companies, identified: true, call)
  }

  private static let bulkDeletion = BulkJobs.errand("bulk_deletion", .companies, identified: true) { item, call in
    remove(try BulkJobs.find(model, item, call), call)
  }

  static func bulkJob(_ call: Call) throws -> Reply {
    try BulkJobs.show(.companies, call)
  }
}

/// The `notes` that a company carries: at most ten, and where they all are.
enum CompanyNotes {
  /// A list as it is shown; never kept. Described with `notes`, recorded in examples with `data` and its companions.
  static let model = Model(
    "company_notes",
    [
      .constant("type", "note.list"),
      .derived("notes") { list, call in .records(shown(list, call)) },
      .derived("data") { list, call in .array(shown(list, call).map(link)) },
      .derived("url") { list, _ in .string("/companies/\(list["company_id"].string ?? "")/notes") },
      .derived("total_count") { list, call in .integer(count(list, call)) },
      .derived("has_more") { list, call in .boolean(count(list, call) > EmbeddedList.limit) },
      .string("company_id", .hidden),
    ])

  static func list(of company: Record, _ call: Call) -> Node? {
    var list = model.blank()
    list["company_id"] = .string(company.id)
    return .record(list)
  }

  private static func shown(_ list: Record, _ call: Call) -> [Record] {
    guard count(list, call) > 0, let company = list["company_id"].string else { return [] }
    let notes = call.workspace[Notes.model].records(in: "company_id", under: company)
    return Array(notes.prefix(EmbeddedList.limit))
  }

  private static func count(_ list: Record, _ call: Call) -> Int {
    call.workspace[Notes.model].count(in: "company_id", under: list["company_id"].string ?? "")
  }

  private static func link(_ note: Record) -> Node {
    .json(["id": .string(note.id), "type": "note", "url": .string("/notes/\(note.id)")])
  }
}
