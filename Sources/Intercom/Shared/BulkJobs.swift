import API
import HTTPTypes
import JSON
import Store

/// Bulk jobs: up to 100 items in one request; each can fail independently (Documentation.docc/People-and-Companies.md,
/// "Bulk jobs").
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
    name: "bulk_job", collection: "bulk_jobs",
    fields: [
      .string("id"),
      .derived("type") { job, _ in .string("\(job["subject"].string ?? "").bulk.job") },
      .string("state", initial: "completed", oneOf: states),
      .timestamp("created_at"), .timestamp("updated_at"), .timestamp("completed_at"),
      .models("tasks", of: task),
      .derived("url") { job, call in .string("\(call.baseURL)/\(job["subject"].string ?? "")/bulk/\(job.id)") },
      .string("subject", options: .hidden),
    ])

  private static let task = Model(
    name: "bulk_task",
    fields: [
      .string("id"), .integer("item_count"), .string("state", oneOf: states), .timestamp("created_at"),
      .timestamp("started_at"), .timestamp("completed_at"),
    ])

  private static let states = ["pending", "running", "completed", "completed_with_errors"]

  /// Unknown: when a job is closed for new tasks; here 900 seconds after its last update.
  private static let openSeconds: Int64 = 900

  /// Accepts a request; its items are applied later.
  /// - Parameter requireIDs: whether each item must have an `id`
  static func start(
    _ task: DeferredTask, subject: Subject, requireIDs: Bool = false, in call: Call
  ) throws -> Reply {
    let items = try BulkItems.read(subject, requireIDs: requireIDs, in: call)
    var job = try requestedJob(subject: subject, in: call) ?? makeJob(subject: subject, in: call)
    let taskID = addTask(itemCount: items.count, to: &job, in: call)
    call.workspace[model].insert(job)
    call.schedule(task, arguments: ["job": .string(job.id), "task": .string(taskID)], for: job)
    return .accepted(.record(job))
  }

  /// Creates the deferred task that applies each item of a request and stores the result.
  static func deferredTask(
    named name: String, subject: Subject, requireIDs: Bool = false,
    _ apply: @escaping @Sendable (JSONObject, Call) throws -> Void
  ) -> DeferredTask {
    DeferredTask(name: "\(subject.rawValue).\(name)", kind: .job) { arguments, call in
      var hasErrors = false
      for item in (try? BulkItems.read(subject, requireIDs: requireIDs, in: call)) ?? [] {
        do { try apply(item, call) } catch { hasErrors = true }
      }
      finishTask(arguments: arguments, hasErrors: hasErrors, in: call)
    }
  }

  static func show(subject: Subject, in call: Call) throws -> Reply {
    let job = try job(id: call.pathParameter("id"), subject: subject, in: call)
    call.countPoll(of: job)
    return .ok(job)
  }

  /// Returns the record with an item's `id`. Throws 404 if there is none.
  static func find(_ model: Model, item: JSONObject, in call: Call) throws -> Record {
    guard let id = item["id"]?.asID, let record = call.workspace[model][id]
    else { throw APIError.notFound(for: model) }
    return record
  }

  // MARK: Jobs

  /// Returns the job that the request adds to; nil if it starts a new job. Throws 404 or, for a closed job, 403.
  private static func requestedJob(subject: Subject, in call: Call) throws -> Record? {
    guard let json = call.body["job"]?["id"], !json.isNull else { return nil }
    let job = try job(id: json.string ?? json.text, subject: subject, in: call)
    guard call.now - (job["updated_at"].integer ?? 0) <= openSeconds else {
      throw APIError(status: .forbidden, code: "forbidden", message: "job \(job.id) is closed for new task updates")
    }
    return job
  }

  private static func job(id: String, subject: Subject, in call: Call) throws -> Record {
    guard let job = call.workspace[model][id], job["subject"].string == subject.rawValue else {
      throw APIError(status: .notFound, code: "job_not_found", message: "job \(id) not found")
    }
    return job
  }

  private static func makeJob(subject: Subject, in call: Call) -> Record {
    var job = model.blank()
    job["id"] = .string("job_v2_\(call.workspace.ids.next(in: model.name, from: 1))")
    job["subject"] = .string(subject.rawValue)
    job["created_at"] = .integer(call.now)
    return job
  }

  /// Adds a pending task to a job and sets the job to running. Returns the id of the task.
  private static func addTask(itemCount count: Int, to job: inout Record, in call: Call) -> String {
    var task = task.blank()
    let id = "task_v2_\(call.workspace.ids.next(in: task.schema.name, from: 1))"
    task["id"] = .string(id)
    task["item_count"] = .integer(count)
    task["state"] = "pending"
    task["created_at"] = .integer(call.now)
    job["tasks"] = .records(job["tasks"].records + [task])
    job["state"] = "running"
    job["updated_at"] = .integer(call.now)
    job["completed_at"] = nil
    return id
  }

  /// Completes a task. The job is complete when no task is pending.
  private static func finishTask(arguments: JSONObject, hasErrors: Bool, in call: Call) {
    guard var job = call.workspace[model][arguments["job"]?.string ?? ""] else { return }
    var tasks = job["tasks"].records
    guard let index = tasks.firstIndex(where: { $0.id == arguments["task"]?.string }) else { return }
    tasks[index]["state"] = hasErrors ? "completed_with_errors" : "completed"
    for name in ["started_at", "completed_at"] { tasks[index][name] = .integer(call.now) }
    job["tasks"] = .records(tasks)
    job["updated_at"] = .integer(call.now)
    let states = tasks.compactMap { $0["state"].string }
    if !states.contains("pending") {
      job["state"] = states.contains("completed_with_errors") ? "completed_with_errors" : "completed"
      job["completed_at"] = .integer(call.now)
    }
    call.workspace[model].replace(job)
  }
}

/// The items of a bulk request (Documentation.docc/Errors.md, "Documented errors").
enum BulkItems {
  private static let limit = 100

  /// Returns the items in the request, in their order.
  ///
  /// Throws 422 for the whole request if the list is missing, has more than 100 items or contains an invalid item.
  static func read(_ subject: BulkJobs.Subject, requireIDs: Bool, in call: Call) throws -> [JSONObject] {
    let name = subject.rawValue
    let list = try call.body.required(
      name, as: .array, missing: error(code: "field_not_found", message: "\(name) field must be supplied"),
      invalid: error(code: "type_mismatch", message: "\(name) must be an array"))
    guard list.count <= limit else {
      throw error(code: "parameter_invalid", message: "maximum number of \(name) per request is \(limit)")
    }
    let invalidItem = error(code: "type_mismatch", message: "each \(subject.singular) must be an object")
    let items = try list.map { try $0.read(as: .object, orThrow: invalidItem) }
    _ = try call.body.optional(
      "job", as: .object, invalid: error(code: "type_mismatch", message: "job must be an object"))
    guard !requireIDs || items.allSatisfy(hasID) else {
      throw error(code: "field_not_found", message: "\(name) must be identified by id")
    }
    return items
  }

  private static func hasID(_ item: JSONObject) -> Bool {
    item["id"]?.integral != nil || !(item["id"]?.string ?? "").isEmpty
  }

  private static func error(code: String, message: String) -> APIError {
    APIError(status: .unprocessableContent, code: code, message: message)
  }
}
