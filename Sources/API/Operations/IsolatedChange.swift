import Store

/// Finishes the changes that a handler has begun, step by step on a copy of the workspace, and then replaces the state of
/// the workspace. So no other request sees a part of the changes, and none waits for all of them.
///
/// Writes that other requests make in the meantime are kept: they are copied, and the changes are done again for the
/// records that these write. If the state of the workspace is replaced in the meantime, as by a reset, the changes are lost
/// with the state that they belong to.
final class IsolatedChange {
  private let call: Call
  private let workspace: Workspace
  private let copy: Workspace
  private let changes: [any StepwiseChange]
  /// Number of changes that are done.
  private var position = 0
  /// The writes of the handler.
  private let begun: [Mutation]
  /// The records that the handler wrote itself. Writes to them in the meantime are lost.
  private let written: Set<Mutation.Key>
  private let others: MutationTracker
  /// The writes of other requests that are not copied yet.
  private var foreign: [Mutation] = []

  /// Takes back what the handler wrote until all is done.
  init(of call: Call) {
    self.call = call
    workspace = call.workspace
    changes = call.unfinishedChanges
    call.unfinishedChanges = []
    copy = workspace.copy
    let (begun, ofChanges) = (workspace.takeBack(), call.writesOfChanges)
    self.begun = begun
    written = Set(begun.indices.filter { !ofChanges.contains($0) }.map { begun[$0].key })
    others = workspace.trackMutations()
    call.move(to: copy)
  }

  /// The work that is left.
  var work: SlicedWork<Void> {
    .unfinished(step: step)
  }

  private func step() -> Void? {
    guard !others.isReset else { return finish() }
    if position < changes.count {
      if changes[position].run(limit: changesPerStep, in: call) { position += 1 }
      return nil
    }
    foreign += others.take()
    guard !foreign.isEmpty else { return commit() }
    copyForeignWrites()
    return nil
  }

  /// Copies some writes of other requests. After the last one, the changes are done again.
  private func copyForeignWrites() {
    copy.copyWrites(foreign.prefix(changesPerStep).filter { !written.contains($0.key) })
    foreign.removeFirst(min(changesPerStep, foreign.count))
    guard foreign.isEmpty else { return }
    for change in changes { change.restart() }
    position = 0
  }

  private func commit() {
    var state = copy.state
    state.keepIdentity(of: workspace.state)
    workspace.commit(state, mutations: begun + copy.takeMutations())
    finish()
  }

  private func finish() {
    call.move(to: workspace)
  }
}
