import JSON
import Store

/// Converts one object of a fixture to a record, with errors that name the location.
struct FixtureReader {
  let location: FixtureLocation
  /// The base of relative times, in seconds since 1970.
  let now: Int64

  /// Reads a record from an object.
  /// - Parameters:
  ///   - object: the members of the record
  ///   - model: the model of the record
  ///   - outer: the path of the nested record, for error messages: `location.`
  ///   - base: the record to change; nil for a record with initial values
  /// - Throws: `FixtureError` if a member is unknown or has the wrong type
  func record(from object: JSONObject, model: Model, inside outer: String = "", onto base: Record? = nil) throws
    -> Record
  {
    var draft = RecordBuilder(base: base ?? model.blank())
    for (key, json) in object {
      if let slot = model.schema.slot(named: key) {
        draft.set(slot: slot, to: try value(json, for: model.stored[slot], inside: outer))
      } else if !model.fields.contains(where: { $0.name == key }) {
        throw location.error(field: outer + key, reason: "\(model.name) has no such field")
      }
    }
    return draft.build()
  }

  /// Returns the names of computed members in a valid object. They are ignored instead of rejected, so that replies of
  /// the real API can be used as fixtures.
  func ignoredMembers(of object: JSONObject) -> [String] {
    object.compactMap { key, _ in location.model.schema.slot(named: key) == nil && key != "type" ? key : nil }
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

  /// Converts a value that is not a nested record; returns nil if its type is wrong.
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
    case .array:
      guard case .array(let items) = json else { return false }
      return field.oneOf.isEmpty || items.allSatisfy { $0.string.map(field.oneOf.contains) ?? false }
    case .any: return true
    case .model, .models, .constant, .derived, .written: return false
    }
  }

  private func nestedRecord(_ json: JSON, model: Model, field: Field, inside outer: String) throws -> Record {
    guard let object = json.object else { throw mismatch(of: field, inside: outer) }
    return try record(from: object, model: model, inside: "\(outer)\(field.name).")
  }

  func mismatch(of field: Field, inside outer: String = "") -> FixtureError {
    let expected =
      switch field.kind {
      case .timestamp: "a Unix timestamp in seconds or a relative time such as \"-2d\""
      case .array where !field.oneOf.isEmpty: "an array of \(field.oneOf.joined(separator: ", "))"
      case _ where !field.oneOf.isEmpty: "one of \(field.oneOf.joined(separator: ", "))"
      default: field.expectation
      }
    return location.error(field: outer + field.name, reason: "expected \(expected)")
  }
}

/// Reading a record directly from the bytes, without a parse tree.
extension FixtureReader {
  private static let type = NameTable(["type"])

  /// Reads the next record. Returns nil if it contains anything unusual (an escaped or unknown key, a value of another
  /// type); the caller then reads it as JSON, which reports the error.
  func record(from reader: inout JSONReader, bytes: Span<UInt8>, model: Model) throws(JSONError) -> Record? {
    try reader.enterObject(in: bytes) ? members(from: &reader, bytes: bytes, model: model) : nil
  }

  /// Reads the members of an object after its opening brace. Fast if the members are in the order of the slots.
  private func members(from reader: inout JSONReader, bytes: Span<UInt8>, model: Model) throws(JSONError) -> Record? {
    let names = model.schema.slotsByName
    var draft = RecordBuilder(base: model.blank())
    var slot = 0
    while true {
      switch try reader.nextMember(in: bytes, expecting: names.bytes.span.extracting(names.range(of: slot))) {
      case .end: return draft.build()
      case .escaped: return nil
      case .expected: break
      case .key(let key):
        if let other = names.index(of: bytes.extracting(key)) {
          slot = other
        } else {
          guard model.hasConstantType, Self.type.index(of: bytes.extracting(key)) != nil else { return nil }
          _ = try reader.readValue(in: bytes)
          continue
        }
      }
      guard let value = try value(from: &reader, bytes: bytes, field: model.stored[slot]) else { return nil }
      draft.set(slot: slot, to: value)
      slot += 1
    }
  }

  private func value(from reader: inout JSONReader, bytes: Span<UInt8>, field: Field) throws(JSONError) -> Value? {
    if reader.acceptNull(in: bytes) { return .null }
    switch field.kind {
    case .model(let model):
      if try reader.enterObject(in: bytes) {
        return try members(from: &reader, bytes: bytes, model: model).map { .record($0) }
      }
    case .models(let model):
      if try reader.enterArray(in: bytes) {
        return try records(from: &reader, bytes: bytes, model: model).map { .records($0) }
      }
    default: break
    }
    return value(try reader.readValue(in: bytes), for: field)
  }

  private func records(from reader: inout JSONReader, bytes: Span<UInt8>, model: Model) throws(JSONError) -> [Record]? {
    var records: [Record] = []
    while try reader.nextElement(in: bytes) {
      guard let record = try record(from: &reader, bytes: bytes, model: model) else { return nil }
      records.append(record)
    }
    return records
  }
}

/// Relative times such as `-2d`, `+30d`, `-3h`: a sign, a number and a unit (s, m, h, d or w).
enum RelativeTime {
  /// Converts a relative time to seconds since 1970; returns nil if the string is not a relative time.
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

/// The location of a record in a fixture, for error messages.
struct FixtureLocation {
  /// The path of the file, or the collection and index of a record in a state document: `contacts[0]`.
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

  /// Returns a copy with the id of the record.
  func withID(_ id: String) -> FixtureLocation {
    FixtureLocation(file: file, line: line, model: model, id: id)
  }

  func error(field: String?, reason: String) -> FixtureError {
    FixtureError(file: file, line: line, record: id.isEmpty ? nil : id, field: field, reason: reason)
  }
}

/// An invalid fixture: the file, line, record and field, and the reason.
public struct FixtureError: Error, CustomStringConvertible {
  /// The path of the file, or the collection and index in a state document.
  public var file: String
  /// The line in the file, counted from 1; nil in a state document.
  public var line: Int?
  /// The id of the record, if known.
  public var record: String?
  /// The path of the field: `location.city`.
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
