import ArgumentParser

/// A whole number given to a flag.
///
/// Those of `serve` share this type: the parser asks of each type anew what it conforms to, and the runtime answers with
/// a look at everything that anything conforms to.
struct WholeNumber: ExpressibleByArgument, ExpressibleByIntegerLiteral {
  let value: UInt64

  init(integerLiteral value: UInt64) {
    self.value = value
  }

  init?(argument: String) {
    guard let value = UInt64(argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }
}
