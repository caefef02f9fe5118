import JSON
import Store

extension Model {
  /// Builds a record from the writable members of a request body. Sets the id, `created_at` and `updated_at`.
  ///
  /// The caller inserts the record into its collection.
  /// - Throws: `parameter_invalid` (400) for a value of the wrong type; `parameter_not_found` (400) if a required
  ///   member is missing
  public func makeRecord(from body: JSONObject, in call: Call) throws -> Record {
    for name in required { _ = try body.required(name, as: .any) }
    var record = blank()
    var changes = try changes(from: body, in: call)
    func isUnset(_ slot: Int) -> Bool {
      (changes.last { $0.slot == slot }?.value ?? record[slot: slot]).isEmpty
    }
    if let slot = schema.idSlot, isUnset(slot) { changes.append((slot, .json(call.workspace.nextID(for: self)))) }
    for slot in [createdSlot, updatedSlot].compactMap(\.self) where isUnset(slot) {
      changes.append((slot, .integer(call.now)))
    }
    record.set(changes)
    return record
  }

  /// Writes the writable members of a request body to a record, and sets `updated_at`.
  ///
  /// The record is not changed if the method throws. The caller replaces the record in its collection.
  /// - Throws: `parameter_invalid` (400) for a value of the wrong type
  public func write(_ body: JSONObject, to record: inout Record, in call: Call) throws {
    record.set(try changes(from: body, in: call))
  }

  private func changes(from body: JSONObject, in call: Call) throws -> [(slot: Int, value: Value)] {
    var changes: [(slot: Int, value: Value)] = []
    changes.reserveCapacity(body.count + 3)
    for (name, json) in body {
      guard let slot = schema.slot(named: name), stored[slot].options.contains(.writable) else { continue }
      let field = stored[slot]
      let new = Self.value(try field.validated(json), of: field)
      changes.append((slot, new.isEmpty && field.options.contains(.sparse) ? .absent : new))
    }
    if let updatedSlot { changes.append((updatedSlot, .integer(call.now))) }
    return changes
  }
}

extension Model {
  /// Validates the members of a nested object. Removes null members of sparse fields.
  /// - Throws: `parameter_invalid` (400)
  fileprivate func validated(_ members: JSONObject) throws -> JSONObject {
    JSONObject(
      try members.compactMap { key, json -> (key: String, value: JSON)? in
        guard let field = field(named: key) else { return (key, json) }
        let value = try field.validated(json)
        return value.isNull && field.options.contains(.sparse) ? nil : (key, value)
      })
  }
}

extension Field {
  /// Validates a value from a request and converts it to the stored type. Null resets the field to its initial value;
  /// numbers in strings are parsed.
  ///
  /// Unknown: Intercom's message for a value of the wrong type.
  /// - Throws: `parameter_invalid` (400) if the type is wrong or the value is not in `oneOf`
  public func validated(_ json: JSON) throws -> JSON {
    if json.isNull { return initial ?? .null }
    guard let value = converted(json) else { throw APIError.parameterInvalid("\(name) must be \(expectation)") }
    if !oneOf.isEmpty, let text = value.string, !oneOf.contains(text) {
      throw APIError.parameterInvalid("\(name) must be one of \(oneOf.joined(separator: ", "))")
    }
    switch (kind, value) {
    case (.model(let model), .object(let members)): return .object(try model.validated(members))
    case (.models(let model), .array(let items)): return .array(try items.map { try validated(item: $0, model: model) })
    default: return value
    }
  }

  private func validated(item: JSON, model: Model) throws -> JSON {
    let members = try item.read(as: .object, orThrow: .parameterInvalid("\(name) must be an array of objects"))
    return .object(try model.validated(members))
  }

  private func converted(_ json: JSON) -> JSON? {
    switch kind {
    case .string:
      switch json {
      case .string: json
      case .integer(let number): .string(String(number))
      default: nil
      }
    case .integer, .timestamp:
      json.asInteger
        .flatMap { Self.integerRange.contains($0) ? $0 : nil }.map(JSON.integer)
    case .number:
      json.number != nil ? json : json.string.flatMap { Double($0) }.flatMap { $0.isFinite ? .number($0) : nil }
    // Not `? nil : json`: there, `nil` would be the literal of JSON null instead of an invalid value.
    case .boolean: json.boolean.map(JSON.boolean)
    case .object, .model: json.object.map(JSON.object)
    case .array, .models: json.array.map(JSON.array)
    default: json
    }
  }

  /// The type of the field, as error messages name it.
  var expectation: String {
    switch kind {
    case .string: "a string"
    case .integer: "an integer"
    case .timestamp: "a Unix timestamp in seconds"
    case .number: "a number"
    case .boolean: "a boolean"
    case .object, .model: "an object"
    case .array, .models: "an array"
    default: "anything"
    }
  }
}
