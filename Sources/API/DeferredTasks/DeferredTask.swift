import HTTPMessage
import HTTPTypes
import JSON
import Store

/// Work that a request leaves to be done after its answer: the one mechanism behind jobs and side effects.
///
/// It waits as a record of the workspace, so that snapshots, resets and exported states have it as well, and is done in
/// every pace by the same code, with a call like the one that left it.
public struct DeferredTask: Sendable {
  /// Whose pace it keeps.
  public enum Kind: Sendable {
    /// A client waits for it: the setting `jobs`. It is never done before the answer.
    case job
    /// It comes by itself: the setting `side_effects`. Without delay it is done before the answer.
    case sideEffect
  }

  /// Does the work.
  /// - Parameters:
  ///   - arguments: what was left for it
  ///   - call: as the one that left it, at the time that it is due
  public typealias Work = @Sendable (_ arguments: JSONObject, _ call: Call) -> Void

  /// Under which it waits: `ticket.creation`.
  public let name: String
  public let kind: Kind
  let work: Work

  public init(name: String, kind: Kind, work: @escaping Work) {
    self.name = name
    self.kind = kind
    self.work = work
  }
}

// MARK: Waiting

extension DeferredTask {
  /// What waits to be done.
  static let model = Model(
    name: "errand", collection: "errands", ids: .sequence(from: 1), orders: [dueOrder, anyRequestOrder],
    fields: [
      .string("id"), .string("name"), .string("operation"), .string("version"), .string("admin_id"),
      .string("base_url"), .array("parameters"), .object("body"), .object("arguments"),
      // Either when it is done, or how often it must be asked for; and what has to be asked for, else any call counts.
      .integer("due_at_ms"), .integer("polls_left"), .string("subject", options: .indexed),
    ])

  static let dueOrder = CollectionDefinition.Order(name: "due_at_ms") { $0["due_at_ms"].integer }

  /// Those that nobody can ask for: calls of any kind count.
  static let anyRequestOrder = CollectionDefinition.Order(name: "calls") { task in
    task["subject"].isEmpty ? task["polls_left"].integer : nil
  }

  static func subject(for record: Record) -> JSON {
    .string("\(record.schema.name)/\(record.id)")
  }

  /// One poll less; at none the errand is due.
  static func countPoll(of task: Record, in workspace: Workspace) {
    guard let left = task["polls_left"].integer else { return }
    var task = task
    task["polls_left"] = left > 1 ? .integer(left - 1) : .null
    if left <= 1 { task["due_at_ms"] = .integer(workspace.clock.milliseconds) }
    workspace[model].replace(task)
  }
}

// MARK: Leaving

extension Call {
  /// Leaves work for later.
  /// - Parameters:
  ///   - arguments: what the work has to know besides the request
  ///   - record: what a client asks for to see how far it is, if there is anything
  ///   - pace: when it is done; as the settings say unless another is given
  public func schedule(
    _ task: DeferredTask, arguments: JSONObject = [:], for record: Record? = nil, policy pace: DeferralPolicy? = nil
  ) {
    let pace = pace ?? workspace.deferralPolicy(of: task.kind)
    if task.kind == .sideEffect, pace == .immediate { return task.work(arguments, self) }
    var waiting = DeferredTask.model.blank()
    waiting["id"] = .json(workspace.nextID(for: DeferredTask.model))
    waiting["name"] = .string(task.name)
    waiting["operation"] = .string(operation.id)
    waiting["version"] = .string(plan.version.name)
    waiting["admin_id"] = .string(adminID)
    waiting["base_url"] = .string(baseURL)
    waiting["parameters"] = .json(.array(parameters.map(JSON.string)))
    waiting["body"] = .json(.object(body))
    waiting["arguments"] = .json(.object(arguments))
    waiting["subject"] = record.map { .json(DeferredTask.subject(for: $0)) } ?? .null
    switch pace {
    case .immediate, .afterPolls(...0): waiting["due_at_ms"] = .integer(nowMilliseconds)
    case .afterMilliseconds(let time): waiting["due_at_ms"] = .integer(nowMilliseconds + time)
    case .afterPolls(let count): waiting["polls_left"] = .integer(count)
    }
    workspace[DeferredTask.model].insert(waiting)
  }

