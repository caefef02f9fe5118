import Store

/// A workspace's records and clock, kept under a name. Costs the same to take at any size, and then what changes.
public struct Snapshot {
  public let state: WorkspaceState
  public let clock: Clock.Mode
  /// When it was taken, in seconds by the workspace's clock.
  public let takenAt: Int64

  /// A workspace as it is now.
  public init(of workspace: Workspace) {
    state = workspace.state
    clock = workspace.clock.mode
    takenAt = workspace.clock.now
  }
}
