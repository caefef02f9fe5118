import API
import JSON
import Store

/// Imports a state document into a copy of a workspace in small steps, then commits it at once. If the workspace changes in
/// the meantime, the import begins anew.
final class StateWrite {
  /// Number of restarts after which the import finishes in one step.
  private static let retryLimit = 5

  private let mode: StateImport.Mode
  private let call: ControlCall
  private let session: WorkspaceSession
  private var stateImport: StateImport
  private var work: SlicedWork<StateImport.Outcome>
  private var revisions: [Int]
  private var retryCount = 0
  /// What follows the commit; nil before it.
  private var ending: SlicedWork<Reply>?

  /// Does the due tasks of the workspace first.
  init(_ mode: StateImport.Mode, by call: ControlCall) throws {
    self.mode = mode
    self.call = call
    session = try call.openSession()
    call.server.runDueTasks(in: session)
    stateImport = try Self.makeImport(mode, by: call, into: session)
    work = stateImport.work
    revisions = session.workspace.revisions
  }

  /// What was built is released in steps, also if the client left.
  deinit {
    call.server.sessions.releaseQueue.add(stateImport.partialState)
  }

  private static func makeImport(
    _ mode: StateImport.Mode, by call: ControlCall, into session: WorkspaceSession
  ) throws -> StateImport {
    try StateImport(
      call.request.body, mode: mode, in: session.workspace, catalogue: call.server.catalogue,
      keepsMutations: call.query["notify"] == true)
  }

  /// Does one step. Returns the reply after the commit and the notifications.
  func step() throws -> Reply? {
    if case .unfinished(let step) = ending { return try step() }
    do {
      repeat {
        guard case .unfinished(let step) = work, let outcome = try step() else { continue }
        try commit(outcome)
        if case .finished(let reply) = ending { return reply }
      } while retryCount >= Self.retryLimit && !isCommitted
      return nil
    } catch let error as FixtureError {
      throw APIError.parameterInvalid("\(error)", field: error.field ?? error.file)
    }
  }

  private var isCommitted: Bool { ending != nil }

  private func commit(_ outcome: StateImport.Outcome) throws {
    guard session.workspace.revisions == revisions else { return try restart() }
    let before = session.workspace.copy
    call.server.sessions.replaceState(with: outcome.state, in: session)
    call.server.updateAlarm(of: session)
    let reply = Reply.ok(
      .json([
        "status": .string(mode == .patch ? "patched" : "replaced"), "records": .integer(Int64(outcome.recordCount)),
        "warnings": .array(outcome.warnings.map(JSON.string)),
      ]))
    ending = notification(of: outcome, before: before).map { reply }
  }

  /// The work of notifying subscribers, if the query says so.
  private func notification(of outcome: StateImport.Outcome, before: Workspace) -> SlicedWork<Void> {
    guard call.query["notify"] == true else { return .finished(()) }
    let mutations =
      mode == .patch
      ? .finished(outcome.mutations) : Mutation.difference(from: before, to: session.workspace.copy)
    return mutations.then { [call, session] in call.server.notification(of: $0, in: session, by: nil) }
  }

  private func restart() throws {
    retryCount += 1
    call.server.sessions.releaseQueue.add(stateImport.partialState)
    stateImport = try Self.makeImport(mode, by: call, into: session)
    work = stateImport.work
    revisions = session.workspace.revisions
  }
}
