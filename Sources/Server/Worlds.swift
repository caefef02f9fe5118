import Store

/// The worlds that a reset may start from, beside the one that every workspace starts as.
public struct Worlds {
  private let list: () -> [String]
  private let read: (String) throws -> WorkspaceState?

  /// - Parameters:
  ///   - names: what there is, in order; looked up whenever somebody asks, which most never do
  ///   - read: makes the world of one of the names; throws `FixtureError` for one that does not fit
  public init(
    _ names: @escaping @autoclosure () -> [String] = [], read: @escaping (String) throws -> WorkspaceState?
  ) {
    list = names
    self.read = read
  }

  /// What there is, in order.
  public var names: [String] { list() }

  /// No world but the one that every workspace starts as.
  public static var none: Worlds { Worlds { _ in nil } }

  /// The world of this name; nil when there is none.
  public func state(of name: String) throws -> WorkspaceState? {
    names.contains(name) ? try read(name) : nil
  }
}
