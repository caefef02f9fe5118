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
    elements.withUnsafeBufferPointer { elements in
      for index in elements.indices {
        if index > 0 { write(byte: .comma) }
        write(elements[index])
      }
    }
    write(byte: .rightBracket)
  }

  /// Writes an object.
  public mutating func write(_ object: JSONObject) {
    write(byte: .leftBrace)
    object.members.withUnsafeBufferPointer { members in
      for index in members.indices {
        if index > 0 { write(byte: .comma) }
        write(string: members[index].key)
        write(byte: .colon)
        write(members[index].value)
      }
    }
    write(byte: .rightBrace)
  }

  /// Writes `null`.
  @inlinable public mutating func writeNull() { write(word: 0x6C_6C_75_6E, count: 4) }

  /// Writes `true` or `false`.
  @inlinable public mutating func write(boolean value: Bool) {
    value ? write(word: 0x65_75_72_74, count: 4) : write(word: 0x65_73_6C_61_66, count: 5)
  }

  /// Writes up to eight characters, the first in the lowest byte.
  @inlinable mutating func write(word: UInt64, count: Int) {
    reserve(8)
    UnsafeMutableRawPointer(base + written).storeBytes(of: word.littleEndian, as: UInt64.self)
    written += count
  }
}
