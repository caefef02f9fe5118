import API
import JSON
import Testing

@Suite("Companies")
struct CompaniesTests {
  private let world = World()

  private func company(_ key: String, _ members: JSONObject = [:]) throws -> JSON {
    var body = members
    body["company_id"] = .string(key)
    return try world.ask(.post, "/companies", body)
  }

  /// A company that lists show, and the one contact in it.
  @discardableResult
  private func peopled(_ key: String) throws -> (company: String, contact: String) {
    let company = try #require(try company(key)["id"]?.string)
    let contact = try #require(try world.ask(.post, "/contacts", ["external_id": .string("of \(key)")])["id"]?.string)
    try world.ask(.post, "/contacts/\(contact)/companies", ["id": .string(company)])
    return (company, contact)
  }

  @Test("what was not set is left out, and a plan is an empty object")
  func bare() throws {
    let answer = try world.ask(.post, "/companies", ["company_id": "a", "name": "A"], .v2_11)
    #expect(
      answer.object?.keys == [
        "type", "company_id", "id", "app_id", "name", "remote_created_at", "created_at", "updated_at", "monthly_spend",
        "session_count", "user_count", "tags", "segments", "plan", "custom_attributes",
      ])
    #expect(answer["plan"] == [:])
    #expect(try company("a", ["size": 3])["size"] == 3)
    #expect(try company("a", ["size": .null])["size"] == nil)
  }

  @Test("the same company_id is the same company")
  func upsert() throws {
    let first = try company("a", ["name": "A", "website": "https://a.test"])
    let second = try company("a", ["name": "B"])
    #expect(first["id"] == second["id"])
    #expect(second["name"] == "B")
    #expect(second["website"] == "https://a.test")
  }

  @Test("a company_id never changes")
  func fixedKey() throws {
    let id = try #require(try company("a")["id"]?.string)
    #expect(try world.ask(.put, "/companies/\(id)", ["company_id": "b"])["company_id"] == "a")
  }

  @Test("companies on a plan of one name have the same plan")
  func plans() throws {
    let plan = try company("a", ["plan": "Pro"])["plan"]
    #expect(try company("b", ["plan": "Pro"])["plan"] == plan)
    #expect(try company("c", ["plan": "Free"])["plan"]?["id"] != plan?["id"])
    #expect(try company("a", ["plan": .null])["plan"] == [:])
  }

  @Test(
    "spending is a whole number within 32 bits",
    arguments: [
      (155.98, 155), (-1.5, -1), (1e300, 2_147_483_647), (-1e300, -2_147_483_648),
    ])
  func spending(sent: Double, kept: Int64) throws {
    #expect(try company("a", ["monthly_spend": .number(sent)])["monthly_spend"]?.integer == kept)
  }

  @Test("an unknown member is refused without a request id")
  func unknownMember() {
    #expect(
      throws: APIError(
        .badRequest, "bad_request", "bad 'test' parameter", envelope: .list(requestID: .null))
    ) { try company("a", ["test": "invalid"]) }
  }

  @Test(
    "bad input is refused and changes nothing",
    arguments: [
      ["name": [:]], ["size": "many"], ["monthly_spend": "nan"], ["plan": 5], ["custom_attributes": 1],
      ["update_last_request_at": "yes"], ["website": 1.5],
    ] as [JSONObject])
  func badInput(members: JSONObject) throws {
    #expect(throws: APIError.self) { try company("a", members) }
    #expect(throws: APIError(.notFound, "company_not_found", "Company Not Found")) {
      try world.ask(.get, "/companies?company_id=a")
    }
  }

  @Test("lists leave out companies that nobody belongs to, and count archived contacts as nobody")
  func lists() throws {
    _ = try company("lonely")
    let (id, contact) = try peopled("a")
    func listed() throws -> [String] {
      try world.ask(.post, "/companies/list")["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    }
    #expect(try listed() == [id])
    try world.ask(.post, "/contacts/\(contact)/archive")
    #expect(try listed() == [])
    #expect(try world.ask(.get, "/companies/\(id)")["user_count"] == 0)
  }

  @Test("pages beyond ten thousand companies are refused")
  func reach() {
    #expect(throws: APIError(.badRequest, "bad_request", "page limit reached, please use scroll API")) {
      try world.ask(.post, "/companies/list?page=1001&per_page=10")
    }
  }

  @Test("a deleted company leaves its contacts, its notes go with it")
  func deletion() throws {
    let (id, contact) = try peopled("a")
    let note = try #require(try world.ask(.post, "/contacts/\(contact)/notes", ["body": "stays"])["id"]?.string)
    let own = try #require(try world.ask(.post, "/companies/\(id)/notes", ["body": "goes"])["id"]?.string)
    #expect(
      try world.ask(.delete, "/companies/\(id)") == ["id": .string(id), "object": "company", "deleted": true])
    #expect(try world.ask(.get, "/contacts/\(contact)")["companies"]?["total_count"] == 0)
    #expect(try world.ask(.get, "/notes/\(note)")["body"] == "<p>stays</p>")
    #expect(throws: APIError.resourceNotFound) { try world.ask(.get, "/notes/\(own)") }
  }

  @Test("a contact's companies come under two keys")
  func companiesOfContact() throws {
    let (id, contact) = try peopled("a")
    let list = try world.ask(.get, "/contacts/\(contact)/companies", [:], .v2_14)
    #expect(list.object?.keys == ["type", "data", "companies", "pages", "total_count"])
    #expect(list["data"] == list["companies"])
    #expect(list["data"]?[0]?["id"] == .string(id))
  }

  // MARK: Scrolling

  private func scroll(_ parameter: String? = nil) throws -> (parameter: String, ids: [String]) {
    let page = try world.ask(.get, "/companies/scroll?per_page=2&scroll_param=\(parameter ?? "")")
    let ids = page["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    return (try #require(page["scroll_param"]?.string), ids)
  }

  @Test("a scroll passes every company once, ends empty, and then another may begin")
  func scrolling() throws {
    let ids = try ["a", "b", "c"].map { try peopled($0).company }
    let first = try scroll()
    #expect(throws: APIError(.badRequest, "scroll_exists", "scroll already exists for this workspace")) { try scroll() }
    let second = try scroll(first.parameter)
    #expect(Set(first.ids + second.ids) == Set(ids))
    #expect(first.ids.count + second.ids.count == ids.count)
    #expect(try scroll(first.parameter) == (first.parameter, []))
    #expect(try scroll().ids == first.ids)
  }

  @Test("a scroll that rests for more than a minute has ended")
  func expiry() throws {
    try peopled("a")
    let first = try scroll()
    world.wait(60)
    _ = try scroll(first.parameter)
    let second = try scroll()
    world.wait(61)
    #expect(throws: APIError(.notFound, "not_found", "scroll parameter not found")) { try scroll(second.parameter) }
    _ = try scroll()
  }
}
