import HTTPTypes
import Store

/// Finds operations by method and path; literals win over parameters.
public struct Router: Sendable {
  /// An operation and the values of its path parameters.
  public struct Match: Sendable {
    public let operation: Operation
    public let parameters: [String]
  }

  /// What one more segment leads to.
  private final class Branch: Sendable {
    let operations: [Operation]
    /// Nil where no literal may follow, as at the end of most paths.
    private let literals: NameTable?
    private let branches: [Branch]
    let parameter: Branch?

    /// - Parameters:
    ///   - operations: those whose paths begin alike
    ///   - depth: how many segments they have in common
    init(operations: [Operation], depth: Int = 0) {
      var (names, groups, parameters, here): ([String], [[Operation]], [Operation], [Operation]) = ([], [], [], [])
      for operation in operations {
        switch operation.segments.count > depth ? operation.segments[depth] : nil {
        case nil: here.append(operation)
        case .parameter: parameters.append(operation)
        // Those of one resource come one after the other.
        case .literal(let text):
          if let place = names.lastIndex(of: text) {
            groups[place].append(operation)
          } else {
            names.append(text)
            groups.append([operation])
          }
        }
      }
      self.operations = here
      literals = names.isEmpty ? nil : NameTable(names)
      branches = groups.map { Branch(operations: $0, depth: depth + 1) }
      parameter = parameters.isEmpty ? nil : Branch(operations: parameters, depth: depth + 1)
    }

    func child(for segment: String) -> Branch? {
      literals?[segment].map { branches[$0] }
    }
  }

  private let root: Branch

  public init(operations: [Operation]) {
    root = Branch(operations: operations)
  }

  /// The operations of a path, whatever their method or version, each with its path parameters.
  public func matches(for segments: [String]) -> [Match] {
    var found: [Match] = []
    var parameters: [String] = []
    walk(from: root, segments: segments, at: 0, parameters: &parameters) { branch, parameters in
      found += branch.operations.map { Match(operation: $0, parameters: parameters) }
      return true
    }
    return found
  }

  /// The operation that serves a request; one of another version when this version lacks it; nil when no version has it.
  ///
  /// A literal is no id in the versions that lack its operation: `GET /conversations/deleted` is documented to say so.
  public func match(method: HTTPRequest.Method, segments: [String], version: APIVersion) -> Match? {
    var match: Match?
    var parameters: [String] = []
    walk(from: root, segments: segments, at: 0, parameters: &parameters) { branch, parameters in
      for operation in branch.operations where operation.method == method {
        let isServed = operation.availability.contains(version)
        if isServed || match == nil { match = Match(operation: operation, parameters: parameters) }
        if isServed { return false }
      }
      return match == nil
    }
    return match
  }

  /// Visits every branch that the segments from `place` on lead to until `visit` returns false; literals first.
  @discardableResult
  private func walk(
    from branch: Branch, segments: [String], at place: Int, parameters: inout [String],
    _ visit: (Branch, [String]) -> Bool
  ) -> Bool {
    guard place < segments.count else { return visit(branch, parameters) }
    if let next = branch.child(for: segments[place]),
      !walk(from: next, segments: segments, at: place + 1, parameters: &parameters, visit)
    {
      return false
    }
    guard let next = branch.parameter else { return true }
    parameters.append(segments[place])
    defer { parameters.removeLast() }
    return walk(from: next, segments: segments, at: place + 1, parameters: &parameters, visit)
  }
}
