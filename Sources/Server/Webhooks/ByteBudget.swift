/// Memory that all workspaces share for what they keep beside their records.
final class ByteBudget {
  private var left: Int

  init(_ bytes: Int) {
    left = bytes
  }

  var isExceeded: Bool { left < 0 }

  /// Gives bytes back; takes them, when the count is negative.
  func give(_ bytes: Int) {
    left += bytes
  }
}
