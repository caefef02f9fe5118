import API
import JSON
import Testing

@Suite struct CompaniesTests {
  private let fixture = WorkspaceFixture()

  private func createCompany(key: String, members: JSONObject = [:]) throws -> JSON {
    var body = members
    body["company_id"] = .string(key)
    return try fixture.send(.post, to: "/companies", body: body)
  }

  /// A company that lists contain, and its only contact.
  @discardableResult
  private func createCompanyWithContact(key: String) throws -> (company: String, contact: String) {
    let company = try #require(try createCompany(key: key)["id"]?.string)
    let contact = try #require(
      try fixture.send(.post, to: "/contacts", body: ["external_id": .string("of \(key)")])["id"]?.string)
    try fixture.send(.post, to: "/contacts/\(contact)/companies", body: ["id": .string(company)])
    return (company, contact)
  }

  @Test func `Unset members are omitted, and a plan is an empty object`() throws {
    let answer = try fixture.send(.post, to: "/companies", body: ["company_id": "a", "name": "A"], version: .v2_11)
    #expect(
      answer.object?.keys == [
        "type", "company_id", "id", "app_id", "name", "created_at", "updated_at", "monthly_spend", "session_count",
        "user_count", "tags", "segments", "plan", "custom_attributes",
      ])
    #expect(answer["plan"] == [:])
    #expect(try createCompany(key: "a", members: ["size": 3])["size"] == 3)
    #expect(try createCompany(key: "a", members: ["size": .null])["size"] == nil)
  }

  @Test func `A second create with the same company_id updates the company`() throws {
    let first = try createCompany(key: "a", members: ["name": "A", "website": "https://a.test"])
    let second = try createCompany(key: "a", members: ["name": "B"])
    #expect(first["id"] == second["id"])
    #expect(second["name"] == "B")
    #expect(second["website"] == "https://a.test")
  }

  @Test func `A company_id cannot be changed`() throws {
    let id = try #require(try createCompany(key: "a")["id"]?.string)
    #expect(try fixture.send(.put, to: "/companies/\(id)", body: ["company_id": "b"])["company_id"] == "a")
  }

  @Test func `Companies with the same plan name share the plan`() throws {
    let plan = try createCompany(key: "a", members: ["plan": "Pro"])["plan"]
    #expect(try createCompany(key: "b", members: ["plan": "Pro"])["plan"] == plan)
    #expect(try createCompany(key: "c", members: ["plan": "Free"])["plan"]?["id"] != plan?["id"])
    #expect(try createCompany(key: "a", members: ["plan": .null])["plan"] == [:])
  }

  @Test(arguments: [
    (155.98, 155), (-1.5, -1), (1e300, 2_147_483_647), (-1e300, -2_147_483_648),
  ])
  func `Spending is a whole number within 32 bits`(sent: Double, kept: Int64) throws {
    #expect(try createCompany(key: "a", members: ["monthly_spend": .number(sent)])["monthly_spend"]?.integer == kept)
  }

  @Test func `The error for an unknown member has no request id`() {
    #expect(
      throws: APIError(
        status: .badRequest, code: "bad_request", message: "bad 'test' parameter", envelope: .list(requestID: .null))
    ) { try createCompany(key: "a", members: ["test": "invalid"]) }
  }

  @Test(
    arguments: [
      ["name": [:]], ["size": "many"], ["monthly_spend": "nan"], ["plan": 5], ["custom_attributes": 1],
      ["update_last_request_at": "yes"], ["website": 1.5],
    ] as [JSONObject])
  func `Bad input is refused and changes nothing`(members: JSONObject) throws {
    #expect(throws: APIError.self) { try createCompany(key: "a", members: members) }
    #expect(throws: APIError(status: .notFound, code: "company_not_found", message: "Company Not Found")) {
      try fixture.send(.get, to: "/companies?company_id=a")
    }
  }

  @Test func `Lists exclude companies without contacts, where archived contacts do not count`() throws {
    _ = try createCompany(key: "lonely")
    let (id, contact) = try createCompanyWithContact(key: "a")
    func listed() throws -> [String] {
      try fixture.send(.post, to: "/companies/list")["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    }
    #expect(try listed() == [id])
    try fixture.send(.post, to: "/contacts/\(contact)/archive")
    #expect(try listed() == [])
    #expect(try fixture.send(.get, to: "/companies/\(id)")["user_count"] == 0)
  }

  @Test func `Pages beyond ten thousand companies are rejected`() {
    #expect(
      throws: APIError(status: .badRequest, code: "bad_request", message: "page limit reached, please use scroll API")
    ) {
      try fixture.send(.post, to: "/companies/list?page=1001&per_page=10")
    }
  }

  @Test func `Deleting a company deletes its notes and keeps its contacts`() throws {
    let (id, contact) = try createCompanyWithContact(key: "a")
    let note = try #require(
      try fixture.send(.post, to: "/contacts/\(contact)/notes", body: ["body": "stays"])["id"]?.string)
    let own = try #require(try fixture.send(.post, to: "/companies/\(id)/notes", body: ["body": "goes"])["id"]?.string)
    #expect(
      try fixture.send(.delete, to: "/companies/\(id)") == ["id": .string(id), "object": "company", "deleted": true])
    #expect(try fixture.send(.get, to: "/contacts/\(contact)")["companies"]?["total_count"] == 0)
    #expect(try fixture.send(.get, to: "/notes/\(note)")["body"] == "<p>stays</p>")
    #expect(throws: APIError.resourceNotFound) { try fixture.send(.get, to: "/notes/\(own)") }
  }

  @Test func `The list of a contact's companies has two keys`() throws {
    let (id, contact) = try createCompanyWithContact(key: "a")
    let list = try fixture.send(.get, to: "/contacts/\(contact)/companies", body: [:], version: .v2_14)
    #expect(list.object?.keys == ["type", "data", "companies", "pages", "total_count"])
    #expect(list["data"] == list["companies"])
    #expect(list["data"]?[0]?["id"] == .string(id))
  }

  // MARK: Scrolling

  private func scroll(from parameter: String? = nil) throws -> (parameter: String, ids: [String]) {
    let page = try fixture.send(.get, to: "/companies/scroll?per_page=2&scroll_param=\(parameter ?? "")")
    let ids = page["data"]?.array?.compactMap { $0["id"]?.string } ?? []
    return (try #require(page["scroll_param"]?.string), ids)
  }

  @Test func `A scroll returns every company once and ends with an empty page; then another may begin`() throws {
    let ids = try ["a", "b", "c"].map { try createCompanyWithContact(key: $0).company }
    let first = try scroll()
    #expect(
      throws: APIError(status: .badRequest, code: "scroll_exists", message: "scroll already exists for this workspace")
    ) { try scroll() }
    let second = try scroll(from: first.parameter)
    #expect(Set(first.ids + second.ids) == Set(ids))
    #expect(first.ids.count + second.ids.count == ids.count)
    #expect(try scroll(from: first.parameter) == (first.parameter, []))
    #expect(try scroll().ids == first.ids)
  }

  @Test func `A scroll expires after a minute without requests`() throws {
    try createCompanyWithContact(key: "a")
    let first = try scroll()
    fixture.advanceClock(bySeconds: 60)
    _ = try scroll(from: first.parameter)
    let second = try scroll()
    fixture.advanceClock(bySeconds: 61)
    #expect(throws: APIError(status: .notFound, code: "not_found", message: "scroll parameter not found")) {
      try scroll(from: second.parameter)
    }
    _ = try scroll()
  }
}
