import HTTPMessage
import HTTPTypes
import JSON
import Store

/// Work that an operation schedules to run after its reply: background jobs and side effects.
///
/// A scheduled task is a record of the workspace, so that snapshots, resets and exported states contain it. It runs
/// with a call that is equivalent to the one that scheduled it.
public struct DeferredTask: Sendable {
  /// The kind of a task, which selects the setting for its delay.
  public enum Kind: Sendable {
    /// A job that a client polls for: the setting `jobs`. It never runs before the reply.
    case job
    /// A change that happens without a request: the setting `side_effects`. Without delay it runs before the reply.
    case sideEffect
  }

  /// Carries out the task.
  /// - Parameters:
  ///   - arguments: the arguments given to `Call.schedule`
  ///   - call: equivalent to the call that scheduled the task, at the time that the task is due
  public typealias Work = @Sendable (_ arguments: JSONObject, _ call: Call) -> Void

  /// The name that identifies the task in a record: `ticket.creation`.
  public let name: String
  public let kind: Kind
  let work: Work

  public init(name: String, kind: Kind, work: @escaping Work) {
    self.name = name
    self.kind = kind
    self.work = work
  }
}

// MARK: Records

extension DeferredTask {
  /// The model of scheduled tasks. Its names are part of state documents.
  static let model = Model(
    name: "errand", collection: "errands", ids: .sequence(from: 1), orders: [dueOrder, anyRequestOrder],
    fields: [
      .string("id"), .string("name"), .string("operation"), .string("version"), .string("admin_id"),
      .string("base_url"), .array("parameters"), .object("body"), .object("arguments"),
      // Either the due time or the number of polls left is set. Without a subject, every request counts as a poll.
      .integer("due_at_ms"), .integer("polls_left"), .string("subject", options: .indexed),
    ])

  /// The tasks with a due time.
  static let dueOrder = CollectionDefinition.Order(name: "due_at_ms") { $0["due_at_ms"].integer }

  /// The tasks that have polls left but no subject whose status a client can request. Any request counts as a poll.
  static let anyRequestOrder = CollectionDefinition.Order(name: "calls") { task in
    task["subject"].isEmpty ? task["polls_left"].integer : nil
  }

  /// The value of `subject` for a record: `ticket/12`.
  static func subject(for record: Record) -> String {
    "\(record.schema.name)/\(record.id)"
  }

  /// Decrements the number of polls left. The task is due when it reaches zero.
  static func countPoll(of record: Record, in workspace: Workspace) {
    var task = StoredTask(record)
    guard let left = task.pollsLeft else { return }
    task.pollsLeft = left > 1 ? left - 1 : nil
    if left <= 1 { task.dueTime = workspace.clock.milliseconds }
    workspace[model].replace(task.record)
  }
}

/// Typed access to the record of a scheduled task.
private struct StoredTask {
  private(set) var record: Record

  init(_ record: Record) {
    self.record = record
  }

  /// Creates the record of a task that `call` schedules. The caller sets the due time or the number of polls.
  /// - Parameter subject: the record whose status a client requests to poll for the task; nil if there is none
  init(_ task: DeferredTask, arguments: JSONObject, for subject: Record?, scheduledBy call: Call) {
    record = DeferredTask.model.blank()
    record["id"] = .json(call.workspace.nextID(for: DeferredTask.model))
    record["name"] = .string(task.name)
    record["operation"] = .string(call.operation.id)
    record["version"] = .string(call.plan.version.name)
    record["admin_id"] = .string(call.adminID)
    record["base_url"] = .string(call.baseURL)
    record["parameters"] = .strings(call.parameters)
    record["body"] = .json(.object(call.body))
    record["arguments"] = .json(.object(arguments))
    record["subject"] = .string(subject.map(DeferredTask.subject(for:)))
  }

  var name: String { record["name"].string ?? "" }
  var operationID: String? { record["operation"].string }
  var version: APIVersion? { record["version"].string.flatMap { APIVersion(named: $0) } }
  var adminID: String? { record["admin_id"].string }
  var baseURL: String { record["base_url"].string ?? "" }
  var parameters: [String] { record["parameters"].strings }
  var body: JSONObject { record["body"].object ?? [:] }
  var arguments: JSONObject { record["arguments"].object ?? [:] }

  /// When the task is due, in milliseconds since 1970; nil if it waits for polls.
  var dueTime: Int64? {
    get { record["due_at_ms"].integer }
    set { record["due_at_ms"] = .integer(newValue) }
  }

  /// The number of polls until the task is due; nil if it has a due time.
  var pollsLeft: Int64? {
    get { record["polls_left"].integer }
    set { record["polls_left"] = .integer(newValue) }
  }
}

// MARK: Scheduling

