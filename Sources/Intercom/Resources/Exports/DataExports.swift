import API
import HTTPTypes
import JSON
import Store

/// Data exports: who received which outbound content, and what they did with it, as a table.
enum DataExports: Resource {
  static let operations: [Operation] = [
    .post("/export/content/data", "createDataExport", create),
    .get("/export/content/data/{job_identifier}", "getDataExport", retrieve),
    .post("/export/cancel/{job_identifier}", "cancelDataExport", cancel),
    .get(
      "/download/content/data/{job_identifier}", "downloadDataExport", produces: "application/octet-stream", download),
  ]

  static let model: Model = Model(
    "data_export", collection: "data", orders: [ExportJobs.due],
    jobs.fields() + [
      // As most versions misspell it in their descriptions; what they show as examples is spelt right.
      .derived("job_identfier") { job, _ in .string(job.id) },
      .timestamp("created_at_after", .hidden), .timestamp("created_at_before", .hidden),
    ])

  static let models = [Receipts.model]

  static let errands = jobs.errands

  static let agenda = [Agenda.Entry(model.schema, order: ExportJobs.due.name, jobs.advance)]

  private static let jobs: ExportJobs = ExportJobs(
    name: "data_export", model: { model }, done: "completed", path: "/download/content/data", write: Receipts.table)

  // MARK: Behaviour

  static func create(_ call: Call) throws -> Reply {
    let (after, before) = (try required("created_at_after", call), try required("created_at_before", call))
    guard after <= before else {
      throw APIError.parameterInvalid("created_at_after must not be later than created_at_before")
    }
    guard !call.workspace[model].all.contains(where: ExportJobs.isActive) else {
      // Documented in words only; the code is that of the other limits.
      throw APIError(
        .tooManyRequests, "rate_limit_exceeded", "Exceeded rate limit of 1 pending message data export jobs")
    }
    var job = model.blank()
    job["id"] = .string(call.workspace.ids.alphanumeric(16))
    job["created_at"] = .integer(call.now)
    job["created_at_after"] = .integer(after)
    job["created_at_before"] = .integer(before)
    jobs.begin(job, call)
    return .ok(job)
  }

  static func retrieve(_ call: Call) throws -> Reply {
    let job = try jobs.find(call)
    call.poll(job)
    return .ok(job)
  }

  /// Unknown: what becomes of a job that is done already; here it is canceled, too, so that a client that cancels at once
  /// sees what it would see of a job that takes its time.
  static func cancel(_ call: Call) throws -> Reply {
    var job = try jobs.find(call)
    job["status"] = "canceled"
    for name in ["csv", "due_at", "expires_at"] { job[name] = nil }
    call.workspace[model].replace(job)
    call.abandon(job)
    return .ok(job)
  }

  static func download(_ call: Call) throws -> Reply {
    try jobs.download(call)
  }

  private static func required(_ name: String, _ call: Call) throws -> Int64 {
    guard let time = try call.time(name) else { throw APIError.parameterMissing("\(name) is a required parameter") }
    return time
  }
}
