extension JSONWriter {
  /// Writes a value with everything in it.
  public mutating func write(_ json: JSON) {
    switch json {
    case .null: writeNull()
    case .boolean(let value): write(boolean: value)
    case .integer(let value): write(integer: value)
    case .number(let value): write(number: value)
    case .string(let value): write(string: value)
    case .array(let elements): write(elements)
    case .object(let members): write(members)
    }
  }

  /// Writes an array.
  public mutating func write(_ elements: [JSON]) {
    write(byte: .leftBracket)
    for index in elements.indices {
      if index > 0 { write(byte: .comma) }
      write(elements[index])
    }
    write(byte: .rightBracket)
  }

  /// Writes an object.
  public mutating func write(_ object: JSONObject) {
    write(byte: .leftBrace)
    for index in object.members.indices {
      if index > 0 { write(byte: .comma) }
      write(string: object.members[index].key)
      write(byte: .colon)
      write(object.members[index].value)
    }
    write(byte: .rightBrace)
  }

  /// Writes `null`.
  @inlinable public mutating func writeNull() { write(raw: "null") }

  /// Writes `true` or `false`.
  @inlinable public mutating func write(boolean value: Bool) {
    value ? write(raw: "true") : write(raw: "false")
  }
}
