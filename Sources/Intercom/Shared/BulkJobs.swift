import API
import HTTPTypes
import JSON
import Store

/// Bulk jobs: up to a hundred items in one request, each of which may fail on its own (state-machine.md, 3 and 4).
///
/// The work is done at once; the answer that accepts it still shows a job that runs, as clients have to expect.
enum BulkJobs {
  enum Subject: String {
    case contacts, companies

    var singular: String {
      switch self {
      case .contacts: "contact"
      case .companies: "company"
      }
    }
  }

  static let model = Model(
    "bulk_job", collection: "bulk_jobs",
    [
      .string("id"),
      .derived("type") { job, _ in .string("\(job["subject"].string ?? "").bulk.job") },
      .string("state", initial: "completed", oneOf: states),
      .timestamp("created_at"), .timestamp("updated_at"), .timestamp("completed_at"),
      .models("tasks", task),
      .derived("url") { job, call in .string("\(call.baseURL)/\(job["subject"].string ?? "")/bulk/\(job.id)") },
      .string("subject", .hidden),
    ] + JobClock.fields)

  private static let task = Model(
    "bulk_task",
    [
      .string("id"), .integer("item_count"), .string("state", oneOf: states), .timestamp("created_at"),
      .timestamp("started_at"), .timestamp("completed_at"),
    ])

  private static let states = ["pending", "running", "completed", "completed_with_errors"]

  /// Unknown: when a job is closed for new tasks; here fifteen minutes after the last one.
  private static let openFor: Int64 = 900

  /// Applies every item of the request and keeps what became of it.
  /// - Parameter identified: whether each item must have an `id`
  static func run(
    _ subject: Subject, identified: Bool = false, _ call: Call, _ apply: (JSONObject) throws -> Void
  ) throws -> Reply {
    let items = try BulkItems.read(subject, identified: identified, call)
    let known = try asked(subject, call)
    var hasErrors = false
    for item in items {
      do { try apply(item) } catch is APIError { hasErrors = true }
    }
    var job = known ?? new(subject, call)
    add(items.count, hasErrors, to: &job, call)
    JobClock.begin(&job, call.workspace)
    call.workspace[model].insert(job)
    return .accepted(.record(running(job)))
  }

  static func show(_ subject: Subject, _ call: Call) throws -> Reply {
    let job = try job(call.parameter("id"), subject, call)
    return .ok(JobClock.isRunning(job, call.workspace) ? running(job) : job)
  }

  /// The record that an item names by its `id`.
  static func find(_ model: Model, _ item: JSONObject, _ call: Call) throws -> Record {
    guard let id = item["id"]?.string ?? item["id"]?.integral.map(String.init), let record = call.workspace[model][id]
    else { throw APIError.notFound(model) }
    return record
  }

  // MARK: Jobs

  /// The job that the request adds to; nil when it begins one.
  private static func asked(_ subject: Subject, _ call: Call) throws -> Record? {
    guard let json = call.body["job"]?["id"], !json.isNull else { return nil }
    let job = try job(json.string ?? json.text, subject, call)
    guard call.now - (job["updated_at"].integer ?? 0) <= openFor else {
      throw APIError(.forbidden, "forbidden", "job \(job.id) is closed for new task updates")
    }
    return job
  }

  private static func job(_ id: String, _ subject: Subject, _ call: Call) throws -> Record {
    guard let job = call.workspace[model][id], job["subject"].string == subject.rawValue else {
      throw APIError(.notFound, "job_not_found", "job \(id) not found")
    }
    return job
  }

  private static func new(_ subject: Subject, _ call: Call) -> Record {
    var job = model.blank()
    job["id"] = .string("job_v2_\(call.workspace.ids.next(model.name, from: 1))")
    job["subject"] = .string(subject.rawValue)
    job["created_at"] = .integer(call.now)
    return job
  }

  private static func add(_ count: Int, _ hasErrors: Bool, to job: inout Record, _ call: Call) {
    var task = task.blank()
    task["id"] = .string("task_v2_\(call.workspace.ids.next(task.schema.name, from: 1))")
    task["item_count"] = .integer(count)
    task["state"] = hasErrors ? "completed_with_errors" : "completed"
    for name in ["created_at", "started_at", "completed_at"] { task[name] = .integer(call.now) }
    job["tasks"] = .records(job["tasks"].records + [task])
    if hasErrors { job["state"] = "completed_with_errors" }
    for name in ["updated_at", "completed_at"] { job[name] = .integer(call.now) }
  }

  /// The job as it stands while its last task waits.
  private static func running(_ job: Record) -> Record {
    var (job, tasks) = (job, job["tasks"].records)
    job["state"] = "running"
    job["completed_at"] = nil
    if let last = tasks.indices.last {
      tasks[last]["state"] = "pending"
      for name in ["started_at", "completed_at"] { tasks[last][name] = nil }
    }
    job["tasks"] = .records(tasks)
    return job
  }
}