  /// Counts that a client asked how far something is.
  public func countPoll(of record: Record) {
    for task in tasks(for: record) { DeferredTask.countPoll(of: task, in: workspace) }
  }

  /// Gives up what was left for a record.
  public func cancel(tasksFor record: Record) {
    for task in tasks(for: record) { workspace[DeferredTask.model].remove(id: task.id) }
  }

  private func tasks(for record: Record) -> [Record] {
    workspace[DeferredTask.model].records(in: "subject", under: DeferredTask.subject(for: record).string ?? "")
  }
}

extension Workspace {
  /// When errands of this kind are done. A world in which jobs take their time says so by `job_seconds` in its
  /// `workspace.json`.
  public func deferralPolicy(of kind: DeferredTask.Kind) -> DeferralPolicy {
    guard kind == .job else { return sideEffectDeferral }
    let seconds = min(max(profile["job_seconds"]?.integral ?? 0, 0), 86_400)
    return jobDeferral == .immediate && seconds > 0 ? .afterMilliseconds(seconds * 1000) : jobDeferral
  }
}

/// Doing what was left for later.
extension Catalogue {
  /// Does what has fallen due in a workspace, in order. Returns whether there was anything.
  /// - Parameters:
  ///   - plan: that of a version
  ///   - done: called before each errand with nil, for what was done until then, and after it with its call
  public func runDueWork(
    in workspace: Workspace, plan: (APIVersion) -> VersionPlan, done: (Call?) -> Void = { _ in }
  ) -> Bool {
    agenda.processDue(in: workspace) { record, due in
      done(nil)
      workspace[DeferredTask.model].remove(id: record.id)
      guard let task = deferredTasks[record["name"].string ?? ""],
        let call = makeCall(for: record, due: due, in: workspace, plan: plan)
      else { return }
      task.work(record["arguments"].object ?? [:], call)
      done(call)
    }
  }

  /// Whether any errand waits for calls to be made.
  public func hasTasksPolledByAnyRequest(in workspace: Workspace) -> Bool {
    workspace[DeferredTask.model].count(in: Self.anyRequestOrder) > 0
  }

  /// Counts a call for the errands that wait for some.
  public func countAnyRequestPoll(in workspace: Workspace) {
    let waiting = workspace[DeferredTask.model]
    for task in waiting.page(
      orderedBy: Self.anyRequestOrder, from: .offset(0), limit: waiting.count(in: Self.anyRequestOrder))
    {
      DeferredTask.countPoll(of: task, in: workspace)
    }
  }

  private static let anyRequestOrder = ListOrder(name: DeferredTask.anyRequestOrder.name, descending: false)

  /// The call that left an errand, as it would be when the errand is due. Of one in a fixture that names no operation
  /// there is none.
  private func makeCall(
    for task: Record, due: Int64, in workspace: Workspace, plan: (APIVersion) -> VersionPlan
  ) -> Call? {
    guard let operation = operations.first(where: { $0.id == task["operation"].string }),
      let version = APIVersion(named: task["version"].string ?? "")
    else { return nil }
    let base = (task["base_url"].string ?? "").split(separator: "/").map(String.init)
    let request = Request(
      method: operation.method, target: operation.path, scheme: base.count == 2 ? String(base[0].dropLast()) : "http",
      authority: base.last ?? "localhost")
    return Call(
      workspace: workspace, operation: operation, plan: plan(version), parameters: task["parameters"].strings,
      request: request, body: task["body"].object ?? [:], adminID: task["admin_id"].string, at: max(due, 0))
  }
}
