import JSON
import Store

/// Turns one object of a fixture into a record, and says what does not fit.
struct FixtureReader {
  let place: FixturePlace
  /// Seconds since 1970: what relative times are counted from.
  let now: Int64

  /// - Parameter base: what the members are put on; a record with every field as it starts when nil
  func record(_ object: JSONObject, _ model: Model, inside outer: String = "", onto base: Record? = nil) throws
    -> Record
  {
    var values = (base ?? model.blank()).allValues
    for (key, json) in object {
      if let slot = model.schema.slot(key) {
        values[slot] = try plain(json, model.stored[slot].kind) ?? value(json, model.stored[slot], outer)
      } else if !model.fields.contains(where: { $0.name == key }) {
        throw place.error(outer + key, "\(model.name) has no such field")
      }
    }
    return Record(model.schema, values)
  }

  /// Members of a record that fits which are worked out when shown, so that an answer of the real API can be pasted.
  func ignored(_ object: JSONObject) -> [String] {
    object.compactMap { key, _ in place.model.schema.slot(key) == nil && key != "type" ? key : nil }
  }

  /// What most values are, told without a look at the rest of the field: every start of the server reads thousands.
  private func plain(_ json: JSON, _ kind: Field.Kind) -> Value? {
    switch (kind, json) {
    case (_, .null): .null
    case (.timestamp, .integer(let number)), (.integer, .integer(let number)):
      Field.integers.contains(number) ? .json(json) : nil
    case (.boolean, .boolean), (.object, .object), (.array, .array): .json(json)
    default: nil
    }
  }

  private func value(_ json: JSON, _ field: Field, _ outer: String) throws -> Value {
    switch (field.kind, json) {
    case (.timestamp, .string(let text)):
      guard let time = RelativeTime.seconds(text, from: now) else { throw mismatch(field, outer) }
      return .integer(time)
    case (.number, .integer), (.number, .number), (.any, _): return .json(json)
    case (.string, .string(let text)):
      guard field.oneOf.isEmpty || field.oneOf.contains(text) else { throw mismatch(field, outer) }
      return .json(json)
    case (.model(let model), .object(let object)):
      return .record(try record(object, model, inside: "\(outer)\(field.name)."))
    case (.models(let model), .array(let items)):
      return .records(try items.map { try nested($0, model, field, outer) })
    default: throw mismatch(field, outer)
    }
  }

  private func nested(_ json: JSON, _ model: Model, _ field: Field, _ outer: String) throws -> Record {
    guard let object = json.object else { throw mismatch(field, outer) }
    return try record(object, model, inside: "\(outer)\(field.name).")
  }

  private func mismatch(_ field: Field, _ outer: String) -> FixtureError {
    let expected =
      switch field.kind {
      case .timestamp: "a Unix timestamp in seconds or a relative time such as \"-2d\""
      case _ where !field.oneOf.isEmpty: "one of \(field.oneOf.joined(separator: ", "))"
      default: field.expectation
      }
    return place.error(outer + field.name, "expected \(expected)")
  }
}
