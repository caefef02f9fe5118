import JSON
import Store

/// The fields of a sample response, found by walking it.
enum ResponseFields {
  /// Most fields that are told, and how deep they are looked for.
  private static let limit = 500
  private static let depth = 20

  /// Unknown: how the service writes a path into a list; here `items[0].name`, of the first item.
  static func of(_ json: JSON) -> [JSON] {
    var fields: [JSON] = []
    walk(json, "", depth, &fields)
    return fields
  }

  private static func walk(_ json: JSON, _ path: String, _ depth: Int, _ fields: inout [JSON]) {
    guard depth > 0, fields.count < limit else { return }
    switch json {
    case .object(let object):
      for (key, value) in object { walk(value, path.isEmpty ? key : "\(path).\(key)", depth - 1, &fields) }
    case .array(let items):
      if let first = items.first { walk(first, "\(path)[0]", depth - 1, &fields) }
    default:
      fields.append(["path": .string(path), "type": type(of: json), "example_value": json, "redacted": false])
    }
  }

  private static func type(of json: JSON) -> JSON {
    switch json {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "decimal"
    case .string(let text): ISOTime.seconds(text) != nil ? "datetime" : "string"
    default: "unknown"
    }
  }
}
