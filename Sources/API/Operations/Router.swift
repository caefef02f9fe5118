import HTTPTypes
import Store

/// Finds operations by method and path in a trie of path segments. Literal segments take precedence over parameters.
public struct Router: Sendable {
  /// An operation and the values of its path parameters, in the order of the path.
  public struct Match: Sendable {
    public let operation: Operation
    public let parameters: [String]
  }

  /// A node of the trie.
  private final class Branch: Sendable {
    let operations: [Operation]
    /// The literal segments that may follow; nil if there are none.
    private let literals: NameTable?
    /// The children for `literals`, in the same order.
    private let branches: [Branch]
    /// The child for a parameter; nil if no parameter may follow.
    let parameter: Branch?

    /// - Parameters:
    ///   - operations: operations whose paths have the first `depth` segments in common
    ///   - depth: the depth of the node in the trie
    init(operations: [Operation], depth: Int = 0) {
      var (names, groups, parameters, here): ([String], [[Operation]], [Operation], [Operation]) = ([], [], [], [])
      for operation in operations {
        switch operation.segments.count > depth ? operation.segments[depth] : nil {
        case nil: here.append(operation)
        case .parameter: parameters.append(operation)
        // Operations of one resource are adjacent, so the search from the end is short.
        case .literal(let text):
          if let index = names.lastIndex(of: text) {
            groups[index].append(operation)
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

  /// Returns the operations of a path for all methods and versions.
  public func matches(for segments: [String]) -> [Match] {
    var found: [Match] = []
    var parameters: [String] = []
    walk(from: root, segments: segments, at: 0, parameters: &parameters) { branch, parameters in
      found += branch.operations.map { Match(operation: $0, parameters: parameters) }
      return true
    }
    return found
  }

  /// Returns the operation for a request. If the version lacks it, returns that of another version; nil if no version
  /// has
  /// one.
  ///
  /// A literal segment is also an id in versions that lack its operation: there, `GET /conversations/deleted` retrieves
  /// the conversation `deleted`.
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

  /// Visits the nodes that match the segments from `index` on, literals first, until `visit` returns false.
  @discardableResult
  private func walk(
    from branch: Branch, segments: [String], at index: Int, parameters: inout [String],
    _ visit: (Branch, [String]) -> Bool
  ) -> Bool {
    guard index < segments.count else { return visit(branch, parameters) }
    if let next = branch.child(for: segments[index]),
      !walk(from: next, segments: segments, at: index + 1, parameters: &parameters, visit)
    {
      return false
    }
    guard let next = branch.parameter else { return true }
    parameters.append(segments[index])
    defer { parameters.removeLast() }
    return walk(from: next, segments: segments, at: index + 1, parameters: &parameters, visit)
  }
}
