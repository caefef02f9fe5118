import API
import JSON
import Store
import Testing

@testable import Intercom

@Suite struct ExportsTests {
  private static let all: JSONObject = ["created_at_after": 0, "created_at_before": 2_000_000_000]

  private func world(jobSeconds: Int64) -> World {
    let world = World(profile: ["id_code": "mock1234", "job_seconds": .integer(jobSeconds)])
    world.add(["id": "1", "received_at": 1_600_000_000, "content_type": "email"], Receipts.model)
    world.add(["id": "1", "created_at": 1_600_000_000], Conversations.model)
    return world
  }

  private func status(_ id: String, _ world: World) throws -> String? {
    world.catchUp()
    return try world.ask(.get, "/export/content/data/\(id)")["status"]?.string
  }

  @Test func `An export waits, is taken up, and is done when its time has come`() throws {
    let world = world(jobSeconds: 10)
    let id = try #require(try world.ask(.post, "/export/content/data", Self.all)["job_identifier"]?.string)
    #expect(id.count == 16)
    #expect(try status(id, world) == "pending")
    world.wait(5)
    #expect(try status(id, world) == "in_progress")
    world.wait(4)
    #expect(try status(id, world) == "in_progress")
    #expect(throws: APIError.self) { try world.ask(.get, "/download/content/data/\(id)") }
    world.wait(1)
    #expect(try status(id, world) == "completed")
    try world.ask(.get, "/download/content/data/\(id)")
  }

  @Test func `It is done at its time, even if nobody looked for days, and its file is gone two days later`() throws {
    let world = world(jobSeconds: 10)
    let id = try #require(try world.ask(.post, "/export/content/data", Self.all)["job_identifier"]?.string)
    world.wait(10 + ExportJobs.lifetime - 1)
    world.catchUp()
    let job = try world.ask(.get, "/export/content/data/\(id)")
    #expect(job["download_url"] != "")
    #expect(job["download_expires_at"]?.string == Zulu.text(1_700_000_010 + ExportJobs.lifetime))
    world.wait(1)
    world.catchUp()
    #expect(try world.ask(.get, "/export/content/data/\(id)")["download_url"] == "")
  }

  @Test func `One export at a time; one that is canceled makes room`() throws {
    let world = world(jobSeconds: 10)
    let id = try #require(try world.ask(.post, "/export/content/data", Self.all)["job_identifier"]?.string)
    let refusal = APIError(
      .tooManyRequests, "rate_limit_exceeded", "Exceeded rate limit of 1 pending message data export jobs")
    #expect(throws: refusal) { try world.ask(.post, "/export/content/data", Self.all) }
    #expect(try world.ask(.post, "/export/cancel/\(id)")["status"] == "canceled")
    try world.ask(.post, "/export/content/data", Self.all)
    world.wait(10)
    #expect(try status(id, world) == "canceled")
  }

  @Test func `Five reports wait at most`() throws {
    let world = world(jobSeconds: 60)
    let body: JSONObject = [
      "dataset_id": "conversation", "attribute_ids": ["conversation_id"], "start_time": 0, "end_time": 2_000_000_000,
    ]
    for number in 1...5 {
      #expect(try world.ask(.post, "/export/reporting_data/enqueue", body)["job_identifier"] == .string("job\(number)"))
    }
    let refusal = APIError(
      .tooManyRequests, "rate_limit_exceeded", "Exceeded rate limit of 5 pending reporting dataset export jobs")
    #expect(throws: refusal) { try world.ask(.post, "/export/reporting_data/enqueue", body) }
    world.wait(60)
    world.catchUp()
    #expect(try world.ask(.get, "/export/reporting_data/job5")["status"] == "complete")
    try world.ask(.post, "/export/reporting_data/enqueue", body)
  }

  @Test func `Tables quote what would break them`() {
    #expect(
      CSV.text([["a", "b"], ["x,y", "say \"hi\""], ["line\nend", ""]])
        == "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"line\nend\",\r\n")
  }

  @Test func `Files are gzip, the same for the same text`() {
    let file = CSV.gzipped("soup")
    #expect(file.starts(with: [0x1F, 0x8B, 8]))
    #expect(file == CSV.gzipped("soup"))
    #expect(CSV.gzipped("").starts(with: [0x1F, 0x8B, 8]))
  }

  @Test func `A sync takes its time, and refuses a second upload meanwhile`() throws {
    let world = world(jobSeconds: 10)
    world.add(["id": "7", "name": "Shop"], EcommerceConnectors.model)
    let whole = """
      --b\r\nContent-Disposition: form-data; name="catalog"; filename="p.json"\r\n\r\n[]\r\n--b--
      """
    try world.ask(.post, "/ecommerce/connectors/7/catalog", form: whole)
    #expect(
      throws: APIError(
        .conflict, "sync_in_progress", "A catalog upload is already in progress. Please wait for it to complete.")
    ) {
      try world.ask(.post, "/ecommerce/connectors/7/catalog", form: whole)
    }
    world.wait(10)
    world.catchUp()
    #expect(world.workspace[EcommerceConnectors.model]["7"]?["synced_at"].integer == 1_700_000_010)
    try world.ask(.post, "/ecommerce/connectors/7/catalog", form: whole)
  }
}
