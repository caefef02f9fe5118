import API
import JSON
import Testing

@Suite("Bulk jobs")
struct BulkJobsTests {
  private let world = World()

  @Test("a job is accepted as running and found to be done; what fails does not stop the rest")
  func running() throws {
    let job = try world.ask(
      .post, "/companies/bulk",
      ["companies": [["company_id": "a", "name": "A"], ["company_id": "b", "size": "many"], ["company_id": "c"]]])
    #expect(job["state"] == "running")
    #expect(job["tasks"]?[0]?["state"] == "pending")
    let id = try #require(job["id"]?.string)
    let done = try world.ask(.get, "/companies/bulk/\(id)")
    #expect(done["state"] == "completed_with_errors")
    #expect(done["tasks"]?[0]?["item_count"] == 3)
    #expect(try world.ask(.get, "/companies?company_id=c")["company_id"] == "c")
  }

  @Test("tasks are added to a job while it is open")
  func appending() throws {
    let first = try world.ask(.post, "/contacts/bulk", ["contacts": [["external_id": "1"]]])
    let id = try #require(first["id"]?.string)
    let job: JSON = ["id": .string(id)]
    let second = try world.ask(.post, "/contacts/bulk", ["contacts": [["external_id": "2"]], "job": job])
    #expect(second["id"] == first["id"])
    #expect(second["tasks"]?.array?.compactMap { $0["state"]?.string } == ["completed", "pending"])
    world.wait(901)
    #expect(throws: APIError(.forbidden, "forbidden", "job \(id) is closed for new task updates")) {
      try world.ask(.post, "/contacts/bulk", ["contacts": [["external_id": "3"]], "job": job])
    }
    #expect(throws: APIError(.notFound, "job_not_found", "job \(id) not found")) {
      try world.ask(.get, "/companies/bulk/\(id)")
    }
  }

  @Test("contacts are only ever created by a bulk create")
  func strictCreation() throws {
    let contact = try world.ask(.post, "/contacts", ["external_id": "1", "name": "First"])
    try world.ask(
      .post, "/contacts/bulk", ["contacts": [["external_id": "1", "name": "Second"], ["external_id": "2"]]])
    let id = try #require(contact["id"]?.string)
    #expect(try world.ask(.get, "/contacts/\(id)")["name"] == "First")
    #expect(try world.ask(.get, "/contacts/find_by_external_id/2")["external_id"] == "2")
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
    #expect(throws: APIError(.unprocessableContent, code, message)) { try world.ask(.put, "/companies/bulk", body) }
  }
}
