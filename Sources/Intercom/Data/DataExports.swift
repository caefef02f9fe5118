import API
import HTTPTypes
import JSON
import Store

/// Data exports: a table of the outbound content that each contact received, and of their reactions.
enum DataExports: Resource {
  static let operations: [Operation] = [
    .post("/export/content/data", id: "createDataExport", handler: create),
    .get("/export/content/data/{job_identifier}", id: "getDataExport", handler: retrieve),
    .post("/export/cancel/{job_identifier}", id: "cancelDataExport", handler: cancel),
    .get(
      "/download/content/data/{job_identifier}", id: "downloadDataExport", produces: "application/octet-stream",
      handler: download),
  ]

  static let model: Model = Model(
    name: "data_export", collection: "data", orders: [ExportJobs.dueOrder],
    fields: jobs.fields() + [
      // Most descriptions misspell the member's name; the examples spell it correctly.
      .derived("job_identfier") { job, _ in .string(job.id) },
      .timestamp("created_at_after", options: .hidden), .timestamp("created_at_before", options: .hidden),
    ])

  static let models = [Receipts.model]

  static let deferredTasks = jobs.deferredTasks

  static let agenda = [Agenda.Entry(schema: model.schema, order: ExportJobs.dueOrder.name, action: jobs.advance)]

  private static let jobs: ExportJobs = ExportJobs(
    name: "data_export", model: { model }, doneStatus: "completed", path: "/download/content/data",
    makeCSV: Receipts.csv)

  // MARK: Behaviour

  static func create(in call: Call) throws -> Reply {
    let (after, before) = (
      try call.body.required("created_at_after", as: .unixTime()),
      try call.body.required("created_at_before", as: .unixTime())
    )
    guard after <= before else {
      throw APIError.parameterInvalid("created_at_after must not be later than created_at_before")
    }
    guard !call.workspace[model].all.contains(where: ExportJobs.isActive) else {
      // Documented only in prose, without a code; the code is that of the other rate limits.
      throw APIError(
        status: .tooManyRequests, code: "rate_limit_exceeded",
        message: "Exceeded rate limit of 1 pending message data export jobs")
    }
    var job = model.blank()
    job["id"] = .string(call.workspace.ids.alphanumeric(length: 16))
    job["created_at"] = .integer(call.now)
    job["created_at_after"] = .integer(after)
    job["created_at_before"] = .integer(before)
    jobs.schedule(job, in: call)
    return .ok(job)
  }

  static func retrieve(in call: Call) throws -> Reply {
    let job = try jobs.find(in: call)
    call.countPoll(of: job)
    return .ok(job)
  }

  /// Cancels a job.
  ///
  /// Unknown: whether a completed job can be canceled; here it can, so that a client that cancels immediately gets the
  /// same answer whether or not jobs are delayed.
  static func cancel(in call: Call) throws -> Reply {
    var job = try jobs.find(in: call)
    job["status"] = "canceled"
    for name in ["csv", "due_at", "expires_at"] { job[name] = nil }
    call.workspace[model].replace(job)
    call.cancel(tasksFor: job)
    return .ok(job)
  }

  static func download(in call: Call) throws -> Reply {
    try jobs.download(in: call)
  }
}

/// Receipts of outbound content. The API never shows them; data exports write them.
enum Receipts {
  /// The columns with the time of the first reaction of each kind. The spelling `dismisall` is Intercom's.
  private static let milestones = [
    "first_reply", "first_completion", "first_series_completion", "first_series_disengagement", "first_series_exit",
    "first_goal_success", "first_open", "first_click", "first_dismisall", "first_unsubscribe", "first_hard_bounce",
  ]

  /// The milestones with the names that webhook topics use.
  static let statistics: [(milestone: String, name: String)] = milestones.map { milestone in
    (milestone, milestone == "first_dismisall" ? "dismissal" : String(milestone.dropFirst("first_".count)))
  }

  private static let columns =
    [
      "user_id", "user_external_id", "company_id", "email", "name", "ruleset_id", "content_id", "content_type",
      "content_title", "ruleset_version_id", "receipt_id", "received_at", "series_id", "series_title", "node_id",
    ] + milestones

  static let model = Model(
    name: "receipt", collection: "receipts", ids: .sequence(from: 1),
    references: [
      Reference("ruleset_id", to: "rulesets"),
      // A receipt is still exported after its contact is deleted.
      Reference("contact_id", to: "contacts", onDelete: .keep),
    ],
    fields: [
      .string("id"), .string("contact_id"), .string("ruleset_id"), .string("content_id"), .string("content_type"),
      .string("content_title"), .string("ruleset_version_id"), .timestamp("received_at"), .string("series_id"),
      .string("series_title"), .string("node_id"),
    ] + milestones.map { .timestamp($0) })

  /// Returns the CSV table of the receipts in the job's time span, or nil if there are none.
  static func csv(for job: Record, in workspace: Workspace) -> String? {
    let (after, before) = (job["created_at_after"].integer ?? 0, job["created_at_before"].integer ?? 0)
    let found = (workspace[model].all + messageReceipts(in: workspace)).filter {
      (after...before).contains($0["received_at"].integer ?? -1)
    }
    guard !found.isEmpty else { return nil }
    return CSV.text(rows: [columns] + found.map { row(for: $0, in: workspace) })
  }

  /// The receipts of messages sent through the API, one for each contact.
  private static func messageReceipts(in workspace: Workspace) -> [Record] {
    workspace[Messages.model].all.flatMap { message in
      message["contact_ids"].strings.map { contact in
        var receipt = model.blank()
        receipt["id"] = .string("\(message.id)-\(contact)")
        receipt["contact_id"] = .string(contact)
        receipt["content_id"] = message["id"]
        receipt["content_type"] = message["message_type"]
        receipt["content_title"] = message["subject"]
        receipt["received_at"] = message["created_at"]
        return receipt
      }
    }
  }

  /// Unknown: the time format in the table; here Unix seconds, as in the rest of the API.
  private static func row(for receipt: Record, in workspace: Workspace) -> [String] {
    let contact = receipt["contact_id"].string.flatMap { workspace[Contacts.model][$0] }
    return columns.map { column in
      switch column {
      case "user_id": receipt["contact_id"].string ?? ""
      case "user_external_id": contact?["external_id"].string ?? ""
      case "company_id": contact?["company_ids"].strings.first ?? "-1"
      case "email", "name": contact?[column].string ?? ""
      case "receipt_id": receipt.id
      case "series_id": receipt[column].string ?? "-1"
      default: receipt[column].string ?? receipt[column].integer.map(String.init) ?? ""
      }
    }
  }
}
