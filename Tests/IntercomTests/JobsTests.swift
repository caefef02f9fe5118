import API
import JSON
import Store
import Testing
@testable import Intercom

@Suite struct BulkJobsTests {
  private let fixture = WorkspaceFixture()

  @Test func `A job is accepted as running and completes later; a failed task does not stop the others`() throws {
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

  @Test func `Tasks can be added to a job while it is open`() throws {
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

  @Test func `A bulk create never updates contacts`() throws {
    let contact = try fixture.send(.post, to: "/contacts", body: ["external_id": "1", "name": "First"])
    try fixture.send(
      .post, to: "/contacts/bulk", body: ["contacts": [["external_id": "1", "name": "Second"], ["external_id": "2"]]])
    let id = try #require(contact["id"]?.string)
    #expect(try fixture.send(.get, to: "/contacts/\(id)")["name"] == "First")
    #expect(try fixture.send(.get, to: "/contacts/find_by_external_id/2")["external_id"] == "2")
  }

  @Test(
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
  func `A request of the wrong form is refused whole`(body: JSONObject, code: String, message: String) {
    #expect(throws: APIError(status: .unprocessableContent, code: code, message: message)) {
      try fixture.send(.put, to: "/companies/bulk", body: body)
    }
  }
}

@Suite struct ExportsTests {
  private static let all: JSONObject = ["created_at_after": 0, "created_at_before": 2_000_000_000]

  private func makeFixture(jobSeconds: Int64) -> WorkspaceFixture {
    let fixture = WorkspaceFixture(profile: ["id_code": "mock1234", "job_seconds": .integer(jobSeconds)])
    fixture.insert(["id": "1", "received_at": 1_600_000_000, "content_type": "email"], into: Receipts.model)
    fixture.insert(["id": "1", "created_at": 1_600_000_000], into: Conversations.model)
    return fixture
  }

  private func status(of id: String, in fixture: WorkspaceFixture) throws -> String? {
    fixture.runDueTasks()
    return try fixture.send(.get, to: "/export/content/data/\(id)")["status"]?.string
  }

  @Test func `An export is pending, then in progress, then completed at its due time`() throws {
    let fixture = makeFixture(jobSeconds: 10)
    let id = try #require(try fixture.send(.post, to: "/export/content/data", body: Self.all)["job_identifier"]?.string)
    #expect(id.count == 16)
    #expect(try status(of: id, in: fixture) == "pending")
    fixture.advanceClock(bySeconds: 5)
    #expect(try status(of: id, in: fixture) == "in_progress")
    fixture.advanceClock(bySeconds: 4)
    #expect(try status(of: id, in: fixture) == "in_progress")
    #expect(throws: APIError.self) { try fixture.send(.get, to: "/download/content/data/\(id)") }
    fixture.advanceClock(bySeconds: 1)
    #expect(try status(of: id, in: fixture) == "completed")
    try fixture.send(.get, to: "/download/content/data/\(id)")
  }

  @Test func `An export completes at its due time without polls, and its file expires after two days`() throws {
    let fixture = makeFixture(jobSeconds: 10)
    let id = try #require(try fixture.send(.post, to: "/export/content/data", body: Self.all)["job_identifier"]?.string)
    fixture.advanceClock(bySeconds: 10 + ExportJobs.fileLifetime - 1)
    fixture.runDueTasks()
    let job = try fixture.send(.get, to: "/export/content/data/\(id)")
    #expect(job["download_url"] != "")
    #expect(job["download_expires_at"]?.string == ISO8601UTC.text(seconds: 1_700_000_010 + ExportJobs.fileLifetime))
    fixture.advanceClock(bySeconds: 1)
    fixture.runDueTasks()
    #expect(try fixture.send(.get, to: "/export/content/data/\(id)")["download_url"] == "")
  }

  @Test func `Only one export runs at a time; after cancelling it another can start`() throws {
    let fixture = makeFixture(jobSeconds: 10)
    let id = try #require(try fixture.send(.post, to: "/export/content/data", body: Self.all)["job_identifier"]?.string)
    let refusal = APIError(
      status: .tooManyRequests, code: "rate_limit_exceeded",
      message: "Exceeded rate limit of 1 pending message data export jobs")
    #expect(throws: refusal) { try fixture.send(.post, to: "/export/content/data", body: Self.all) }
    #expect(try fixture.send(.post, to: "/export/cancel/\(id)")["status"] == "canceled")
    try fixture.send(.post, to: "/export/content/data", body: Self.all)
    fixture.advanceClock(bySeconds: 10)
    #expect(try status(of: id, in: fixture) == "canceled")
  }

  @Test func `At most five reports are pending`() throws {
    let fixture = makeFixture(jobSeconds: 60)
    let body: JSONObject = [
      "dataset_id": "conversation", "attribute_ids": ["conversation.conversation_id"], "start_time": 0,
      "end_time": 2_000_000_000,
    ]
    for number in 1...5 {
      #expect(
        try fixture.send(.post, to: "/export/reporting_data/enqueue", body: body)["job_identifier"]
          == .string("job\(number)"))
    }
    let refusal = APIError(
      status: .tooManyRequests, code: "rate_limit_exceeded",
      message: "Exceeded rate limit of 5 pending reporting dataset export jobs")
    #expect(throws: refusal) { try fixture.send(.post, to: "/export/reporting_data/enqueue", body: body) }
    fixture.advanceClock(bySeconds: 60)
    fixture.runDueTasks()
    #expect(try fixture.send(.get, to: "/export/reporting_data/job5")["status"] == "complete")
    try fixture.send(.post, to: "/export/reporting_data/enqueue", body: body)
  }

  @Test func `CSV cells with special characters are quoted`() {
    #expect(
      CSV.text(rows: [["a", "b"], ["x,y", "say \"hi\""], ["line\nend", ""]])
        == "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"line\nend\",\r\n")
  }

  @Test func `Files are gzip, with equal bytes for equal text`() {
    let file = CSV.gzipped("soup")
    #expect(file.starts(with: [0x1F, 0x8B, 8]))
    #expect(file == CSV.gzipped("soup"))
    #expect(CSV.gzipped("").starts(with: [0x1F, 0x8B, 8]))
  }

  @Test func `A sync takes time and rejects a second upload until it is complete`() throws {
    let fixture = makeFixture(jobSeconds: 10)
    fixture.insert(["id": "7", "name": "Shop"], into: EcommerceConnectors.model)
    let whole = """
      --b\r\nContent-Disposition: form-data; name="catalog"; filename="p.json"\r\n\r\n[]\r\n--b--
      """
    try fixture.send(.post, to: "/ecommerce/connectors/7/catalog", form: whole)
    #expect(
      throws: APIError(
        status: .conflict, code: "sync_in_progress",
        message: "A catalog upload is already in progress. Please wait for it to complete.")
    ) {
      try fixture.send(.post, to: "/ecommerce/connectors/7/catalog", form: whole)
    }
    fixture.advanceClock(bySeconds: 10)
    fixture.runDueTasks()
    #expect(fixture.workspace[EcommerceConnectors.model]["7"]?["synced_at"].integer == 1_700_000_010)
    try fixture.send(.post, to: "/ecommerce/connectors/7/catalog", form: whole)
  }
}
