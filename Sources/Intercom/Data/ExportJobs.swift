import API
import HTTPTypes
import JSON
import Store

/// What both kinds of exports are: jobs that run on the workspace's clock and leave a file for two days.
struct ExportJobs: Sendable {
  /// How long a file is kept once it is written. Documented of data exports.
  static let fileLifetime: Int64 = 172_800

  /// What they are called among errands.
  let name: String
  /// Whose jobs they are; a closure, as the model is made with these.
  let model: @Sendable () -> Model
  /// What a job is called that has written its file: `completed` or `complete`.
  let doneStatus: String
  /// The path of the files, before their identifiers.
  let path: String
  /// The file, when there is anything in it.
  let makeCSV: @Sendable (Record, Workspace) -> String?

  // MARK: Model

  /// The times at which jobs change by themselves: they lose their files, and those of a fixture are done.
  static let dueOrder = CollectionDefinition.Order(name: "due_at") { $0["due_at"].integer }

  /// - Parameter query: what follows the identifier in the address of a file
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

  // MARK: Life

  /// Keeps a job that waits, and leaves it to be taken up and done.
  func schedule(_ job: Record, in call: Call) {
    call.workspace[model()].insert(job)
    call.schedule(
      startTask, arguments: ["job": .string(job.id)], for: job,
      policy: call.workspace.deferralPolicy(of: .job).firstHalf)
  }

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

  /// What a job does when its time has come: it loses its file, or it was said by a fixture to be done then.
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

  func find(in call: Call) throws -> Record {
    let id = call.pathParameter("job_identifier")
    guard let job = call.workspace[model()][id] else { throw Self.notFound(id: id) }
    return job
  }

  /// The file as gzip. Unknown: what is said of one that is not there yet, or no more; here it is not found.
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
