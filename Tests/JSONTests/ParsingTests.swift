import Glibc
import JSON
import Testing

@Suite struct ValidJSONTests {
  static let values: [(text: String, value: JSON)] = [
    ("null", nil), ("true", true), ("false", false),
    ("0", 0), ("-1", -1), ("42", 42), ("\"\"", ""), ("\"a\"", "a"),
    ("[]", []), ("{}", [:]), (" [ ] ", []), ("\t{\r\n} ", [:]),
    ("[1]", [1]), ("[1,2,3]", [1, 2, 3]), ("[null, 1, \"1\", {}]", [nil, 1, "1", [:]]),
    ("[[]]", [[]]), ("[[],[[]]]", [[], [[]]]), ("[ 1\n,\n2 ]", [1, 2]),
    ("{\"a\":1}", ["a": 1]), ("{ \"a\" : [ { \"b\" : null } ] }", ["a": [["b": nil]]]),
    ("{\"\":0}", ["": 0]), ("{\"a\\u0000b\":0}", ["a\0b": 0]),
    ("{\"a\":{},\"b\":[],\"c\":\"\"}", ["a": [:], "b": [], "c": ""]),
    ("[\"a\", true , false,null]", ["a", true, false, nil]),
  ]

  @Test(arguments: values) func `Each kind of value is parsed`(text: String, value: JSON) throws {
    #expect(try JSON(parsing: text) == value)
    #expect(try JSON(parsing: Array(text.utf8)) == value)
  }

