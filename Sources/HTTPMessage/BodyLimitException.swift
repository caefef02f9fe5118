/// A larger body limit for requests whose path matches.
public struct BodyLimitException: Sendable {
  private let prefix: String
  private let suffix: String
  /// Maximum size of the body.
  public let bytes: Int

  /// - Parameters:
  ///   - prefix: start of the path
  ///   - suffix: end of the path
  ///   - bytes: maximum size of the body
  public init(prefix: String, suffix: String = "", bytes: Int) {
    self.prefix = prefix
    self.suffix = suffix
    self.bytes = bytes
  }

  /// Whether it applies to a request with this target.
  public func applies(to target: String) -> Bool {
    guard target.hasPrefix(prefix) else { return false }
    return suffix.isEmpty || target.prefix { $0 != "?" }.hasSuffix(suffix)
  }
}
