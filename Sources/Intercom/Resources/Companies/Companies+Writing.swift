import API
import JSON
import Store

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
