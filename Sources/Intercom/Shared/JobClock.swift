import API
import Store

/// How long jobs take by the workspace's clock.
enum JobClock {
  /// `job_seconds` of the workspace. Without it jobs are done before the next call, so that no test waits for them.
  static func seconds(_ workspace: Workspace) -> Int64 {
    if case .afterMilliseconds(let time) = workspace.jobPace { return (time + 999) / 1000 }
    return min(max(workspace.profile["job_seconds"]?.integral ?? 0, 0), 86_400)
  }

  /// What a job keeps to know when it is done.
  static let fields: [Field] = [
    .integer("ready_at_ms", [.hidden, .sparse]), .integer("polls_left", [.hidden, .sparse]),
  ]

  /// Notes when a job that begins now is done.
  static func begin(_ job: inout Record, _ workspace: Workspace) {
    switch workspace.jobPace {
    case .immediate: break
    case .afterMilliseconds(let time): job["ready_at_ms"] = .integer(workspace.clock.milliseconds + time)
    case .afterPolls(let count): job["polls_left"] = .integer(count)
    }
  }

  /// Whether a job still shows that it runs; being asked counts.
  static func isRunning(_ job: Record, _ workspace: Workspace) -> Bool {
    if let ready = job["ready_at_ms"].integer { return workspace.clock.milliseconds < ready }
    guard let left = job["polls_left"].integer, left > 0 else { return false }
    var job = job
    job["polls_left"] = .integer(left - 1)
    workspace[job.schema].replace(job)
    return true
  }
}
