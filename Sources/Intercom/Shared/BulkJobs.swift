import API
import HTTPTypes
import JSON
import Store

/// Bulk jobs: up to a hundred items in one request, each of which may fail on its own (state-machine.md, 3 and 4).
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
    ])

  private static let task = Model(
    "bulk_task",
    [
      .string("id"), .integer("item_count"), .string("state", oneOf: states), .timestamp("created_at"),
      .timestamp("started_at"), .timestamp("completed_at"),
    ])

  private static let states = ["pending", "running", "completed", "completed_with_errors"]

  /// Unknown: when a job is closed for new tasks; here fifteen minutes after the last one.
  private static let openFor: Int64 = 900

  /// Takes a request on; its items are applied later.
  /// - Parameter identified: whether each item must have an `id`
  static func begin(
    _ errand: Errand, _ subject: Subject, identified: Bool = false, _ call: Call
  ) throws -> Reply {
    let items = try BulkItems.read(subject, identified: identified, call)
    var job = try asked(subject, call) ?? new(subject, call)
    let task = add(items.count, to: &job, call)
    call.workspace[model].insert(job)
    call.leave(errand, ["job": .string(job.id), "task": .string(task)], for: job)
    return .accepted(.record(job))
  }

  /// An errand that applies each item of a request, and keeps what became of it.
  static func errand(
    _ name: String, _ subject: Subject, identified: Bool = false,
    _ apply: @escaping @Sendable (JSONObject, Call) throws -> Void
  ) -> Errand {
    Errand("\(subject.rawValue).\(name)", .job) { arguments, call in
      var hasErrors = false
      for item in (try? BulkItems.read(subject, identified: identified, call)) ?? [] {
        do { try apply(item, call) } catch { hasErrors = true }
      }
      finish(arguments, hasErrors, call)
    }
  }

  static func show(_ subject: Subject, _ call: Call) throws -> Reply {
    let job = try job(call.parameter("id"), subject, call)
    call.poll(job)
    return .ok(job)
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

  /// A task that waits, and the job that runs for it. Returns the task's id.
  private static func add(_ count: Int, to job: inout Record, _ call: Call) -> String {
    var task = task.blank()
    let id = "task_v2_\(call.workspace.ids.next(task.schema.name, from: 1))"
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

  /// A job is done with the last of its tasks.
  private static func finish(_ arguments: JSONObject, _ hasErrors: Bool, _ call: Call) {
    guard var job = call.workspace[model][arguments["job"]?.string ?? ""] else { return }
    var tasks = job["tasks"].records
    guard let place = tasks.firstIndex(where: { $0.id == arguments["task"]?.string }) else { return }
    tasks[place]["state"] = hasErrors ? "completed_with_errors" : "completed"
    for name in ["started_at", "completed_at"] { tasks[place][name] = .integer(call.now) }
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

/// The items of a bulk request (errors.md, "Companies", "Contacts").
enum BulkItems {
  private static let limit = 100

  /// The items that the request names, in their order.
  ///
  /// Throws 422 when there are none or too many, or when they have the wrong form; the whole request is refused then.
  static func read(_ subject: BulkJobs.Subject, identified: Bool, _ call: Call) throws -> [JSONObject] {
    let name = subject.rawValue
    guard let json = call.body[name], !json.isNull else {
      throw refusal("field_not_found", "\(name) field must be supplied")
    }
    guard let list = json.array else { throw refusal("type_mismatch", "\(name) must be an array") }
    guard list.count <= limit else {
      throw refusal("parameter_invalid", "maximum number of \(name) per request is \(limit)")
    }
    let items = try list.map { item in
      guard let object = item.object else {
        throw refusal("type_mismatch", "each \(subject.singular) must be an object")
      }
      return object
    }
    if let job = call.body["job"], !job.isNull, job.object == nil {
      throw refusal("type_mismatch", "job must be an object")
    }
    guard !identified || items.allSatisfy(hasID) else {
      throw refusal("field_not_found", "\(name) must be identified by id")
    }
    return items
  }

  private static func hasID(_ item: JSONObject) -> Bool {
    item["id"]?.integral != nil || !(item["id"]?.string ?? "").isEmpty
  }

  private static func refusal(_ code: String, _ message: String) -> APIError {
    APIError(.unprocessableContent, code, message)
  }
}
