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
    var draft = RecordDraft(base ?? model.blank())
    for (key, json) in object {
      if let slot = model.schema.slot(key) {
        draft.set(slot, try value(json, model.stored[slot], outer))
      } else if !model.fields.contains(where: { $0.name == key }) {
        throw place.error(outer + key, "\(model.name) has no such field")
      }
    }
    return draft.finish()
  }

  /// Members of a record that fits which are worked out when shown, so that an answer of the real API can be pasted.
  func ignored(_ object: JSONObject) -> [String] {
    object.compactMap { key, _ in place.model.schema.slot(key) == nil && key != "type" ? key : nil }
  }

  private func value(_ json: JSON, _ field: Field, _ outer: String) throws -> Value {
    switch (field.kind, json) {
    case (.model(let model), .object(let object)):
      return .record(try record(object, model, inside: "\(outer)\(field.name)."))
    case (.models(let model), .array(let items)):
      return .records(try items.map { try nested($0, model, field, outer) })
    default:
      guard let value = value(json, field) else { throw mismatch(field, outer) }
      return value
    }
  }

  /// What a value that is no record is kept as; nil when it does not fit.
  func value(_ json: JSON, _ field: Field) -> Value? {
    if case .string(let text) = json, case .timestamp = field.kind {
      return RelativeTime.seconds(text, from: now).map { .json(.integer($0)) }
    }
    guard fits(json, field) else { return Optional.none }
    return .json(json)
  }

  private func fits(_ json: JSON, _ field: Field) -> Bool {
    if case .null = json { return true }
    switch field.kind {
    case .string:
      guard case .string(let text) = json else { return false }
      return field.oneOf.isEmpty || field.oneOf.contains(text)
    case .timestamp, .integer:
      guard case .integer(let number) = json else { return false }
      return Field.integers.contains(number)
    case .number: return json.number != nil
    case .boolean: return json.boolean != nil
    case .object: if case .object = json { return true } else { return false }
    case .array: if case .array = json { return true } else { return false }
    case .any: return true
    case .model, .models, .constant, .derived, .written: return false
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
