import API
import JSON
import Store

/// Jobs: asynchronous work whose status a client polls.
enum Jobs: Resource {
  static let operations: [Operation] = [
    .get("/jobs/status/{id}", id: "jobsStatus", handler: show, available: .since(.v2_14))
  ]

  static let model = Model(
    name: "jobs", collection: "jobs", ids: .sequence(from: 1),
    notFound: Model.NotFound(code: "job_not_found", message: "Job Not Found"),
    references: [Reference("resource_id", by: "resource_type", to: ["ticket": "tickets"], onDelete: .keep)],
    fields: [
      .type("job"), .string("id"), .string("status", initial: "pending", oneOf: ["pending", "success", "failed"]),
      .derived("url") { job, call in .string("\(call.baseURL)/jobs/status/\(job.id)") },
      .string("resource_type"), .string("resource_id"),
      .derived("resource_url") { job, call in
        guard let id = job["resource_id"].string, let type = job["resource_type"].string else { return .null }
        return .string("\(call.baseURL)/\(type)s/\(id)")
      },
    ])

  static func show(in call: Call) throws -> Reply {
    let job = try call.find(model)
    call.countPoll(of: job)
    return .ok(job)
  }

  /// Schedules a task and creates the job that reports its progress.
  static func schedule(resourceType type: String, task: DeferredTask, in call: Call) -> Record {
    var job = model.blank()
    job["id"] = .json(call.workspace.nextID(for: model))
    job["resource_type"] = .string(type)
    call.workspace[model].insert(job)
    call.schedule(task, arguments: ["job": .string(job.id)], for: job)
    return job
  }

  /// Performs a job's work and records the result: the id of the created resource, or a failure.
  static func finish(arguments: JSONObject, in call: Call, _ work: () throws -> String) {
    guard var job = call.workspace[model][arguments["job"]?.string ?? ""] else { return }
    do {
      job["resource_id"] = .string(try work())
      job["status"] = "success"
    } catch {
      job["status"] = "failed"
    }
    call.workspace[model].replace(job)
  }
}
