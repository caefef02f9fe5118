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
      "description": "Each member is a file of that name, and a member of /_mock/state.",
      "type": "object", "additionalProperties": false,
      "properties": .object(JSONObject([("workspace", Self.workspace)] + members)),
    ]
    print(schema.pretty())
  }

  /// The workspace itself. Whatever else it says is kept.
  private static let workspace: JSON = [
    "type": "object",
    "properties": [
      "id_code": ["type": "string"], "name": ["type": "string"], "region": ["type": "string"],
      "timezone": ["description": "Such as Europe/Dublin.", "type": "string"], "created_at": time,
      "identity_verification": ["type": "boolean"], "secure": ["type": "boolean"],
      "job_seconds": [
        "description": "How long exports, syncs and Fin's answers take.", "type": "integer", "minimum": 0,
      ],
      "away_status_reason_mandatory": ["description": "Whether admins must say why they go away.", "type": "boolean"],
      "disabled_features": [
        "description": "What the plan does not have.", "type": "array",
        "items": ["enum": .array(PlanFeature.allCases.map { .string($0.rawValue) })],
      ],
    ],
  ]

  private static let time: JSON = [
    "description": "Seconds since 1970, or relative to the start: -2d, +3h.",
    "type": ["integer", "string", "null"],
    "pattern": "^[+-]\\d+[smhdw]$",
  ]

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
    case .timestamp: time
    case .object: ["type": ["object", "null"]]
    case .array: ["type": ["array", "null"]]
    case .model(let model): ["anyOf": [object(model), ["type": "null"]]]
    case .models(let model): ["type": ["array", "null"], "items": object(model)]
    case .any, .constant, .derived, .written: [:]
    }
  }
}
