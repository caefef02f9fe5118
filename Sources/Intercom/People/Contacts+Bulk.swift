import API
import JSON
import Store

/// Bulk jobs of contacts (Documentation.docc/People-and-Companies.md, "Bulk jobs"). Unsupported members are ignored.
extension Contacts {
  /// Members that a bulk update ignores.
  private static let membersFixedInBulkUpdates = ["role", "signed_up_at", "last_seen_at"]

  static let deferredTasks = [bulkCreation, bulkUpdating, bulkDeletion]

  static func bulkCreate(in call: Call) throws -> Reply {
    try BulkJobs.start(bulkCreation, subject: .contacts, in: call)
  }

  /// Fails for an item that matches an existing contact.
  private static let bulkCreation = BulkJobs.deferredTask(named: "bulk_creation", subject: .contacts) { item, call in
    let contact = try updatingCompanies(of: try makeContact(from: item, in: call), from: item, in: call)
    call.workspace[model].insert(contact)
    updateTags(of: contact, from: item, in: call)
    ContactActivities.record("contact.created", of: contact, in: call)
  }

  static func bulkUpdate(in call: Call) throws -> Reply {
    try BulkJobs.start(bulkUpdating, subject: .contacts, requireIDs: true, in: call)
  }

  private static let bulkUpdating = BulkJobs.deferredTask(named: "bulk_updating", subject: .contacts, requireIDs: true)
  { item, call in
    var body = item
    for name in membersFixedInBulkUpdates { body.removeValue(forKey: name) }
    let contact = try updatingCompanies(
      of: try updated(try BulkJobs.find(model, item: item, in: call), with: body, in: call), from: item, in: call)
    call.workspace[model].replace(contact)
    updateTags(of: contact, from: item, in: call)
  }

  static func bulkDelete(in call: Call) throws -> Reply {
    try BulkJobs.start(bulkDeletion, subject: .contacts, requireIDs: true, in: call)
  }

  private static let bulkDeletion = BulkJobs.deferredTask(named: "bulk_deletion", subject: .contacts, requireIDs: true)
  { item, call in
    let contact = try BulkJobs.find(model, item: item, in: call)
    call.delete(contact, of: model)
    ContactActivities.record("contact.deleted", of: contact, in: call)
  }

  static func retrieveBulkJob(in call: Call) throws -> Reply {
    try BulkJobs.show(subject: .contacts, in: call)
  }

  /// Returns the contact with the companies of an item added and removed, by `company_id`. Creates missing companies
  /// that are to be added.
  private static func updatingCompanies(of contact: Record, from item: JSONObject, in call: Call) throws -> Record {
    var contact = contact
    let companies = try companies(of: item)
    for entry in companies where entry["remove"] == true {
      guard let company = try Companies.existingCompany(for: entry, in: call) else { continue }
      contact = Companies.detaching(company: company.id, from: contact)
    }
    let joined = companies.filter { $0["remove"] != true }
    let ids = contact["company_ids"].strings
    let added = try joined.filter { try !ids.contains(Companies.existingCompany(for: $0, in: call)?.id ?? "") }
    try Companies.checkCompanyLimit(count: ids.count + added.count)
    for entry in joined {
      contact = try Companies.attaching(company: try Companies.upsert(entry, in: call).id, to: contact)
    }
    return contact
  }

  /// Reads and validates all companies of an item before any of them is written.
  private static func companies(of item: JSONObject) throws -> [JSONObject] {
    try (item.optional("companies", as: .array) ?? []).map { entry in
      guard let entry = entry.object, try Companies.companyID(from: entry) != nil else {
        throw APIError.parameterMissing("company_id is a required parameter")
      }
      var company = JSONObject()
      for name in ["company_id", "name", "remove"] { company[name] = entry[name] }
      if let name = company["name"], name.string == nil { throw APIError.parameterInvalid("name must be a string") }
      return company
    }
  }

  /// Ids of missing tags are ignored.
  private static func updateTags(of contact: Record, from item: JSONObject, in call: Call) {
    for tag in tagIDs(to: "add", from: item) where call.workspace[Tags.model][tag] != nil {
      Taggings.add(tag, toType: "contact", id: contact.id, by: nil, in: call)
    }
    for tag in tagIDs(to: "remove", from: item) {
      guard let tagging = Taggings.find(tag, onType: "contact", id: contact.id, in: call.workspace) else { continue }
      call.workspace[Taggings.model].remove(id: tagging.id)
    }
  }

  private static func tagIDs(to change: String, from item: JSONObject) -> [String] {
    (item["tags"]?[change]?.array ?? []).compactMap { $0["id"]?.asID }
  }
}
