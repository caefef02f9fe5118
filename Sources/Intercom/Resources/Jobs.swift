import API
import JSON
import Store

/// Jobs: work that a client asks for and comes back to.
enum Jobs: Resource {
  static let operations: [Operation] = [.get("/jobs/status/{id}", "jobsStatus", show, .since(.v2_14))]

  static let model = Model(
    "jobs", collection: "jobs", ids: .sequence(from: 1), notFound: Model.NotFound("job_not_found", "Job Not Found"),
    [
      .type("job"), .string("id"), .string("status", initial: "pending", oneOf: ["pending", "success", "failed"]),
      .derived("url") { job, call in .string("\(call.baseURL)/jobs/status/\(job.id)") },
      .string("resource_type"), .string("resource_id"),
      .derived("resource_url") { job, call in
        guard let id = job["resource_id"].string, let type = job["resource_type"].string else { return .null }
        return .string("\(call.baseURL)/\(type)s/\(id)")
      },
    ] + JobClock.fields)

  static func show(_ call: Call) throws -> Reply {
    let job = try call.find(model)
    return .ok(JobClock.isRunning(job, call.workspace) ? pending(job) : job)
  }

  /// Does the work now and keeps what became of it: the id of what was made, or that it failed.
  static func run(_ type: String, _ call: Call, _ work: () throws -> String) -> Record {
    var job = model.blank()
    job["id"] = .json(call.workspace.nextID(for: model))
    job["resource_type"] = .string(type)
    do {
      job["resource_id"] = .string(try work())
      job["status"] = "success"
    } catch {
      job["status"] = "failed"
    }
    JobClock.begin(&job, call.workspace)
    call.workspace[model].insert(job)
    return job
  }

  /// A job as it looked before the work was done.
  static func pending(_ job: Record) -> Record {
    var job = job
    job["status"] = "pending"
    job["resource_id"] = .null
    return job
  }
}
