/// Requests whose bodies may be longer than others', told by the path they are sent to.
public struct LongBody: Sendable {
  let prefix: String
  let suffix: String
  let bytes: Int

  /// - Parameters:
  ///   - prefix: how the path begins
  ///   - suffix: how it ends
  ///   - bytes: the longest body
  public init(prefix: String, suffix: String = "", bytes: Int) {
    self.prefix = prefix
    self.suffix = suffix
    self.bytes = bytes
  }

  func covers(_ target: String) -> Bool {
    guard target.hasPrefix(prefix) else { return false }
    return suffix.isEmpty || target.prefix { $0 != "?" }.hasSuffix(suffix)
  }
}
