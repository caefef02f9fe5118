import HTTPMessage
import HTTPTypes
import JSON
import Store

/// Work that a request leaves to be done after its answer: the one mechanism behind jobs and side effects.
///
/// It waits as a record of the workspace, so that snapshots, resets and exported states have it as well, and is done in
/// every pace by the same code, with a call like the one that left it.
public struct Errand: Sendable {
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

  public init(_ name: String, _ kind: Kind, _ work: @escaping Work) {
    self.name = name
    self.kind = kind
    self.work = work
  }
}

// MARK: Waiting

extension Errand {
  /// What waits to be done.
  static let model = Model(
    "errand", collection: "errands", ids: .sequence(from: 1), orders: [due, calls],
    [
      .string("id"), .string("name"), .string("operation"), .string("version"), .string("admin_id"),
      .string("base_url"), .array("parameters"), .object("body"), .object("arguments"),
      // Either when it is done, or how often it must be asked for; and what has to be asked for, else any call counts.
      .integer("due_at_ms"), .integer("polls_left"), .string("subject", .indexed),
    ])

  static let due = CollectionDefinition.Order("due_at_ms") { $0["due_at_ms"].integer }

  /// Those that nobody can ask for: calls of any kind count.
  static let calls = CollectionDefinition.Order("calls") { errand in
    errand["subject"].isEmpty ? errand["polls_left"].integer : nil
  }

  static func subject(_ record: Record) -> JSON {
    .string("\(record.schema.name)/\(record.id)")
  }

  /// One poll less; at none the errand is due.
  static func count(_ errand: Record, _ workspace: Workspace) {
    guard let left = errand["polls_left"].integer else { return }
    var errand = errand
    errand["polls_left"] = left > 1 ? .integer(left - 1) : .null
    if left <= 1 { errand["due_at_ms"] = .integer(workspace.clock.milliseconds) }
    workspace[model].replace(errand)
  }
}

// MARK: Leaving

extension Call {
  /// Leaves work for later.
  /// - Parameters:
  ///   - arguments: what the work has to know besides the request
  ///   - record: what a client asks for to see how far it is, if there is anything
  ///   - pace: when it is done; as the settings say unless another is given
  public func leave(_ errand: Errand, _ arguments: JSONObject = [:], for record: Record? = nil, at pace: Pace? = nil) {
    let pace = pace ?? workspace.pace(of: errand.kind)
    if errand.kind == .sideEffect, pace == .immediate { return errand.work(arguments, self) }
    var waiting = Errand.model.blank()
    waiting["id"] = .json(workspace.nextID(for: Errand.model))
    waiting["name"] = .string(errand.name)
    waiting["operation"] = .string(operation.name)
    waiting["version"] = .string(plan.version.name)
    waiting["admin_id"] = .string(adminID)
    waiting["base_url"] = .string(baseURL)
    waiting["parameters"] = .json(.array(parameters.map(JSON.string)))
    waiting["body"] = .json(.object(body))
    waiting["arguments"] = .json(.object(arguments))
    waiting["subject"] = record.map { .json(Errand.subject($0)) } ?? .null
    switch pace {
    case .immediate, .afterPolls(...0): waiting["due_at_ms"] = .integer(milliseconds)
    case .afterMilliseconds(let time): waiting["due_at_ms"] = .integer(milliseconds + time)
    case .afterPolls(let count): waiting["polls_left"] = .integer(count)
    }
    workspace[Errand.model].insert(waiting)
  }

  /// Counts that a client asked how far something is.
  public func poll(_ record: Record) {
    for errand in errands(for: record) { Errand.count(errand, workspace) }
  }

  /// Gives up what was left for a record.
  public func abandon(_ record: Record) {
    for errand in errands(for: record) { workspace[Errand.model].remove(errand.id) }
  }

  private func errands(for record: Record) -> [Record] {
    workspace[Errand.model].records(in: "subject", under: Errand.subject(record).string ?? "")
  }
}

extension Workspace {
  /// When errands of this kind are done. A world in which jobs take their time says so by `job_seconds` in its
  /// `workspace.json`.
  public func pace(of kind: Errand.Kind) -> Pace {
    guard kind == .job else { return sideEffectPace }
    let seconds = min(max(profile["job_seconds"]?.integral ?? 0, 0), 86_400)
    return jobPace == .immediate && seconds > 0 ? .afterMilliseconds(seconds * 1000) : jobPace
  }
}

/// Doing what was left for later.
extension Catalogue {
  /// Does what has fallen due in a workspace, in order. Returns whether there was anything.
  /// - Parameters:
  ///   - plan: that of a version
  ///   - done: called before each errand with nil, for what was done until then, and after it with its call
  public func catchUp(
    _ workspace: Workspace, plan: (APIVersion) -> VersionPlan, done: (Call?) -> Void = { _ in }
  ) -> Bool {
    agenda.catchUp(workspace) { record, due in
      done(nil)
      workspace[Errand.model].remove(record.id)
      guard let errand = errands[record["name"].string ?? ""],
        let call = call(that: record, due, workspace, plan)
      else { return }
      errand.work(record["arguments"].object ?? [:], call)
      done(call)
    }
  }

  /// Whether any errand waits for calls to be made.
  public func countsCalls(_ workspace: Workspace) -> Bool {
    workspace[Errand.model].count(in: Self.calls) > 0
  }

  /// Counts a call for the errands that wait for some.
  public func countCall(_ workspace: Workspace) {
    let waiting = workspace[Errand.model]
    for errand in waiting.page(Self.calls, from: .offset(0), limit: waiting.count(in: Self.calls)) {
      Errand.count(errand, workspace)
    }
  }

  private static let calls = ListOrder(Errand.calls.name, descending: false)

  /// The call that left an errand, as it would be when the errand is due. Of one in a fixture that names no operation
  /// there is none.
  private func call(
    that errand: Record, _ due: Int64, _ workspace: Workspace, _ plan: (APIVersion) -> VersionPlan
  ) -> Call? {
    guard let operation = operations.first(where: { $0.name == errand["operation"].string }),
      let version = APIVersion(asked: errand["version"].string ?? "")
    else { return nil }
    let base = (errand["base_url"].string ?? "").split(separator: "/").map(String.init)
    let request = Request(
      method: operation.method, target: operation.path, scheme: base.count == 2 ? String(base[0].dropLast()) : "http",
      authority: base.last ?? "localhost")
    return Call(
      workspace: workspace, operation: operation, plan: plan(version), parameters: errand["parameters"].strings,
      request: request, body: errand["body"].object ?? [:], adminID: errand["admin_id"].string, at: max(due, 0))
  }
}
