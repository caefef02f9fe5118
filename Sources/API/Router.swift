import HTTPTypes

/// Finds operations by method and path; literals win over parameters.
public struct Router: Sendable {
  /// An operation and the values of its path parameters.
  public struct Match: Sendable {
    public let operation: Operation
    public let parameters: [String]
  }

  private struct Branch: Sendable {
    var literals: [String: Int] = [:]
    var parameter: Int?
    var operations: [Operation] = []
  }

  private var branches = [Branch()]

  public init(_ operations: [Operation]) {
    for operation in operations { add(operation) }
  }

  /// The operations of a path, whatever their method or version, each with its path parameters.
  public func matches(_ segments: [String]) -> [Match] {
    var found: [Match] = []
    var parameters: [String] = []
    walk(0, segments[...], &parameters) { branch, parameters in
      found += branches[branch].operations.map { Match(operation: $0, parameters: parameters) }
      return true
    }
    return found
  }

  /// The operation that serves a request; one of another version when this version lacks it; nil when no version has it.
  ///
  /// A literal is no id in the versions that lack its operation: `GET /conversations/deleted` is documented to say so.
  public func match(_ method: HTTPRequest.Method, _ segments: [String], _ version: APIVersion) -> Match? {
    var match: Match?
    var parameters: [String] = []
    walk(0, segments[...], &parameters) { branch, parameters in
      for operation in branches[branch].operations where operation.method == method {
        let isServed = operation.availability.contains(version)
        if isServed || match == nil { match = Match(operation: operation, parameters: parameters) }
        if isServed { return false }
      }
      return match == nil
    }
    return match
  }

  /// Visits every branch that the segments lead to until `visit` returns false; literals first.
  @discardableResult
  private func walk(
    _ branch: Int, _ rest: ArraySlice<String>, _ parameters: inout [String], _ visit: (Int, [String]) -> Bool
  ) -> Bool {
    guard let segment = rest.first else { return visit(branch, parameters) }
    if let next = branches[branch].literals[segment], !walk(next, rest.dropFirst(), &parameters, visit) {
      return false
    }
    guard let next = branches[branch].parameter else { return true }
    parameters.append(segment)
    defer { parameters.removeLast() }
    return walk(next, rest.dropFirst(), &parameters, visit)
  }

  private mutating func add(_ operation: Operation) {
    var branch = 0
    for segment in operation.segments {
      branch = self.branch(after: branch, segment)
    }
    branches[branch].operations.append(operation)
  }

  private mutating func branch(after branch: Int, _ segment: Operation.Segment) -> Int {
    let known =
      switch segment {
      case .literal(let text): branches[branch].literals[text]
      case .parameter: branches[branch].parameter
      }
    if let known { return known }
    branches.append(Branch())
    switch segment {
    case .literal(let text): branches[branch].literals[text] = branches.count - 1
    case .parameter: branches[branch].parameter = branches.count - 1
    }
    return branches.count - 1
  }
}
