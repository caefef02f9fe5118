import Store

/// The references of all models, by their target collections.
struct ReferenceTable: Sendable {
  /// A reference with the model that declares it.
  struct Entry: Sendable {
    let model: Model
    let reference: Reference
    /// The target collection, one of those of the reference.
    let collection: String
    /// Whether an index finds the referring records; otherwise all records of the model are read.
    let isIndexed: Bool
  }

  private let entries: [String: [Entry]]

  init(models: [Model]) {
    var entries: [String: [Entry]] = [:]
    for model in models {
      guard let definition = model.definition else { continue }
      for reference in model.references {
        let isIndexed = definition.indexes.contains { $0.name == reference.index }
        for name in reference.collections {
          entries[name, default: []].append(
            Entry(model: model, reference: reference, collection: name, isIndexed: isIndexed))
        }
      }
    }
    self.entries = entries.mapValues { all in
      all.filter { $0.reference.onDelete == .cascade } + all.filter { $0.reference.onDelete != .cascade }
    }
  }

  /// The references to the records of a model: first those that delete their records with the target, then the others;
  /// both in the order of the models. The order is visible: webhooks are sent in the order of the writes.
  func references(to model: Model) -> [Entry] {
    model.definition.flatMap { entries[$0.name] } ?? []
  }
}

/// A change of many records in steps.
public protocol StepwiseChange: AnyObject {
  /// Changes up to `limit` records. Returns whether all is done.
  func run(limit: Int, in call: Call) -> Bool
  /// Makes the next `run` begin again, because other requests have written records. What is done already must not be done
  /// twice.
  func restart()
}

/// Number of records that are changed in one step: about half a millisecond.
let changesPerStep = 64

/// Deletion and merging of records according to their declared references.
///
/// What refers to very many records is not changed at once: the rest of the change is done in steps after the handler has
/// returned (`IsolatedChange`).
extension Call {
  /// Deletes a record, the records that cascade from it, and the ids of all of them in other records.
  ///
  /// The order of the writes: the references to a record, then the record, then those that cascade from it. Callers
  /// check `dependents` first where a reference has the rule `restrict`.
  public func delete(_ record: Record, of model: Model) {
    start(ReferenceChange(tasks: ReferenceChange.deletion(of: record.id, of: model, in: self)))
  }

  /// Removes the ids of a record from the records whose references have the rule `remove` or `removeAndTouch`.
  public func removeReferences(to record: Record, of model: Model) {
    start(ReferenceChange(tasks: ReferenceChange.removal(of: record.id, of: model, in: self)))
  }

  /// Merges a record into another of its collection: moves the references, then deletes the record.
  ///
  /// The caller combines the fields of the two records.
  public func merge(_ source: Record, into target: Record, of model: Model) {
    let moves = plan.references.references(to: model).map { entry in
      ReferenceChange.Task.move(entry, from: source.id, to: target.id)
    }
    start(ReferenceChange(tasks: moves + ReferenceChange.deletion(of: source.id, of: model, in: self)))
  }

  /// The records that prevent the deletion of a record: those that refer to it with the rule `restrict`.
  public func dependents(of record: Record, in model: Model) -> [Record] {
    plan.references.references(to: model).filter { $0.reference.onDelete == .restrict }.flatMap { entry in
      let records = workspace[entry.model]
      return records.records(of: entry.rows(referringTo: record.id, in: workspace))
        .filter { entry.reference.ids(in: $0, to: entry.collection).contains(record.id) }.inIDOrder
    }
  }

  /// Does the beginning of a change, which is all of it if it changes few records.
  public func start(_ change: any StepwiseChange) {
    let before = workspace.pendingMutationCount
    if unfinishedChanges.isEmpty, change.run(limit: changesPerStep, in: self) { return }
    if unfinishedChanges.isEmpty { writesOfChanges = before..<workspace.pendingMutationCount }
    unfinishedChanges.append(change)
  }

  /// Does the rest of the changes that the handler has begun.
  public func finishChanges() {
    for change in unfinishedChanges { _ = change.run(limit: .max, in: self) }
    unfinishedChanges = []
  }
}

extension ReferenceTable.Entry {
  /// The records that may refer to an id.
  fileprivate func rows(referringTo id: String, in workspace: Workspace) -> RowSet {
    let records = workspace[model]
    return isIndexed ? records.rows(in: reference.index, under: id) : records.rows(matching: .everything)
  }
}

/// The change of all records that refer to a record, in steps.
final class ReferenceChange: StepwiseChange {
  enum Task {
    /// Removes an id from the records that refer to it.
    case remove(ReferenceTable.Entry, String)
    /// Replaces an id, according to the rule of the reference.
    case move(ReferenceTable.Entry, from: String, to: String)
    case deleteRecord(String, of: Model)
    /// Deletes the records that refer to an id.
    case cascade(ReferenceTable.Entry, String)
  }

  private let initialTasks: [Task]
  /// The tasks that are left, the current one last. A cascade is above the tasks of the records that it deletes.
  private var tasks: [TaskProgress]

  init(tasks: [Task]) {
    initialTasks = tasks
    self.tasks = tasks.reversed().map(TaskProgress.init)
  }

