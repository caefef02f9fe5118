import JSON
import Testing

@Suite struct ReaderTests {
  static let text = """
    [
      {"id": 1, "name": "Pólly", "cage" : {"bars":3, "doors": [ ] }, "names": [{"a":"b"},{"a":null}]},

      {"\\u0069d":2}, {}, {"id":{"deep":[[{}]]}, "id": "again", "other": -1.5e3}, null
    ]
    """

  @Test func `JSONReader and JSONParser return the same values`() throws {
    #expect(try Self.read(Self.text) == JSON(parsing: Self.text))
  }

  @Test func `JSONReader and JSONParser report the same error positions`() {
    for count in 0..<Self.text.unicodeScalars.count {
      let start = String(Self.text.unicodeScalars.prefix(count))
      for end in ["", "}", ",", "\"", ":"] { compare(start + end) }
    }
  }

  @Test(
    arguments: [
      (0, [0xFF]), (9, [0xC3]), (31, [0xE2, 0x82]), (64, [0xED, 0xA0, 0x80]), (100, [0xF4, 0x90, 0x80, 0x80]),
    ]
      as [(Int, [UInt8])]) func `Invalid UTF-8 is reported at its position`(place: Int, wrong: [UInt8])
  {
    for around in [0x20, 0x22, 0x41] as [UInt8] {
      let bytes = [UInt8](repeating: around, count: place) + wrong + [UInt8](repeating: around, count: 40)
      let error = #expect(throws: JSONError.self) { _ = try JSONReader(reading: bytes.span) }
      #expect(error?.offset == place)
      #expect(error?.reason == "invalid UTF-8")
    }
  }

  @Test(arguments: 4..<20) func `The encoding can be checked in parts of any size`(size: Int) throws {
    let valid = Array(String(repeating: "aé€😀", count: 9).utf8)
    var (position, parts) = (0, 0)
    while position < valid.count {
      position = try JSON.validateUTF8(in: valid.span, from: position, count: size)
      parts += 1
    }
    #expect(position == valid.count && parts >= valid.count / size)
    for (place, wrong) in [(0, [0xFF]), (20, [0xC3]), (33, [0x80]), (89, [0xF0, 0x9F])] as [(Int, [UInt8])] {
      let bytes = Array(String(repeating: "a", count: place).utf8) + wrong
      let error = #expect(throws: JSONError.self) {
        var position = 0
        repeat {
          position = try JSON.validateUTF8(in: bytes.span, from: position, count: size)
        } while position < bytes.count
      }
      #expect(error?.offset == place)
    }
  }

  @Test(arguments: [1, 2, 7, 1_000]) func `A text can be parsed in steps of any size`(size: Int) throws {
    func parse(_ text: String) -> Result<JSON, JSONError> {
      let parser = JSONStepParser(parsing: Array(text.utf8))
      return Result { () throws(JSONError) in
        while true { if let value = try parser.step(byteCount: size) { return value } }
      }
    }
    for text in [Self.text, "7", " [] ", "{}", "\"a\"", "", "[1,", "{\"a\":1}}", "[tru]", "\u{FEFF}1"] {
      #expect(parse(text) == Result { () throws(JSONError) in try JSON(parsing: text) }, "\(text)")
    }
  }

  @Test func `The keys of an object are read one by one, escaped ones too`() throws {
    let bytes = Array(#" {"a":[1], "\u0062" : 2 ,"c":{}} "#.utf8)
    var reader = try JSONReader(readingValidUTF8: bytes.span)
    var keys: [String] = []
    #expect(try reader.enterObject(in: bytes.span))
    while let key = try reader.nextKey(in: bytes.span) {
      keys.append(key)
      _ = try reader.readValue(in: bytes.span)
    }
    try reader.expectEnd(of: bytes.span)
    #expect(keys == ["a", "b", "c"])
  }

  @Test(arguments: 0..<70) func `A string can contain every character at every position`(place: Int) throws {
    for character in ["é", "€", "😀", "\u{7FF}", "\u{10FFFF}"] {
      let text = String(repeating: "x", count: place) + character + String(repeating: "y", count: 70 - place)
      #expect(try JSON(parsing: "\"\(text)\"") == .string(text))
    }
  }

  private func compare(_ text: String) {
    let (whole, steps) = (Result { try JSON(parsing: text) }, Result { try Self.read(text) })
    switch (whole, steps) {
    case (.success(let one), .success(let other)): #expect(one == other)
    // What is no array is said to be none.
    case (.failure, .failure) where !text.hasPrefix("["): break
    case (.failure(let one as JSONError), .failure(let other as JSONError)): #expect(one == other, "\(text)")
    default: Issue.record("\(text) is JSON in one way and not in the other")
    }
  }

  private static func read(_ text: String) throws -> JSON {
    let bytes = Array(text.utf8)
    var reader = try JSONReader(reading: bytes.span)
    var values: [JSON] = []
    try reader.beginArray(in: bytes.span)
    while try reader.nextElement(in: bytes.span) { values.append(try value(from: &reader, bytes: bytes.span)) }
    try reader.expectEnd(of: bytes.span)
    return .array(values)
  }

  private static func value(from reader: inout JSONReader, bytes: Span<UInt8>) throws -> JSON {
    let mark = reader.mark
    if reader.acceptNull(in: bytes) { return .null }
    if try reader.enterArray(in: bytes) {
      var values: [JSON] = []
      while try reader.nextElement(in: bytes) { values.append(try value(from: &reader, bytes: bytes)) }
      return .array(values)
    }
    guard try reader.enterObject(in: bytes) else { return try reader.readValue(in: bytes) }
    if let members = try members(from: &reader, bytes: bytes) { return .object(members) }
    reader.rewind(to: mark)
    return try reader.readValue(in: bytes)
  }

  /// Nil when a key has escapes.
  private static func members(from reader: inout JSONReader, bytes: Span<UInt8>) throws -> JSONObject? {
    let likely = Array("name".utf8)
    var members = JSONObject()
    while true {
      let key: String
      switch try reader.nextMember(in: bytes, expecting: likely.span) {
      case .end: return members
      case .escaped: return nil
      case .expected: key = "name"
      case .key(let range): key = String(decoding: range.map { bytes[$0] }, as: UTF8.self)
      }
      members[key] = try value(from: &reader, bytes: bytes)
    }
  }
}