extension Call {
  /// Schedules a task.
  /// - Parameters:
  ///   - task: the task
  ///   - arguments: data that the task needs besides the request
  ///   - record: the record whose status a client requests to poll for the task; nil if there is none
  ///   - policy: when the task is due; nil for the workspace's setting
  public func schedule(
    _ task: DeferredTask, arguments: JSONObject = [:], for record: Record? = nil, policy: DeferralPolicy? = nil
  ) {
    let policy = policy ?? workspace.deferralPolicy(of: task.kind)
    if task.kind == .sideEffect, policy == .immediate { return task.work(arguments, self) }
    var stored = StoredTask(task, arguments: arguments, for: record, scheduledBy: self)
    switch policy {
    case .immediate, .afterPolls(...0): stored.dueTime = nowMilliseconds
    case .afterMilliseconds(let time): stored.dueTime = nowMilliseconds + time
    case .afterPolls(let count): stored.pollsLeft = count
    }
    workspace[DeferredTask.model].insert(stored.record)
  }

  /// Counts a request for the status of a record as a poll of the record's tasks.
  public func countPoll(of record: Record) {
    for task in tasks(for: record) { DeferredTask.countPoll(of: task, in: workspace) }
  }

  /// Cancels the tasks that were scheduled for a record.
  public func cancel(tasksFor record: Record) {
    for task in tasks(for: record) { workspace[DeferredTask.model].remove(id: task.id) }
  }

  private func tasks(for record: Record) -> [Record] {
    workspace[DeferredTask.model].records(in: "subject", under: DeferredTask.subject(for: record))
  }
}

extension Workspace {
  /// When tasks of a kind are due.
  ///
  /// Fixtures delay jobs by `job_seconds` (seconds, at most a day) in `workspace.json`, unless the setting `jobs` has
  /// another value than `immediate`.
  public func deferralPolicy(of kind: DeferredTask.Kind) -> DeferralPolicy {
    guard kind == .job else { return sideEffectDeferral }
    let seconds = min(max(profile["job_seconds"]?.integral ?? 0, 0), 86_400)
    return jobDeferral == .immediate && seconds > 0 ? .afterMilliseconds(seconds * 1000) : jobDeferral
  }
}

// MARK: Running

extension Catalogue {
  /// Runs the scheduled work of a workspace that is due, in the order of the due times.
  /// - Parameters:
  ///   - workspace: the workspace
  ///   - plan: returns the plan of a version
  ///   - done: called with nil before each task, after the work that was due earlier, and with the task's call after it
  /// - Returns: whether any work was due
  public func runDueWork(
    in workspace: Workspace, plan: (APIVersion) -> VersionPlan, done: (Call?) -> Void = { _ in }
  ) -> Bool {
    agenda.processDue(in: workspace) { record, due in
      done(nil)
      workspace[DeferredTask.model].remove(id: record.id)
      let stored = StoredTask(record)
      guard let task = deferredTasks[stored.name], let call = makeCall(for: stored, due: due, in: workspace, plan: plan)
      else { return }
      task.work(stored.arguments, call)
      call.finishChanges()
      done(call)
    }
  }

  /// Whether a task counts requests of any kind as polls.
  public func hasTasksPolledByAnyRequest(in workspace: Workspace) -> Bool {
    workspace[DeferredTask.model].count(in: Self.anyRequestOrder) > 0
  }

  /// Counts a request as a poll of the tasks that count requests of any kind.
  public func countAnyRequestPoll(in workspace: Workspace) {
    let tasks = workspace[DeferredTask.model]
    for task in tasks.page(
      orderedBy: Self.anyRequestOrder, from: .offset(0), limit: tasks.count(in: Self.anyRequestOrder))
    {
      DeferredTask.countPoll(of: task, in: workspace)
    }
  }

  private static let anyRequestOrder = ListOrder(name: DeferredTask.anyRequestOrder.name, descending: false)

  /// Recreates the call that scheduled a task, at the task's due time (milliseconds since 1970). Returns nil if a
  /// fixture contains a task of an unknown operation or version.
  private func makeCall(
    for task: StoredTask, due: Int64, in workspace: Workspace, plan: (APIVersion) -> VersionPlan
  ) -> Call? {
    guard let operation = operations.first(where: { $0.id == task.operationID }), let version = task.version
    else { return nil }
    let base = task.baseURL.split(separator: "/").map(String.init)
    let request = Request(
      method: operation.method, target: operation.path, scheme: base.count == 2 ? String(base[0].dropLast()) : "http",
      authority: base.last ?? "localhost")
    return Call(
      workspace: workspace, operation: operation, plan: plan(version), parameters: task.parameters, request: request,
      body: task.body, adminID: task.adminID, at: max(due, 0))
  }
}
