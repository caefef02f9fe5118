import JSON

extension Shape {
  /// As JSON Schema, the dialect of OpenAPI 3.1.
  var schema: JSON {
    switch self {
    case .anything: [:]
    case .string(let choices):
      choices.isEmpty ? ["type": "string"] : ["type": "string", "enum": .array(choices.map(JSON.string))]
    case .integer(let range):
      range.upperBound >= Self.many
        ? ["type": "integer", "minimum": .integer(range.lowerBound)]
        : ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    case .number(let range):
      ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
    case .boolean: ["type": "boolean"]
    case .null: ["type": "null"]
    case .array(let shape): ["type": "array", "items": shape.schema]
    case .map(let shape): ["type": "object", "additionalProperties": shape.schema]
    case .either(let shapes): ["anyOf": .array(shapes.map(\.schema))]
    case .noted(let shape, let note): shape.schema.noted(note)
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
  fileprivate func noted(_ note: String) -> JSON {
    var object = object ?? [:]
    object["description"] = .string(note)
    return .object(object)
  }
}
