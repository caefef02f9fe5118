import API
import Store

/// How long jobs take by the workspace's clock.
enum JobClock {
  /// `job_seconds` of the workspace. Without it jobs are done before the next call, so that no test waits for them.
  static func seconds(_ workspace: Workspace) -> Int64 {
    min(max(workspace.profile["job_seconds"]?.integral ?? 0, 0), 86_400)
  }
}
