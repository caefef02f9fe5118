import ArgumentParser

/// Refuses a flag's value by name.
enum Choice {
  static func check(_ flag: String, _ value: String, _ isFine: Bool) throws {
    guard !isFine else { return }
    throw ValidationError("\(flag) cannot be '\(value)'; see --help")
  }

  static func check(_ flag: String, _ number: WholeNumber, within range: ClosedRange<UInt64>) throws {
    try check(flag, "\(number.value)", range.contains(number.value))
  }
}
