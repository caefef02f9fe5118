/// What does not hold for some input.
struct FuzzFinding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  /// Throws unless the condition holds.
  static func require(_ condition: Bool, message description: @autoclosure () -> String) throws {
    if !condition { throw FuzzFinding(description()) }
  }
}
