import API
import HTTPTypes
import JSON
import Store

extension Behaviour {
  /// Reports on conversations hold those that no contact ever wrote in.
  static let reportsUnansweredConversations = Behaviour("reports hold conversations without a user's reply")
}

/// Reporting data exports: chosen attributes of a dataset, one row for each record of a time span (2.14).
enum ReportingExports: Resource {
  static let operations: [Operation] = [
    .post("/export/reporting_data/enqueue", "enqueueReportingDataExport", enqueue, .since(.v2_14)),
    .get("/export/reporting_data/get_datasets", "listReportingDatasets", datasets, .since(.v2_14)),
    .get("/export/reporting_data/{job_identifier}", "getReportingDataExport", retrieve, .since(.v2_14)),
    .get(
      "/download/reporting_data/{job_identifier}", "downloadReportingDataExport", produces: "application/octet-stream",
      download, .since(.v2_14)),
  ]

  static let model: Model = Model(
    "reporting_data_export", collection: "reporting_data", sequence: "reporting_data_export",
    orders: [ExportJobs.due],
    jobs.fields { job, call in "?app_id=\(Profile.id(call))&job_identifier=\(job.id)" } + [
      .string("dataset_id", .hidden), .array("attribute_ids", .hidden), .timestamp("start_time", .hidden),
      .timestamp("end_time", .hidden), .boolean("includes_unanswered", .hidden, initial: false),
    ])

  static let errands = jobs.errands

  static let agenda = [Agenda.Entry(model.schema, order: ExportJobs.due.name, jobs.advance)]

  private static let jobs: ExportJobs = ExportJobs(
    name: "reporting_export", model: { model }, done: "complete", path: "/download/reporting_data",
    write: ReportingDataset.table)

  private static let limit = 5

  // MARK: Behaviour

  static func enqueue(_ call: Call) throws -> Reply {
    let dataset = try dataset(call)
    let attributes = try attributes(of: dataset, call)
    let (start, end) = (try time("start_time", call), try time("end_time", call))
    guard start <= end else { throw refusal("start_time must not be later than end_time") }
    guard call.workspace[model].all.count(where: ExportJobs.isActive) < limit else {
      throw APIError(
        .tooManyRequests, "rate_limit_exceeded",
        "Exceeded rate limit of \(limit) pending reporting dataset export jobs")
    }
    var job = model.blank()
    job["id"] = .string(nextID(call))
    job["created_at"] = .integer(call.now)
    job["dataset_id"] = .string(dataset.id)
    job["attribute_ids"] = .strings(attributes)
    job["start_time"] = .integer(start)
    job["end_time"] = .integer(end)
    job["includes_unanswered"] = .boolean(call.honours(.reportsUnansweredConversations))
    jobs.begin(job, call)
    return .ok(job)
  }

  static func datasets(_ call: Call) throws -> Reply {
    try Listing.whole().reply(ReportingDataset.all.map(\.node), call)
  }

  /// The path names the job; the query, which names it again, is not looked at.
  static func retrieve(_ call: Call) throws -> Reply {
    let job = try jobs.find(call)
    call.poll(job)
    return .ok(job)
  }

  static func download(_ call: Call) throws -> Reply {
    try jobs.download(call)
  }

  /// `job3`; those of the fixtures are taken.
  private static func nextID(_ call: Call) -> String {
    while true {
      let id = "job\(call.workspace.ids.next(model.sequence, from: 1))"
      if call.workspace[model][id] == nil { return id }
    }
  }

  // MARK: Checking

  private static func refusal(_ message: String) -> APIError {
    APIError(.badRequest, "bad_request", message)
  }

  private static func required(_ name: String, _ call: Call) throws -> JSON {
    guard let json = call.body[name], !json.isNull else { throw refusal("'\(name)' is a required parameter") }
    return json
  }

  private static func dataset(_ call: Call) throws -> ReportingDataset {
    let json = try required("dataset_id", call)
    guard let dataset = ReportingDataset.all.first(where: { $0.id == json.string }) else {
      throw refusal("\(json.string ?? json.text) is not a valid dataset_id")
    }
    return dataset
  }

  /// The ids as they were sent: simple or qualified.
  private static func attributes(of dataset: ReportingDataset, _ call: Call) throws -> [String] {
    let json = try required("attribute_ids", call)
    guard let asked = json.array else {
      throw refusal("'attribute_ids' \(json.string ?? json.text) must be of type Array")
    }
    guard !asked.isEmpty else { throw refusal("attribute_ids must contain at least one attribute_id") }
    let wrong = asked.filter { $0.string.flatMap(dataset.attribute) == nil }
    guard wrong.isEmpty else {
      let names = wrong.map { $0.string ?? $0.text }.joined(separator: ", ")
      throw refusal("attribute_ids invalid for \(dataset.id) dataset: \(names)")
    }
    return asked.compactMap(\.string)
  }

  private static func time(_ name: String, _ call: Call) throws -> Int64 {
    let json = try required(name, call)
    guard let time = json.integral ?? json.string.flatMap({ Int64($0) }), (0..<253_402_300_800).contains(time) else {
      throw refusal("'\(name)' \(json.string ?? json.text) must be of type Integer")
    }
    return time
  }
}