  static let strings: [(text: String, value: String)] = [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u0041\u00e9\u20AC""#, "Aé€"),
    (#""\ud83d\uDE00""#, "😀"),
    (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
    (#""\u0000""#, "\0"),
    (#""\ufffe\uFFFF""#, "\u{FFFE}\u{FFFF}"),
    (#""/ & < > '""#, "/ & < > '"),
    ("\"\u{7F}\u{2028}\u{2029}\u{FEFF}\"", "\u{7F}\u{2028}\u{2029}\u{FEFF}"),
    ("\"é€😀\u{10FFFF}\"", "é€😀\u{10FFFF}"),
    (
      #""long enough to be kept outside of the value \n and on""#,
      "long enough to be kept outside of the value \n and on"
    ),
    (#""12345678\"12345678\"1234567890\\""#, "12345678\"12345678\"1234567890\\"),
    (#""\u0022\u005c""#, "\"\\"),
  ]

  @Test(arguments: strings) func `String escapes are resolved`(text: String, value: String) throws {
    let read = try #require(try JSON(parsing: text).string)
    #expect(Array(read.utf8) == Array(value.utf8))
  }

  @Test(arguments: 0..<40) func `A special character is found at every position of a string`(position: Int) throws {
    let before = String(repeating: "x", count: position)
    let after = String(repeating: "é", count: 40 - position)
    #expect(try JSON(parsing: "\"\(before)\\n\(after)\"") == .string("\(before)\n\(after)"))
    #expect(throws: JSONError.self) { try JSON(parsing: "\"\(before)\n\(after)\"") }
    #expect(throws: JSONError.self) { try JSON(parsing: "\"\(before)\0\(after)\"") }
    #expect(try JSON(parsing: "\"\(before)\"") == .string(before))
  }

  @Test func `A part of a larger buffer is parsed`() throws {
    let bytes = Array("xx[1,2]yy".utf8)
    #expect(try JSON(parsing: bytes.span.extracting(2..<7)) == [1, 2])
    #expect(throws: JSONError.self) { try JSON(parsing: bytes.span.extracting(2..<6)) }
  }
}

@Suite struct InvalidJSONTests {
  static let structures = [
    "", " ", "\n", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1;2]", "[1]]", "[1}",
    "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1 \"b\":2}", "{\"a\":1", "{\"a\":",
    "{\"a\"", "{\"", "{1:2}", "{a:1}", "{'a':1}", "{null:1}", "{[]:1}", "{\"a\":1}}", "{\"a\":1]", "{\"a\",1}",
    "1 2", "null null", "[] []", "{}x", "[]//", "/**/[]", "[1]#", "[1,/**/2]", "<null>", "*", "&", "()", ":", ",",
    "\u{A0}1", "1\u{A0}", "\u{2028}1", "\u{C}1", "\u{B}1", "1\0", "\01", "[\u{85}]",
  ]

  @Test(arguments: structures) func `Misplaced brackets, commas and colons are refused`(text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  static let words = [
    "nul", "nulL", "NULL", "Null", "nil", "tru", "TRUE", "True", "truex", "fals", "falsey", "undefined", "none", "n",
    "t",
    "f", "nan", "NaN", "-NaN", "Infinity", "-Infinity", "inf", "-inf", "[nan]", "[truefalse]", "nu ll",
  ]

  @Test(arguments: words) func `Literals other than true, false and null are refused`(text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  static let numbers = [
    "01", "00", "-01", "-00", "012.5", "1.", "-1.", ".5", "-.5", "0.", "0.e1", "1.e1", "+1", "++1", "--1", "-", "+",
    "- 1",
    "1e", "1E", "1e+", "1e-", "1ee1", "1e1.5", "1.2.3", "1..2", "0x1", "0b1", "1_000", "1,000", "1 000", "1a", "1.5f",
    "1L",
    "１", "٣", "1e１", "1e400", "-1e400", "[1e400]", "1e999999999999999999999", "1.8e308", "-1.8e308", "∞", "1+1", "1-1",
    "[-]", "[1.]", "{\"a\":.1}",
  ]

  @Test(arguments: numbers) func `Numbers that RFC 8259 does not allow and overflowing numbers are refused`(
    text: String
  ) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  static let strings = [
    "\"", "\"a", "'a'", "a", "\"a\"\"", "\"\\\"", "\"\\", "\"\\a\"", "\"\\x41\"", "\"\\'\"", "\"\\0\"", "\"\\U0041\"",
    "\"\\u\"", "\"\\u0\"", "\"\\u00\"", "\"\\u004\"", "\"\\u004g\"", "\"\\u 041\"", "\"\\u+041\"", "\"\\u", "\"\\u004",
    "\"\t\"", "\"\n\"", "\"\r\"", "\"\0\"", "\"\u{1F}\"", "\"\\\n\"", "\"\\é\"", "\\n", "[\"\\\u{0}\"]",
    "\"\\ud800\"", "\"\\udc00\"", "\"\\udfff\"", "\"\\ud800a\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"",
    "\"\\udc00\\ud800\"",
    "\"\\ud800\\ud800\\udc00\"", "\"\\ud800\\u\"", "\"\\ud800\\", "\"\\ud83d\\ude0\"", "{\"\\ud800\":1}",
  ]

  @Test(arguments: strings)
  func `Unterminated strings, unknown escapes, control characters and lone surrogates are refused`(text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  static let bytes: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE2, 0x82],
    [0xE2, 0x28, 0xA1],
    [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
    [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xE9], [0xC3, 0xA9, 0xA9],
  ]

  @Test(arguments: bytes) func `Invalid UTF-8 is refused in a value, in a key, and outside`(bytes: [UInt8]) {
    let quoted = Array("\"abc".utf8) + bytes + Array("\"".utf8)
    #expect(throws: JSONError.self) { try JSON(parsing: quoted) }
    #expect(throws: JSONError.self) { try JSON(parsing: Array("{".utf8) + quoted + Array(":1}".utf8)) }
    #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
    #expect(throws: JSONError.self) { try JSON(parsing: Array("[1]".utf8) + bytes) }
  }

  @Test func `A byte order mark is refused, and so is UTF-16`() {
    #expect(throws: JSONError.self) { try JSON(parsing: "\u{FEFF}[]") }
    #expect(throws: JSONError.self) { try JSON(parsing: "\u{FEFF}") }
    #expect(throws: JSONError.self) { try JSON(parsing: [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00]) }
    #expect(throws: JSONError.self) { try JSON(parsing: [0x00, 0x5B, 0x00, 0x5D]) }
  }

  static let sample = #"{"a":[1,-2.5e3,"x\u00e9\n€",true,null,{"b":{}}],"c":"a longer string, over fifteen bytes"}"#

  @Test func `A truncated document is refused`() {
    let bytes = Array(Self.sample.utf8)
    for count in bytes.indices {
      #expect(throws: JSONError.self) { try JSON(parsing: Array(bytes.prefix(count))) }
    }
  }

  @Test func `A document with one changed byte is refused or can be written`() throws {
    let bytes = Array(Self.sample.utf8)
    for index in bytes.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = bytes
        changed[index] = byte
        guard let value = try? JSON(parsing: changed) else { continue }
        #expect(try JSON(parsing: value.bytes) == value)
      }
    }
  }
}

@Suite struct DepthTests {
  @Test(arguments: [("[", "]"), ("{\"a\":", "}")]) func `A document can be nested 512 levels deep and not deeper`(
    opening: String, closing: String
  ) throws {
    func nested(depth: Int) -> String {
      String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
    }
    let deepest = nested(depth: 512)
    #expect(try JSON(parsing: deepest).text == deepest)
    let offset = 512 * opening.utf8.count
    #expect(throws: JSONError(offset: offset, line: 1, column: offset + 1, reason: "nested too deeply")) {
      try JSON(parsing: nested(depth: 513))
    }
    #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: opening, count: 100_000)) }
  }

  @Test func `Closed arrays and objects do not count as depth`() throws {
    let text = "[" + Array(repeating: "[{}]", count: 1000).joined(separator: ",") + "]"
    #expect(try JSON(parsing: text).array?.count == 1000)
  }

  @Test func `The deepest value is parsed, compared, written and released on a stack of 512 KB`() {
    #expect(exerciseOnSmallStack() == 0)
  }

  /// Runs on a thread of its own and waits for it; answers with the error of starting it, else 0.
  private func exerciseOnSmallStack() -> Int32 {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 512 * 1024)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { @Sendable _ in
        exerciseDeepestValue()
        return nil
      }, nil)
    return status == 0 ? pthread_join(thread, nil) : status
  }
}

private func exerciseDeepestValue() {
  for (opening, closing) in [("[", "]"), ("{\"a\":", "}")] {
    let text = String(repeating: opening, count: 512) + String(repeating: closing, count: 512)
    guard var value = try? JSON(parsing: opening == "[" ? text : text.replacing(":}", with: ":1}")) else { return }
    guard let other = try? JSON(parsing: value.bytes), value == other, value.isEquivalent(to: other) else { return }
    guard value.matches(subset: other), !value.pretty(indent: 1).isEmpty else { return }
    value = .null
  }
}

@Suite struct ErrorTests {
  static let places: [(text: String, offset: Int, line: Int, column: Int, reason: String)] = [
    ("", 0, 1, 1, "unexpected end of the text"),
    ("[1,\n  2,\n  x]", 11, 3, 3, "expected a value"),
    ("[1,]", 3, 1, 4, "expected a value"),
    ("{\"é\": nul}", 10, 1, 10, "expected 'null'"),
    ("{\"a\":1,}", 7, 1, 8, "expected a key"),
    ("{\"a\" 1}", 5, 1, 6, "expected ':' after a key"),
    ("[1 2]", 3, 1, 4, "expected ',' or ']'"),
    ("{\"a\":1 2}", 7, 1, 8, "expected ',' or '}'"),
    ("[\r\n01]", 3, 2, 1, "a number must not start with 0"),
    ("[1.]", 3, 1, 4, "expected a digit"),
    ("[1, -1e400]", 4, 1, 5, "the number is too large"),
    ("\"a\tb\"", 2, 1, 3, "a control character must be escaped"),
    ("\"a\\q\"", 2, 1, 3, "unknown escape"),
    ("\"\\u12g4\"", 5, 1, 6, "expected four hexadecimal digits"),
    ("\"ab\\ud800\"", 3, 1, 4, "a surrogate must be one of a pair"),
    ("\"abc", 4, 1, 5, "unexpected end of the text"),
    ("[] x", 3, 1, 4, "unexpected text after the value"),
    ("\u{FEFF}[]", 0, 1, 1, "a byte order mark is not JSON"),
  ]

  @Test(arguments: places) func `An error has a position and a reason`(
    text: String, offset: Int, line: Int, column: Int, reason: String
  ) {
    #expect(throws: JSONError(offset: offset, line: line, column: column, reason: reason)) {
      try JSON(parsing: text)
    }
  }

  @Test func `An error for invalid UTF-8 has a position`() {
    #expect(throws: JSONError(offset: 3, line: 2, column: 2, reason: "invalid UTF-8")) {
      try JSON(parsing: [0x5B, 0x0A, 0x22, 0xFF, 0x22, 0x5D])
    }
  }

  @Test func `An error has a description of one line`() {
    #expect(
      JSONError(offset: 9, line: 3, column: 14, reason: "expected a key").description
        == "line 3, column 14: expected a key")
  }

  @Test func `The elements of an array are returned with their line numbers`() throws {
    let read = try JSON.parseArrayWithLines(from: Array("\n[\n  {\n    \"a\": 1\n  },\n  2, 3,\n\n  []\n]\n".utf8))
    #expect(read.map(\.line) == [3, 6, 6, 8])
    #expect(read.map(\.value) == [["a": 1], 2, 3, []])
    #expect(try JSON.parseArrayWithLines(from: Array(" [ ] ".utf8)).isEmpty)
  }

  @Test(arguments: ["", "{}", "1", "[1,]", "[1", "[1] 2", "[1;2]"])
  func `A document that is not an array has no elements with line numbers`(text: String) {
    #expect(throws: JSONError.self) { try JSON.parseArrayWithLines(from: Array(text.utf8)) }
  }
}
