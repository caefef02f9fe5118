import API
import JSON

extension Shape {
  /// Refuses a value that does not fit, naming the member and what was expected.
  /// - Parameter path: where the value stands; empty for a whole body
  func check(_ json: JSON, at path: String = "") throws {
    switch (self, json) {
    case (.noted(let shape, _), _): try shape.check(json, at: path)
    case (.object(let members), .object(let object)): try Self.check(object, members, at: path)
    case (.map(let shape), .object(let object)):
      for (key, value) in object { try shape.check(value, at: Self.join(path, key)) }
    case (.array(let shape), .array(let items)):
      for (index, item) in items.enumerated() { try shape.check(item, at: "\(path)[\(index)]") }
    case (.either(let shapes), _): try Self.check(json, shapes, at: path)
    default:
      guard fits(json) else { throw mismatch(at: path) }
    }
  }

  /// Whether a value is of the right kind; the insides of arrays and objects are not looked at.
  private func fits(_ json: JSON) -> Bool {
    switch (self, json) {
    case (.anything, _), (.boolean, .boolean), (.null, .null), (.array, .array), (.object, .object), (.map, .object):
      true
    case (.string(let choices), .string(let text)): choices.isEmpty || choices.contains(text)
    case (.integer(let range), _): json.integral.map(range.contains) ?? false
    case (.number(let range), _): json.number.map(range.contains) ?? false
    case (.noted(let shape, _), _): shape.fits(json)
    case (.either(let shapes), _): shapes.contains { $0.fits(json) }
    default: false
    }
  }

  /// The first shape of the right kind decides what is said of the insides.
  private static func check(_ json: JSON, _ shapes: [Shape], at path: String) throws {
    let candidates = shapes.filter { $0.fits(json) }
    guard let likeliest = candidates.first else { throw Shape.either(shapes).mismatch(at: path) }
    if candidates.contains(where: { (try? $0.check(json, at: path)) != nil }) { return }
    try likeliest.check(json, at: path)
  }

  private static func check(_ object: JSONObject, _ members: [Member], at path: String) throws {
    for (key, value) in object {
      guard let member = members.first(where: { $0.name == key }) else {
        let known = members.map(\.name).joined(separator: ", ")
        throw refusal("\(join(path, key)) is not known here; there are \(known)", at: join(path, key))
      }
      try member.shape.check(value, at: join(path, key))
    }
    for member in members where member.isRequired && !object.contains(key: member.name) {
      let place = join(path, member.name)
      throw refusal("\(place) is missing: expected \(member.shape.expectation)", at: place)
    }
  }

  private func mismatch(at path: String) -> APIError {
    Self.refusal("\(path.isEmpty ? "the body" : path) must be \(expectation)", at: path)
  }

  private static func refusal(_ message: String, at path: String) -> APIError {
    APIError(status: .badRequest, code: "parameter_invalid", message: message, field: path.isEmpty ? nil : path)
  }

  private static func join(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  /// What a person is told that is expected.
  var expectation: String {
    switch self {
    case .anything: "anything"
    case .string(let choices): choices.isEmpty ? "a string" : Self.list(choices)
    case .integer(let range): Self.text("an integer", range.lowerBound, range.upperBound, open: Self.many)
    case .number(let range):
      Self.text("a number", Int64(range.lowerBound), Int64(range.upperBound), open: Self.many)
    case .boolean: "true or false"
    case .null: "null"
    case .array(let shape): "an array, each item \(shape.expectation)"
    case .object(let members): "an object with \(Self.list(members))"
    case .map: "an object"
    case .either(let shapes): Self.list(shapes.map(\.expectation))
    case .noted(let shape, _): shape.expectation
    }
  }

  private static func text(_ kind: String, _ first: Int64, _ last: Int64, open: Int64) -> String {
    last >= open ? "\(kind) from \(first)" : "\(kind) from \(first) to \(last)"
  }

  /// Those that must be there; where none must, those that may.
  private static func list(_ members: [Member]) -> String {
    let required = members.filter(\.isRequired).map(\.name)
    guard let last = required.last, required.count > 1 else {
      return list(required.isEmpty ? members.map(\.name) : required)
    }
    return "\(required.dropLast().joined(separator: ", ")) and \(last)"
  }

  private static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "nothing" }
    return "\(items.dropLast().joined(separator: ", ")) or \(last)"
  }
}
