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

/// Reading a record straight from its text, without its JSON in between.
extension FixtureReader {
  private static let type = NameTable(["type"])

  /// The record that comes next; nil when anything in it needs a closer look, so that it has to be read as JSON instead.
  func record(_ text: inout JSONReader, _ bytes: Span<UInt8>, _ model: Model) throws(JSONError) -> Record? {
    try text.enterObject(bytes) ? members(&text, bytes, model) : nil
  }

  /// Reads an object from behind its brace on. Its members mostly come in the order of their slots.
  private func members(_ text: inout JSONReader, _ bytes: Span<UInt8>, _ model: Model) throws(JSONError) -> Record? {
    let names = model.schema.names
    var draft = RecordDraft(model.blank())
    var slot = 0
    while true {
      switch try text.nextMember(bytes, expecting: names.bytes.span.extracting(names.range(of: slot))) {
      case .end: return draft.finish()
      case .escaped: return nil
      case .expected: break
      case .key(let key):
        if let other = names.place(of: bytes.extracting(key)) {
          slot = other
        } else {
          guard model.showsType, Self.type.place(of: bytes.extracting(key)) != nil else { return nil }
          _ = try text.value(bytes)
          continue
        }
      }
      guard let value = try value(&text, bytes, model.stored[slot]) else { return nil }
      draft.set(slot, value)
      slot += 1
    }
  }

  private func value(_ text: inout JSONReader, _ bytes: Span<UInt8>, _ field: Field) throws(JSONError) -> Value? {
    if text.acceptNull(bytes) { return .null }
    switch field.kind {
    case .model(let model):
      if try text.enterObject(bytes) { return try members(&text, bytes, model).map { .record($0) } }
    case .models(let model):
      if try text.enterArray(bytes) { return try records(&text, bytes, model).map { .records($0) } }
    default: break
    }
    return value(try text.value(bytes), field)
  }

  private func records(_ text: inout JSONReader, _ bytes: Span<UInt8>, _ model: Model) throws(JSONError) -> [Record]? {
    var records: [Record] = []
    while try text.nextElement(bytes) {
      guard let record = try record(&text, bytes, model) else { return nil }
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
      let unit = seconds(bytes[bytes.count - 1])
    else { return nil }
    var count: Int64 = 0
    for index in 1..<bytes.count - 1 {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10, count < 100_000_000 else { return nil }
      count = count * 10 + Int64(digit)
    }
    return now + (bytes[0] == UInt8(ascii: "-") ? -1 : 1) * count * unit
  }

  private static func seconds(_ unit: UInt8) -> Int64? {
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
struct FixturePlace {
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
  func of(_ id: String) -> FixturePlace {
    FixturePlace(file: file, line: line, model: model, id: id)
  }

  func error(_ field: String?, _ reason: String) -> FixtureError {
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
