import JSON
import Testing

@Suite struct WritingTests {
  static let values: [(value: JSON, text: String)] = [
    (nil, "null"), (true, "true"), (false, "false"), (1, "1"), (1.0, "1.0"), ("", "\"\""), ([], "[]"), ([:], "{}"),
    ([1, 2.5, "a", nil], "[1,2.5,\"a\",null]"),
    (["b": [["a": nil]], "a": [:]], "{\"b\":[{\"a\":null}],\"a\":{}}"),
    ("\"\\\u{8}\u{C}\n\r\t", #""\"\\\b\f\n\r\t""#),
    ("\0\u{1}\u{B}\u{F}\u{10}\u{1F}", #""\u0000\u0001\u000b\u000f\u0010\u001f""#),
    ("/<>&'\u{7F}\u{2028}\u{2029}é€😀", "\"/<>&'\u{7F}\u{2028}\u{2029}é€😀\""),
    (["a\"b": 1], #"{"a\"b":1}"#),
    ("\n\n\n\n\n\n\n\n\n\n", #""\n\n\n\n\n\n\n\n\n\n""#),
  ]

  @Test(arguments: values) func `A value is written without spaces and with the required escapes only`(
    value: JSON, text: String
  ) {
    #expect(value.text == text)
    #expect(value.bytes == Array(text.utf8))
    #expect(value.description == text)
  }

  @Test func `Each ASCII character is escaped if required, at every position`() throws {
    for code in UInt8(0)..<0x80 {
      for length in 0..<20 {
        let text =
          String(repeating: "x", count: length) + String(Unicode.Scalar(code)) + String(repeating: "y", count: 9)
        let written = JSON.string(text).bytes
        #expect(try JSON(parsing: written) == .string(text))
        #expect((written.count == text.utf8.count + 2) == (code >= 0x20 && code != 0x22 && code != 0x5C))
      }
    }
  }

  @Test func `A substring is written like a string`() {
    let text = "some \"text\" to cut a part from"
    #expect(JSON.string(String(text.dropFirst(5).prefix(6))).text == #""\"text\"""#)
  }

  @Test func `Parts are written in sequence`() {
    var writer = JSONWriter(reserving: 0)
    writer.write(raw: "{\"id\":")
    writer.write(integer: .min)
    writer.write(raw: Array(",\"n\":".utf8))
    writer.writeNull()
    writer.write(byte: UInt8(ascii: ","))
    writer.write(raw: JSON.encodedKey("a\"b"))
    writer.write(boolean: true)
    writer.write(raw: Array(",\"x\":".utf8).span)
    writer.write(number: 0.5)
    writer.write(raw: ",\"y\":")
    writer.write(string: "z")
    writer.write(raw: [])
    writer.write(byte: UInt8(ascii: "}"))
    let text = #"{"id":-9223372036854775808,"n":null,"a\"b":true,"x":0.5,"y":"z"}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    #expect(writer.count == text.utf8.count)
    #expect(writer.withBytes { Array($0) } == Array(text.utf8))
    writer.removeAll()
    #expect(writer.bytes.isEmpty)
  }

  @Test(arguments: 0..<70) func `The buffer grows at every position`(reserved: Int) {
    var writer = JSONWriter(reserving: reserved)
    let long = String(repeating: "é\"", count: 100)
    let value: JSON = ["key": [1, 2, .string(long), nil, true, 1.5, -1], "empty": [:]]
    for _ in 0..<reserved { writer.write(byte: UInt8(ascii: " ")) }
    writer.write(value)
    #expect(writer.bytes.dropFirst(reserved).elementsEqual(value.bytes))
    #expect(value.text == "{\"key\":[1,2,\"\(String(repeating: "é\\\"", count: 100))\",null,true,1.5,-1],\"empty\":{}}")
  }

  @Test(arguments: 0..<70) func `A document is complete whether or not the reserved capacity was sufficient`(
    expected: Int
  ) {
    let value: JSON = ["key": [1, 2, .string(String(repeating: "é\"", count: 20)), nil, true, 1.5, -1], "empty": [:]]
    let bytes = JSONWriter.bytes(expecting: expected * 2) { writer in
      var writer = writer
      writer.write(value)
      return writer
    }
    #expect(bytes == value.bytes)
  }

  @Test func `The pretty format has one line for each element and member`() throws {
    let value: JSON = ["a": [1, ["b": nil]], "c": [], "d": [:], "e": "x"]
    let text = """
      {
        "a": [
          1,
          {
            "b": null
          }
        ],
        "c": [],
        "d": {},
        "e": "x"
      }
      """
    #expect(value.pretty() == text)
    #expect(value.pretty(indent: 0) == text.replacing("  ", with: ""))
    #expect(value.pretty(indent: -1) == value.pretty(indent: 0))
    #expect(try JSON(parsing: value.pretty(indent: 4)) == value)
    #expect(JSON.null.pretty() == "null")
  }
}

@Suite struct JSONKeyTests {
  private func written(_ keys: [String], after start: StaticString = "{") -> String? {
    var writer = JSONWriter(reserving: 0)
    writer.write(raw: start)
    for key in keys {
      guard let key = JSONKey(key) else { return nil }
      writer.write(key)
      writer.write(integer: 1)
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `A comma precedes every key but the first of an object`() {
    #expect(written(["a", "b", "c"]) == #"{"a":1,"b":1,"c":1"#)
    #expect(written(["a"], after: #"[{"x":0},{"#) == #"[{"x":0},{"a":1"#)
    #expect(written(["a"], after: #"{"x":{}"#) == #"{"x":{},"a":1"#)
    #expect(written(["a"], after: #"{"x":"{""#) == #"{"x":"{","a":1"#)
  }

  @Test(arguments: 0..<80) func `Encoded keys of every supported length are written whole; a longer key is nil`(
    count: Int
  ) {
    let key = String((0..<count).map { "abcdefghij\"é"[String.Index(utf16Offset: $0 % 12, in: "abcdefghij\"é")] })
    let encoded = String(decoding: JSON.encodedKey(key), as: UTF8.self)
    #expect(written([key, key]) == (encoded.utf8.count < 64 ? "{\(encoded)1,\(encoded)1" : nil))
  }
}

@Suite struct RoundTripTests {
  @Test(arguments: 0..<10 as Range<UInt64>) func `Any value round-trips in compact and pretty format`(seed: UInt64)
    throws
  {
    var random = SplitMix64(seed: seed)
    for _ in 0..<15 {
      let value = JSON.random(depth: 4, using: &random)
      #expect(try JSON(parsing: value.bytes) == value)
      #expect(try JSON(parsing: value.text) == value)
      #expect(try JSON(parsing: value.pretty()) == value)
      #expect(try JSON(parsing: value.bytes).bytes == value.bytes)
      #expect(value.isEquivalent(to: value.shuffled(using: &random)))
    }
  }
}

extension JSON {
  fileprivate static func random(depth: Int, using random: inout SplitMix64) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
    case 0: .null
    case 1: .boolean(Bool.random(using: &random))
    case 2: .integer(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
    case 3: .number(Double.random(in: -1000...1000, using: &random))
    case 4: .number(Double(Int.random(in: -1000...1000, using: &random)))
    case 5: .string(randomString(using: &random))
    case 6: .array((0..<Int.random(in: 0..<8, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
    default: .object(randomObject(depth: depth, using: &random))
    }
  }

  private static func randomObject(depth: Int, using random: inout SplitMix64) -> JSONObject {
    let count = Int.random(in: 0..<(depth == 4 ? 100 : 6), using: &random)
    return JSONObject(
      (0..<count).map { _ in
        (key: randomString(using: &random), value: JSON.random(depth: depth - 1, using: &random))
      })
  }

  private static func randomString(using random: inout SplitMix64) -> String {
    let alphabet: [Character] = [
      "a", "b", "z", " ", "\"", "\\", "\n", "\0", "\u{1F}", "\u{7F}", "é", "€", "😀", "/", "\r\n",
    ]
    let count = Int.random(in: 0..<30, using: &random)
    return String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "x" })
  }

  fileprivate func shuffled(using random: inout SplitMix64) -> JSON {
    switch self {
    case .array(let elements): return .array(elements.map { $0.shuffled(using: &random) })
    case .object(let members):
      return .object(
        JSONObject(members.shuffled(using: &random).map { (key: $0.key, value: $0.value.shuffled(using: &random)) }))
    default: return self
    }
  }
}

/// A source of random numbers that are the same on every run.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
