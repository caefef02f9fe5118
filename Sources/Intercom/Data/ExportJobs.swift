import API
import HTTPTypes
import JSON
import Store

/// The common part of both export operations: jobs that run on the workspace clock and produce a file for two days.
struct ExportJobs: Sendable {
  /// Lifetime of a file in seconds, as documented for data exports.
  static let fileLifetime: Int64 = 172_800

  /// The prefix of the names of the deferred tasks.
  let name: String
  /// The model of the jobs; a closure, because the model itself is built from these jobs.
  let model: @Sendable () -> Model
  /// The status of a completed job with a file: `completed` or `complete`.
  let doneStatus: String
  /// The path of the files, without the job identifier.
  let path: String
  /// Returns the CSV content of a job's file, or nil if there is no data.
  let makeCSV: @Sendable (Record, Workspace) -> String?

  // MARK: Model

  /// Orders jobs by the time of their next scheduled change: the expiry of the file, or the completion of a job that a
  /// fixture defines.
  static let dueOrder = CollectionDefinition.Order(name: "due_at") { $0["due_at"].integer }

  /// - Parameter query: returns the query string appended to a job's download URL
  func fields(query: @escaping @Sendable (Record, Call) -> String = { _, _ in "" }) -> [Field] {
    let (done, path) = (doneStatus, path)
    return [
      .string("id", options: .hidden), .derived("job_identifier") { job, _ in .string(job.id) },
      .string("status", initial: "pending"),
      .derived("download_url") { job, call in
        guard job["status"].string == done, !job["csv"].isEmpty else { return "" }
        return .string("\(call.baseURL)\(path)/\(job.id)\(query(job, call))")
      },
      .derived("download_expires_at") { job, _ in .string(job["expires_at"].integer.map(ISO8601UTC.text) ?? "") },
      .timestamp("created_at", options: .hidden), .timestamp("due_at", options: .hidden),
      .timestamp("expires_at", options: .hidden),
      .string("csv", options: .hidden),
    ]
  }

  // MARK: Lifecycle

  /// Stores a pending job and schedules its start.
  func schedule(_ job: Record, in call: Call) {
    call.workspace[model()].insert(job)
    call.schedule(
      startTask, arguments: ["job": .string(job.id)], for: job,
      policy: call.workspace.deferralPolicy(of: .job).firstHalf)
  }

  /// Whether a job has not ended yet.
  static func isActive(_ job: Record) -> Bool {
    job["status"] == "pending" || job["status"] == "in_progress"
  }

  var deferredTasks: [DeferredTask] { [startTask, endTask] }

  private var startTask: DeferredTask {
    DeferredTask(name: "\(name).start", kind: .job) { arguments, call in
      guard var job = storedJob(from: arguments, in: call), job["status"] == "pending" else { return }
      job["status"] = "in_progress"
      call.workspace[model()].replace(job)
      call.schedule(endTask, arguments: arguments, for: job, policy: call.workspace.deferralPolicy(of: .job).secondHalf)
    }
  }

  private var endTask: DeferredTask {
    DeferredTask(name: "\(name).end", kind: .job) { arguments, call in
      guard var job = storedJob(from: arguments, in: call), Self.isActive(job) else { return }
      finish(&job, in: call.workspace, at: call.now)
      call.workspace[model()].replace(job)
    }
  }

  private func storedJob(from arguments: JSONObject, in call: Call) -> Record? {
    call.workspace[model()][arguments["job"]?.string ?? ""]
  }

  /// Performs a job's scheduled change: completes an active job of a fixture, or removes an expired file.
  func advance(_ found: Record, in workspace: Workspace, at due: Int64) {
    var job = found
    if Self.isActive(job) {
      finish(&job, in: workspace, at: due)
    } else {
      job["csv"] = nil
      job["due_at"] = nil
    }
    workspace[job.schema].replace(job)
  }

  private func finish(_ job: inout Record, in workspace: Workspace, at due: Int64) {
    guard let csv = makeCSV(job, workspace) else {
      job["status"] = "no_data"
      job["due_at"] = nil
      return
    }
    job["status"] = .string(doneStatus)
    job["csv"] = .string(csv)
    job["expires_at"] = .integer(due + Self.fileLifetime)
    job["due_at"] = job["expires_at"]
  }

  // MARK: Downloads

  static func notFound(id: String) -> APIError {
    APIError(status: .notFound, code: "not_found", message: "Export job not found for identifier: \(id)")
  }

  /// The job that the path identifies. Throws 404 if there is none.
  func find(in call: Call) throws -> Record {
    let id = call.pathParameter("job_identifier")
    guard let job = call.workspace[model()][id] else { throw Self.notFound(id: id) }
    return job
  }

  /// Returns the file as gzip. Unknown: the answer for a file that is not ready or has expired; here 404.
  func download(in call: Call) throws -> Reply {
    let job = try find(in: call)
    guard job["status"].string == doneStatus, let csv = job["csv"].string else {
      throw APIError(
        status: .notFound, code: "not_found",
        message: "Export job \(job.id) has no file: its status is \(job["status"].string ?? "")")
    }
    return Reply(
      status: .ok,
      headerFields: [HTTPField(name: .contentDisposition, value: "attachment; filename=\"\(job.id).csv.gz\"")],
      body: .bytes(CSV.gzipped(csv), contentType: "application/octet-stream"))
  }
}
