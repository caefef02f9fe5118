import API
import JSON
import Testing

@Suite("Bulk jobs")
struct BulkJobsTests {
  private let fixture = WorkspaceFixture()

  @Test("a job is accepted as running and found to be done; what fails does not stop the rest")
  func running() throws {
    let job = try fixture.send(
      .post, to: "/companies/bulk",
      body: [
        "companies": [["company_id": "a", "name": "A"], ["company_id": "b", "size": "many"], ["company_id": "c"]]
      ])
    #expect(job["state"] == "running")
    #expect(job["tasks"]?[0]?["state"] == "pending")
    let id = try #require(job["id"]?.string)
    let done = try fixture.send(.get, to: "/companies/bulk/\(id)")
    #expect(done["state"] == "completed_with_errors")
    #expect(done["tasks"]?[0]?["item_count"] == 3)
    #expect(try fixture.send(.get, to: "/companies?company_id=c")["company_id"] == "c")
  }

  @Test("tasks are added to a job while it is open")
  func appending() throws {
    let first = try fixture.send(.post, to: "/contacts/bulk", body: ["contacts": [["external_id": "1"]]])
    let id = try #require(first["id"]?.string)
    let job: JSON = ["id": .string(id)]
    let second = try fixture.send(.post, to: "/contacts/bulk", body: ["contacts": [["external_id": "2"]], "job": job])
    #expect(second["id"] == first["id"])
    #expect(second["tasks"]?.array?.compactMap { $0["state"]?.string } == ["completed", "pending"])
    fixture.advanceClock(bySeconds: 901)
    #expect(
      throws: APIError(status: .forbidden, code: "forbidden", message: "job \(id) is closed for new task updates")
    ) {
      try fixture.send(.post, to: "/contacts/bulk", body: ["contacts": [["external_id": "3"]], "job": job])
    }
    #expect(throws: APIError(status: .notFound, code: "job_not_found", message: "job \(id) not found")) {
      try fixture.send(.get, to: "/companies/bulk/\(id)")
    }
  }

  @Test("contacts are only ever created by a bulk create")
  func strictCreation() throws {
    let contact = try fixture.send(.post, to: "/contacts", body: ["external_id": "1", "name": "First"])
    try fixture.send(
      .post, to: "/contacts/bulk", body: ["contacts": [["external_id": "1", "name": "Second"], ["external_id": "2"]]])
    let id = try #require(contact["id"]?.string)
    #expect(try fixture.send(.get, to: "/contacts/\(id)")["name"] == "First")
    #expect(try fixture.send(.get, to: "/contacts/find_by_external_id/2")["external_id"] == "2")
  }

  @Test(
    "a request of the wrong form is refused whole",
    arguments: [
      ([:], "field_not_found", "companies field must be supplied"),
      (["companies": "one"], "type_mismatch", "companies must be an array"),
      (["companies": ["one"]], "type_mismatch", "each company must be an object"),
      (["companies": [["name": "x"]]], "field_not_found", "companies must be identified by id"),
      (
        ["companies": .array(Array(repeating: ["id": "1"], count: 101))], "parameter_invalid",
        "maximum number of companies per request is 100"
      ),
    ] as [(JSONObject, String, String)])
  func wrongForm(body: JSONObject, code: String, message: String) {
    #expect(throws: APIError(status: .unprocessableContent, code: code, message: message)) {
      try fixture.send(.put, to: "/companies/bulk", body: body)
    }
  }
}
