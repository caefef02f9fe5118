import API
import HTTPMessage
import JSON

/// The shape of a JSON value of the control plane. Request bodies and parameters are checked against it, and
/// `/_mock/openapi.json` is generated from it.
indirect enum Shape: Sendable {
  case anything
  /// Any string, or one of these if there are any.
  case string(oneOf: [String] = [])
  /// An absolute http or https URL.
  case url
  case integer(ClosedRange<Int64> = 0...Shape.unbounded)
  case number(ClosedRange<Double>)
  case boolean
  case null
  case array(of: Shape)
  /// These members and no others.
  case object([Member])
  /// Members with any name.
  case map(of: Shape)
  case either([Shape])
  /// A shape with a description.
  case described(Shape, String)

  /// Upper bound of integers without a limit of their own.
  static let unbounded: Int64 = 1 << 40

  /// A member of an object or a parameter of a query.
  struct Member: Sendable {
    let name: String
    let shape: Shape
    let isRequired: Bool
  }

  static var anyObject: Shape { .map(of: .anything) }
}

extension Shape.Member {
  static func required(_ name: String, as shape: Shape) -> Shape.Member {
    Shape.Member(name: name, shape: shape, isRequired: true)
  }

  static func optional(_ name: String, as shape: Shape) -> Shape.Member {
    Shape.Member(name: name, shape: shape, isRequired: false)
  }
}

extension Shape {
  /// Throws `parameter_invalid` with the member and the expected shape if a value does not fit.
  /// - Parameter path: the path of the value; empty for a whole body
  func check(_ json: JSON, at path: String = "") throws {
    switch (self, json) {
    case (.described(let shape, _), _): try shape.check(json, at: path)
    case (.object(let members), .object(let object)): try Self.check(object, against: members, at: path)
    case (.map(let shape), .object(let object)):
      for (key, value) in object { try shape.check(value, at: Self.path(path, appending: key)) }
    case (.array(let shape), .array(let items)):
      for (index, item) in items.enumerated() { try shape.check(item, at: "\(path)[\(index)]") }
    case (.either(let shapes), _): try Self.check(json, against: shapes, at: path)
    default:
      guard matches(json) else { throw mismatch(at: path) }
    }
  }

  /// Whether a value has the right kind. Elements and members are not checked.
  private func matches(_ json: JSON) -> Bool {
    switch (self, json) {
    case (.anything, _), (.boolean, .boolean), (.null, .null), (.array, .array), (.object, .object), (.map, .object):
      true
    case (.string(let choices), .string(let text)): choices.isEmpty || choices.contains(text)
    case (.url, .string(let text)): AbsoluteURL(text) != nil
    case (.integer(let range), _): json.integral.map(range.contains) ?? false
    case (.number(let range), _): json.number.map(range.contains) ?? false
    case (.described(let shape, _), _): shape.matches(json)
    case (.either(let shapes), _): shapes.contains { $0.matches(json) }
    default: false
    }
  }

  /// If no shape fits, reports the mismatch with the first shape of the right kind.
  private static func check(_ json: JSON, against shapes: [Shape], at path: String) throws {
    let candidates = shapes.filter { $0.matches(json) }
    guard let likeliest = candidates.first else { throw Shape.either(shapes).mismatch(at: path) }
    if candidates.contains(where: { (try? $0.check(json, at: path)) != nil }) { return }
    try likeliest.check(json, at: path)
  }

  private static func check(_ object: JSONObject, against members: [Member], at path: String) throws {
    for (key, value) in object {
      guard let member = members.first(where: { $0.name == key }) else {
        let known = members.map(\.name).joined(separator: ", ")
        throw refusal(
          message: "\(Self.path(path, appending: key)) is not known here; there are \(known)",
          at: Self.path(path, appending: key))
      }
      try member.shape.check(value, at: Self.path(path, appending: key))
    }
    for member in members where member.isRequired && !object.contains(key: member.name) {
      let place = Self.path(path, appending: member.name)
      throw refusal(message: "\(place) is missing: expected \(member.shape.expectation)", at: place)
    }
  }

  private func mismatch(at path: String) -> APIError {
    Self.refusal(message: "\(path.isEmpty ? "the body" : path) must be \(expectation)", at: path)
  }

  private static func refusal(message: String, at path: String) -> APIError {
    APIError.parameterInvalid(message, field: path.isEmpty ? nil : path)
  }

  private static func path(_ path: String, appending key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  /// The shape in words, for error messages.
  var expectation: String {
    switch self {
    case .anything: "anything"
    case .string(let choices): choices.isEmpty ? "a string" : Self.enumeration(of: choices)
    case .url: "an absolute URL, http://host:port/path or https"
    case .integer(let range):
      Self.phrase("an integer", from: range.lowerBound, to: range.upperBound, unbounded: Self.unbounded)
    case .number(let range):
      Self.phrase("a number", from: Int64(range.lowerBound), to: Int64(range.upperBound), unbounded: Self.unbounded)
    case .boolean: "true or false"
    case .null: "null"
    case .array(let shape): "an array, each item \(shape.expectation)"
    case .object(let members): "an object with \(Self.enumeration(of: members))"
    case .map: "an object"
    case .either(let shapes): Self.enumeration(of: shapes.map(\.expectation))
    case .described(let shape, _): shape.expectation
    }
  }

  private static func phrase(_ kind: String, from first: Int64, to last: Int64, unbounded: Int64) -> String {
    last >= unbounded ? "\(kind) from \(first)" : "\(kind) from \(first) to \(last)"
  }

  /// The required members; all members if none is required.
  private static func enumeration(of members: [Member]) -> String {
    let required = members.filter(\.isRequired).map(\.name)
    guard let last = required.last, required.count > 1 else {
      return enumeration(of: required.isEmpty ? members.map(\.name) : required)
    }
    return "\(required.dropLast().joined(separator: ", ")) and \(last)"
  }

  private static func enumeration(of items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "nothing" }
    return "\(items.dropLast().joined(separator: ", ")) or \(last)"
  }
}

extension Shape {
  /// The shape as JSON Schema, the dialect of OpenAPI 3.1.
  var schema: JSON {
    switch self {
    case .anything: [:]
    case .string(let choices):
      choices.isEmpty ? ["type": "string"] : ["type": "string", "enum": .array(choices.map(JSON.string))]
    case .url: ["type": "string", "format": "uri"]
    case .integer(let range):
      range.upperBound >= Self.unbounded
        ? ["type": "integer", "minimum": .integer(range.lowerBound)]
        : ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    case .number(let range):
      ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
    case .boolean: ["type": "boolean"]
    case .null: ["type": "null"]
    case .array(let shape): ["type": "array", "items": shape.schema]
    case .map(let shape): ["type": "object", "additionalProperties": shape.schema]
    case .either(let shapes): ["anyOf": .array(shapes.map(\.schema))]
    case .described(let shape, let note): shape.schema.withDescription(note)
    case .object(let members): Self.schema(of: members)
    }
  }

  private static func schema(of members: [Member]) -> JSON {
    var schema: JSONObject = [
      "type": "object", "properties": .object(JSONObject(members.map { ($0.name, $0.shape.schema) })),
      "additionalProperties": false,
    ]
    let required = members.filter(\.isRequired).map { JSON.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    return .object(schema)
  }
}

extension JSON {
  fileprivate func withDescription(_ note: String) -> JSON {
    var object = object ?? [:]
    object["description"] = .string(note)
    return .object(object)
  }
}