  static func removal(of id: String, of model: Model, in call: Call) -> [Task] {
    call.plan.references.references(to: model).filter {
      $0.reference.onDelete == .remove || $0.reference.onDelete == .removeAndTouch
    }.map { .remove($0, id) }
  }

  static func deletion(of id: String, of model: Model, in call: Call) -> [Task] {
    let cascades = call.plan.references.references(to: model).filter { $0.reference.onDelete == .cascade }
    return removal(of: id, of: model, in: call) + [.deleteRecord(id, of: model)]
      + cascades.reversed().map { .cascade($0, id) }
  }

  /// Does all tasks again, for records that refer to the record since.
  func restart() {
    tasks = initialTasks.reversed().map(TaskProgress.init)
  }

  /// Changes up to `limit` records. Returns whether all is done.
  func run(limit: Int, in call: Call) -> Bool {
    var left = limit
    while let current = tasks.last {
      guard left > 0 else { return false }
      if case .deleteRecord(let id, let model) = current.task {
        tasks.removeLast()
        call.workspace[model].remove(id: id)
        left -= 1
      } else if let record = current.nextRecord(in: call.workspace) {
        change(record, by: current, in: call)
        left -= 1
      } else {
        tasks.removeLast()
      }
    }
    return true
  }

  private func change(_ record: Record, by current: TaskProgress, in call: Call) {
    switch current.task {
    case .deleteRecord: break
    case .cascade(let entry, _):
      tasks += Self.deletion(of: record.id, of: entry.model, in: call).reversed().map(TaskProgress.init)
    case .remove(let entry, let id):
      var changed = entry.reference.removing(id, of: entry.collection, from: record)
      if entry.reference.onDelete == .removeAndTouch { changed["updated_at"] = .integer(call.now) }
      call.workspace[entry.model].replace(changed)
    case .move(let entry, let source, let target):
      move(record, of: entry, from: source, to: target, by: current, in: call)
    }
  }

  private func move(
    _ record: Record, of entry: ReferenceTable.Entry, from source: String, to target: String, by current: TaskProgress,
    in call: Call
  ) {
    switch entry.reference.onMerge {
    case .likeDeletion: return
    case .call(let hook): return hook(record, source, target, call)
    case .follow: break
    case .followUnlessEqual(let field):
      guard current.take(record[field], of: field, target: target, in: call.workspace) else { return }
    }
    call.workspace[entry.model].replace(
      entry.reference.replacing(source, of: entry.collection, with: target, in: record))
  }
}

/// One task of a change and the records that are left for it.
private final class TaskProgress {
  /// Number of referring records up to which they are changed in the order of their ids. The order is visible: webhooks are
  /// sent in the order of the writes.
  private static let sortingLimit = 256

  let task: ReferenceChange.Task
  /// The ids of the next records, the next one last.
  private var ids: [String] = []
  /// The rows that may refer to the id; nil before the first record.
  private var rows: RowSet?
  private var part = 0
  /// The values that `followUnlessEqual` has found in the records that refer to the target.
  private var taken: [Value]?

  init(_ task: ReferenceChange.Task) {
    self.task = task
  }

  /// The next record that refers to the id; nil if there is none left.
  func nextRecord(in workspace: Workspace) -> Record? {
    guard let (entry, id) = target else { return nil }
    let records = workspace[entry.model]
    while true {
      while let next = ids.popLast() {
        // Another task may have changed or deleted the record in the meantime.
        if let record = records[next], entry.reference.ids(in: record, to: entry.collection).contains(id) {
          return record
        }
      }
      guard readIDs(of: entry, referringTo: id, in: workspace) else { return nil }
    }
  }

  private var target: (ReferenceTable.Entry, String)? {
    switch task {
    case .remove(let entry, let id), .cascade(let entry, let id), .move(let entry, let id, _): (entry, id)
    case .deleteRecord: nil
    }
  }

  /// Reads the next ids. Returns false if there are none.
  private func readIDs(of entry: ReferenceTable.Entry, referringTo id: String, in workspace: Workspace) -> Bool {
    let records = workspace[entry.model]
    let rows = self.rows ?? entry.rows(referringTo: id, in: workspace)
    self.rows = rows
    guard part < rows.partCount else { return false }
    let isSmall = rows.count <= Self.sortingLimit
    let found = isSmall ? records.records(of: rows) : records.records(ofPart: part, of: rows)
    part = isSmall ? rows.partCount : part + 1
    let sorted = found.inIDOrder.map(\.id)
    // Deletions go down the ids, as a stack does; other changes go up.
    if case .cascade = task { ids = sorted } else { ids = sorted.reversed() }
    return true
  }

  /// Returns whether no record that refers to the target has this value yet, and notes it.
  func take(_ value: Value, of field: String, target: String, in workspace: Workspace) -> Bool {
    guard let (entry, _) = self.target else { return false }
    var values =
      taken
      ?? workspace[entry.model].records(of: entry.rows(referringTo: target, in: workspace))
      .filter { entry.reference.ids(in: $0, to: entry.collection).contains(target) }.map { $0[field] }
    defer { taken = values }
    guard !values.contains(value) else { return false }
    values.append(value)
    return true
  }
}
