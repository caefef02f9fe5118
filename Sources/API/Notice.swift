import JSON
import Store

/// A write to the store, as topics look at it.
public struct Notice {
  public let before: Record?
  public let after: Record?
  /// Everything that the same call wrote, this included.
  public let all: [Mutation]
  /// Renders in the version of whoever is notified.
  public let call: Call

  public init(_ mutation: Mutation, among all: [Mutation], _ call: Call) {
    before = mutation.before
    after = mutation.after
    self.all = all
    self.call = call
  }

  public var workspace: Workspace { call.workspace }

  public var isCreation: Bool { before == nil }

  public var isRemoval: Bool { after == nil }

  public var isUpdate: Bool { before != nil && after != nil }

  /// Whether the write gave a field another value; creations and removals do not.
  public func changes(_ field: String) -> Bool {
    isUpdate && before?[field] != after?[field]
  }

  /// What a list of ids gained.
  public func gained(_ field: String) -> [String] {
    guard let after else { return [] }
    let known = before?[field].strings ?? []
    return after[field].strings.filter { !known.contains($0) }
  }

  /// What a list of ids lost; a removal loses nothing.
  public func lost(_ field: String) -> [String] {
    guard let before, let after else { return [] }
    let kept = after[field].strings
    return before[field].strings.filter { !kept.contains($0) }
  }

  /// What a node looks like in the version of whoever is notified.
  public func render(_ node: Node) -> JSON {
    var renderer = Renderer(call, to: JSONWriter())
    renderer.write(node)
    return (try? JSON(parsing: renderer.finish().bytes)) ?? .null
  }

  /// The record as it is now.
  public func render() -> JSON? {
    after.map { render(.record($0)) }
  }
}
