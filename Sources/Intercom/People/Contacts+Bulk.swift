import API
import JSON
import Store

/// Bulk jobs of contacts (state-machine.md, 3). Members that are not known are ignored here.
extension Contacts {
  /// What a bulk update does not set.
  private static let fixed = ["role", "signed_up_at", "last_seen_at"]

  static let errands = [bulkCreation, bulkUpdating, bulkDeletion]

  static func bulkCreate(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkCreation, .contacts, call)
  }

  /// Never changes a contact that is there already.
  private static let bulkCreation = BulkJobs.errand("bulk_creation", .contacts) { item, call in
    let contact = try linked(try new(item, call), item, call)
    call.workspace[model].insert(contact)
    tag(contact, item, call)
    ContactActivities.record("contact.created", of: contact, call)
  }

  static func bulkUpdate(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkUpdating, .contacts, identified: true, call)
  }

  private static let bulkUpdating = BulkJobs.errand("bulk_updating", .contacts, identified: true) { item, call in
    var body = item
    for name in fixed { body.removeValue(forKey: name) }
    let contact = try linked(try changed(try BulkJobs.find(model, item, call), body, call), item, call)
    call.workspace[model].replace(contact)
    tag(contact, item, call)
  }

  static func bulkDelete(_ call: Call) throws -> Reply {
    try BulkJobs.begin(bulkDeletion, .contacts, identified: true, call)
  }

  private static let bulkDeletion = BulkJobs.errand("bulk_deletion", .contacts, identified: true) { item, call in
    let contact = try BulkJobs.find(model, item, call)
    remove(contact, call)
    ContactActivities.record("contact.deleted", of: contact, call)
  }

  static func bulkJob(_ call: Call) throws -> Reply {
    try BulkJobs.show(.contacts, call)
  }

  /// The contact with the companies that an item names by `company_id`; those that are not there are created.
  private static func linked(_ contact: Record, _ item: JSONObject, _ call: Call) throws -> Record {
    var contact = contact
    let companies = try companies(of: item)
    for entry in companies where entry["remove"] == true {
      guard let company = try Companies.known(entry, call) else { continue }
      contact = Companies.leaving(company.id, contact)
    }
    let joined = companies.filter { $0["remove"] != true }
    let ids = contact["company_ids"].strings
    let added = try joined.filter { try !ids.contains(Companies.known($0, call)?.id ?? "") }
    try Companies.checkLimit(ids.count + added.count)
    for entry in joined { contact = try Companies.joining(try Companies.upsert(entry, call).id, contact) }
    return contact
  }

  /// Checked before any of them is written.
  private static func companies(of item: JSONObject) throws -> [JSONObject] {
    guard let json = item["companies"], !json.isNull else { return [] }
    guard let list = json.array else { throw APIError.parameterInvalid("companies must be an array") }
    return try list.map { entry in
      guard let entry = entry.object, try Companies.companyID(entry) != nil else {
        throw APIError.parameterMissing("company_id is a required parameter")
      }
      var company = JSONObject()
      for name in ["company_id", "name", "remove"] { company[name] = entry[name] }
      if let name = company["name"], name.string == nil { throw APIError.parameterInvalid("name must be a string") }
      return company
    }
  }

  /// Tags that are not there are passed over.
  private static func tag(_ contact: Record, _ item: JSONObject, _ call: Call) {
    for tag in tags("add", item) where call.workspace[Tags.model][tag] != nil {
      Taggings.add(tag, to: "contact", contact.id, by: nil, call)
    }
    for tag in tags("remove", item) {
      guard let tagging = Taggings.find(tag, on: "contact", contact.id, call.workspace) else { continue }
      call.workspace[Taggings.model].remove(tagging.id)
    }
  }

  private static func tags(_ change: String, _ item: JSONObject) -> [String] {
    (item["tags"]?[change]?.array ?? []).compactMap { $0["id"]?.string ?? $0["id"]?.integral.map(String.init) }
  }
}
