import JSON
import Store

/// Turns one object of a fixture into a record, and says what does not fit.
struct FixtureReader {
  let place: FixtureLocation
  /// Seconds since 1970: what relative times are counted from.
  let now: Int64

  /// - Parameter base: what the members are put on; a record with every field as it starts when nil
  func record(from object: JSONObject, model: Model, inside outer: String = "", onto base: Record? = nil) throws
    -> Record
  {
    var draft = RecordBuilder(base: base ?? model.blank())
    for (key, json) in object {
      if let slot = model.schema.slot(named: key) {
        draft.set(slot: slot, to: try value(json, for: model.stored[slot], inside: outer))
      } else if !model.fields.contains(where: { $0.name == key }) {
        throw place.error(field: outer + key, reason: "\(model.name) has no such field")
      }
    }
    return draft.build()
  }

  /// Members of a record that fits which are worked out when shown, so that an answer of the real API can be pasted.
  func ignoredMembers(of object: JSONObject) -> [String] {
    object.compactMap { key, _ in place.model.schema.slot(named: key) == nil && key != "type" ? key : nil }
  }

  private func value(_ json: JSON, for field: Field, inside outer: String) throws -> Value {
    switch (field.kind, json) {
    case (.model(let model), .object(let object)):
      return .record(try record(from: object, model: model, inside: "\(outer)\(field.name)."))
    case (.models(let model), .array(let items)):
      return .records(try items.map { try nestedRecord($0, model: model, field: field, inside: outer) })
    default:
      guard let value = value(json, for: field) else { throw mismatch(of: field, inside: outer) }
      return value
    }
  }

  /// What a value that is no record is kept as; nil when it does not fit.
  func value(_ json: JSON, for field: Field) -> Value? {
    if case .string(let text) = json, case .timestamp = field.kind {
      return RelativeTime.seconds(text, from: now).map { .json(.integer($0)) }
    }
    guard isValid(json, for: field) else { return Optional.none }
    return .json(json)
  }

  private func isValid(_ json: JSON, for field: Field) -> Bool {
    if case .null = json { return true }
    switch field.kind {
    case .string:
      guard case .string(let text) = json else { return false }
      return field.oneOf.isEmpty || field.oneOf.contains(text)
    case .timestamp, .integer:
      guard case .integer(let number) = json else { return false }
      return Field.integerRange.contains(number)
    case .number: return json.number != nil
    case .boolean: return json.boolean != nil
    case .object: if case .object = json { return true } else { return false }
    case .array: if case .array = json { return true } else { return false }
    case .any: return true
    case .model, .models, .constant, .derived, .written: return false
    }
  }

  private func nestedRecord(_ json: JSON, model: Model, field: Field, inside outer: String) throws -> Record {
    guard let object = json.object else { throw mismatch(of: field, inside: outer) }
    return try record(from: object, model: model, inside: "\(outer)\(field.name).")
  }

  private func mismatch(of field: Field, inside outer: String) -> FixtureError {
    let expected =
      switch field.kind {
      case .timestamp: "a Unix timestamp in seconds or a relative time such as \"-2d\""
      case _ where !field.oneOf.isEmpty: "one of \(field.oneOf.joined(separator: ", "))"
      default: field.expectation
      }
    return place.error(field: outer + field.name, reason: "expected \(expected)")
  }
}

/// Reading a record straight from its text, without its JSON in between.
extension FixtureReader {
  private static let type = NameTable(["type"])

  /// The record that comes next; nil when anything in it needs a closer look, so that it has to be read as JSON instead.
  func record(from text: inout JSONReader, bytes: Span<UInt8>, model: Model) throws(JSONError) -> Record? {
    try text.enterObject(in: bytes) ? members(from: &text, bytes: bytes, model: model) : nil
  }

