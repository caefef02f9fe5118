import JSON

/// What a value of the control plane looks like: bodies and parameters are checked against it, and
/// `/_mock/openapi.json` is written from it.
indirect enum Shape: Sendable {
  case anything
  /// A text, one of these when there are any.
  case string(oneOf: [String] = [])
  case integer(ClosedRange<Int64> = 0...Shape.many)
  case number(ClosedRange<Double>)
  case boolean
  case null
  case array(of: Shape)
  /// These members and no others.
  case object([Member])
  /// Members of any name.
  case map(of: Shape)
  case either([Shape])
  /// A shape with an example that says more than its type.
  case noted(Shape, String)

  /// More than any count or number of seconds that makes sense.
  static let many: Int64 = 1 << 40

  /// One member of an object, or one parameter of a query.
  struct Member: Sendable {
    let name: String
    let shape: Shape
    let isRequired: Bool
  }

  /// A free-form object.
  static var anyObject: Shape { .map(of: .anything) }
}

extension Shape.Member {
  static func required(_ name: String, _ shape: Shape) -> Shape.Member {
    Shape.Member(name: name, shape: shape, isRequired: true)
  }

  static func optional(_ name: String, _ shape: Shape) -> Shape.Member {
    Shape.Member(name: name, shape: shape, isRequired: false)
  }
}
