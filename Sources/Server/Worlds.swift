import Store

/// The worlds that a reset may start from, beside the one that every workspace starts as.
public struct Worlds {
  /// What there is, in order.
  public let names: [String]
  private let read: (String) throws -> WorkspaceState?

  /// - Parameter read: makes the world of one of the names; throws `FixtureError` for one that does not fit
  public init(_ names: [String] = [], read: @escaping (String) throws -> WorkspaceState?) {
    self.names = names
    self.read = read
  }

  /// No world but the one that every workspace starts as.
  public static var none: Worlds { Worlds { _ in nil } }

  /// The world of this name; nil when there is none.
  public func state(of name: String) throws -> WorkspaceState? {
    names.contains(name) ? try read(name) : nil
  }
}
