import HTTPMessage
import HTTPTypes
import JSON
import Store

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