  /// Reads an object from behind its brace on. Its members mostly come in the order of their slots.
  private func members(from text: inout JSONReader, bytes: Span<UInt8>, model: Model) throws(JSONError) -> Record? {
    let names = model.schema.slotsByName
    var draft = RecordBuilder(base: model.blank())
    var slot = 0
    while true {
      switch try text.nextMember(in: bytes, expecting: names.bytes.span.extracting(names.range(of: slot))) {
      case .end: return draft.build()
      case .escaped: return nil
      case .expected: break
      case .key(let key):
        if let other = names.index(of: bytes.extracting(key)) {
          slot = other
        } else {
          guard model.hasConstantType, Self.type.index(of: bytes.extracting(key)) != nil else { return nil }
          _ = try text.readValue(in: bytes)
          continue
        }
      }
      guard let value = try value(from: &text, bytes: bytes, field: model.stored[slot]) else { return nil }
      draft.set(slot: slot, to: value)
      slot += 1
    }
  }

  private func value(from text: inout JSONReader, bytes: Span<UInt8>, field: Field) throws(JSONError) -> Value? {
    if text.acceptNull(in: bytes) { return .null }
    switch field.kind {
    case .model(let model):
      if try text.enterObject(in: bytes) {
        return try members(from: &text, bytes: bytes, model: model).map { .record($0) }
      }
    case .models(let model):
      if try text.enterArray(in: bytes) {
        return try records(from: &text, bytes: bytes, model: model).map { .records($0) }
      }
    default: break
    }
    return value(try text.readValue(in: bytes), for: field)
  }

  private func records(from text: inout JSONReader, bytes: Span<UInt8>, model: Model) throws(JSONError) -> [Record]? {
    var records: [Record] = []
    while try text.nextElement(in: bytes) {
      guard let record = try record(from: &text, bytes: bytes, model: model) else { return nil }
      records.append(record)
    }
    return records
  }
}

/// Times such as `-2d`, `+30d`, `-3h`: a sign, a number and one of s, m, h, d, w.
enum RelativeTime {
  /// Seconds since 1970; nil for a text of another form.
  static func seconds(_ text: String, from now: Int64) -> Int64? {
    let bytes = text.utf8Span.span
    guard bytes.count > 2, bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+"),
      let unit = seconds(perUnit: bytes[bytes.count - 1])
    else { return nil }
    var count: Int64 = 0
    for index in 1..<bytes.count - 1 {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10, count < 100_000_000 else { return nil }
      count = count * 10 + Int64(digit)
    }
    return now + (bytes[0] == UInt8(ascii: "-") ? -1 : 1) * count * unit
  }

  private static func seconds(perUnit unit: UInt8) -> Int64? {
    switch unit {
    case UInt8(ascii: "s"): 1
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "h"): 3600
    case UInt8(ascii: "d"): 86_400
    case UInt8(ascii: "w"): 604_800
    default: nil
    }
  }
}

/// Where a record of a fixture stands.
struct FixtureLocation {
  /// The file, or the collection and number of a record that came in a state document.
  let file: String
  let line: Int?
  let model: Model
  let id: String

  init(file: String, line: Int? = nil, model: Model, id: String = "") {
    self.file = file
    self.line = line
    self.model = model
    self.id = id
  }

  /// The same of a record whose id is known.
  func withID(_ id: String) -> FixtureLocation {
    FixtureLocation(file: file, line: line, model: model, id: id)
  }

  func error(field: String?, reason: String) -> FixtureError {
    FixtureError(file: file, line: line, record: id.isEmpty ? nil : id, field: field, reason: reason)
  }
}

/// A fixture that does not fit: which file, where, which record and field, and what was expected.
public struct FixtureError: Error, CustomStringConvertible {
  public var file: String
  public var line: Int?
  public var record: String?
  public var field: String?
  public var reason: String

  public init(file: String, line: Int? = nil, record: String? = nil, field: String? = nil, reason: String) {
    self.file = file
    self.line = line
    self.record = record
    self.field = field
    self.reason = reason
  }

  public var description: String {
    var text = line.map { "\(file):\($0)" } ?? file
    if let record { text += ": record \(record)" }
    if let field { text += ", field \(field)" }
    return "\(text): \(reason)"
  }
}
