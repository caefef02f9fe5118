import API
import ArgumentParser
import Intercom
import JSON

/// `intercom-mock fixtures schema`: what fixtures look like, as a JSON Schema, for editors and for generators.
struct FixtureSchema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of a world: one member for each file.")

  func run() {
    var collections = JSONObject()
    for model in Catalogue.intercom.models {
      guard let name = model.definition?.name else { continue }
      collections[name] = ["type": "array", "items": Self.object(model, isRecord: true)]
    }
    let members = collections.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    let schema: JSON = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A world of intercom-mock",
      "description": "Each member but workspace is a file of that name, and a member of /_mock/state.",
      "type": "object", "additionalProperties": false,
      "properties": .object(JSONObject([("workspace", ["type": "object"])] + members)),
    ]
    print(schema.pretty())
  }

  private static func object(_ model: Model, isRecord: Bool = false) -> JSON {
    var properties = JSONObject()
    for field in model.fields { properties[field.name] = schema(field) }
    var object: JSON = ["type": "object", "additionalProperties": false, "properties": .object(properties)]
    if isRecord { object["required"] = ["id"] }
    return object
  }

  private static func schema(_ field: Field) -> JSON {
    guard field.isStored else { return ["description": "Worked out when it is shown; ignored here."] }
    if !field.oneOf.isEmpty { return ["enum": .array(field.oneOf.map(JSON.string) + [.null])] }
    return switch field.kind {
    case .string: ["type": ["string", "null"]]
    case .integer: ["type": ["integer", "null"]]
    case .number: ["type": ["number", "null"]]
    case .boolean: ["type": ["boolean", "null"]]
    case .timestamp:
      [
        "description": "Seconds since 1970, or relative to the start: -2d, +3h.",
        "type": ["integer", "string", "null"],
        "pattern": "^[+-]\\d+[smhdw]$",
      ]
    case .object: ["type": ["object", "null"]]
    case .array: ["type": ["array", "null"]]
    case .model(let model): ["anyOf": [object(model), ["type": "null"]]]
    case .models(let model): ["type": ["array", "null"], "items": object(model)]
    case .any, .constant, .derived, .written: [:]
    }
  }
}
