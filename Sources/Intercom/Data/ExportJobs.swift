import API
import HTTPTypes
import JSON
import Store

/// What both kinds of exports are: jobs that run on the workspace's clock and leave a file for two days.
struct ExportJobs: Sendable {
  /// How long a file is kept once it is written. Documented of data exports.
  static let lifetime: Int64 = 172_800

  /// What they are called among errands.
  let name: String
  /// Whose jobs they are; a closure, as the model is made with these.
  let model: @Sendable () -> Model
  /// What a job is called that has written its file: `completed` or `complete`.
  let done: String
  /// The path of the files, before their identifiers.
  let path: String
  /// The file, when there is anything in it.
  let write: @Sendable (Record, Workspace) -> String?

  // MARK: Model

  /// The times at which jobs change by themselves: they lose their files, and those of a fixture are done.
  static let due = CollectionDefinition.Order("due_at") { $0["due_at"].integer }

  /// - Parameter query: what follows the identifier in the address of a file
  func fields(query: @escaping @Sendable (Record, Call) -> String = { _, _ in "" }) -> [Field] {
    let (done, path) = (done, path)
    return [
      .string("id", .hidden), .derived("job_identifier") { job, _ in .string(job.id) },
      .string("status", initial: "pending"),
      .derived("download_url") { job, call in
        guard job["status"].string == done, !job["csv"].isEmpty else { return "" }
        return .string("\(call.baseURL)\(path)/\(job.id)\(query(job, call))")
      },
      .derived("download_expires_at") { job, _ in .string(job["expires_at"].integer.map(Zulu.text) ?? "") },
      .timestamp("created_at", .hidden), .timestamp("due_at", .hidden), .timestamp("expires_at", .hidden),
      .string("csv", .hidden),
    ]
  }

  // MARK: Life

  /// Keeps a job that waits, and leaves it to be taken up and done.
  func begin(_ job: Record, _ call: Call) {
    call.workspace[model()].insert(job)
    call.leave(start, ["job": .string(job.id)], for: job, at: call.workspace.pace(of: .job).firstHalf)
  }

  static func isActive(_ job: Record) -> Bool {
    job["status"] == "pending" || job["status"] == "in_progress"
  }

  var errands: [Errand] { [start, end] }

  private var start: Errand {
    Errand("\(name).start", .job) { arguments, call in
      guard var job = find(arguments, call), job["status"] == "pending" else { return }
      job["status"] = "in_progress"
      call.workspace[model()].replace(job)
      call.leave(end, arguments, for: job, at: call.workspace.pace(of: .job).secondHalf)
    }
  }

  private var end: Errand {
    Errand("\(name).end", .job) { arguments, call in
      guard var job = find(arguments, call), Self.isActive(job) else { return }
      finish(&job, call.workspace, call.now)
      call.workspace[model()].replace(job)
    }
  }

  private func find(_ arguments: JSONObject, _ call: Call) -> Record? {
    call.workspace[model()][arguments["job"]?.string ?? ""]
  }

  /// What a job does when its time has come: it loses its file, or it was said by a fixture to be done then.
  func advance(_ found: Record, _ workspace: Workspace, _ due: Int64) {
    var job = found
    if Self.isActive(job) {
      finish(&job, workspace, due)
    } else {
      job["csv"] = nil
      job["due_at"] = nil
    }
    workspace[job.schema].replace(job)
  }

  private func finish(_ job: inout Record, _ workspace: Workspace, _ due: Int64) {
    guard let csv = write(job, workspace) else {
      job["status"] = "no_data"
      job["due_at"] = nil
      return
    }
    job["status"] = .string(done)
    job["csv"] = .string(csv)
    job["expires_at"] = .integer(due + Self.lifetime)
    job["due_at"] = job["expires_at"]
  }

  // MARK: Downloads

  static func notFound(_ id: String) -> APIError {
    APIError(.notFound, "not_found", "Export job not found for identifier: \(id)")
  }

  func find(_ call: Call) throws -> Record {
    let id = call.parameter("job_identifier")
    guard let job = call.workspace[model()][id] else { throw Self.notFound(id) }
    return job
  }

  /// The file as gzip. Unknown: what is said of one that is not there yet, or no more; here it is not found.
  func download(_ call: Call) throws -> Reply {
    let job = try find(call)
    guard job["status"].string == done, let csv = job["csv"].string else {
      throw APIError(
        .notFound, "not_found", "Export job \(job.id) has no file: its status is \(job["status"].string ?? "")")
    }
    return Reply(
      .ok,
      headerFields: [HTTPField(name: .contentDisposition, value: "attachment; filename=\"\(job.id).csv.gz\"")],
      body: .bytes(CSV.gzipped(csv), contentType: "application/octet-stream"))
  }
}
