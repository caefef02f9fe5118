import JSON
import Testing

@Suite("Texts that are not JSON")
struct InvalidJSONTests {
  static let structures = [
    "", " ", "\n", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1;2]", "[1]]", "[1}",
    "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1 \"b\":2}", "{\"a\":1", "{\"a\":",
    "{\"a\"", "{\"", "{1:2}", "{a:1}", "{'a':1}", "{null:1}", "{[]:1}", "{\"a\":1}}", "{\"a\":1]", "{\"a\",1}",
    "1 2", "null null", "[] []", "{}x", "[]//", "/**/[]", "[1]#", "[1,/**/2]", "<null>", "*", "&", "()", ":", ",",
    "\u{A0}1", "1\u{A0}", "\u{2028}1", "\u{C}1", "\u{B}1", "1\0", "\01", "[\u{85}]",
  ]

  @Test("brackets, commas and colons stand where they must", arguments: structures)
  func structure(text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  static let words = [
    "nul", "nulL", "NULL", "Null", "nil", "tru", "TRUE", "True", "truex", "fals", "falsey", "undefined", "none", "n",
    "t",
    "f", "nan", "NaN", "-NaN", "Infinity", "-Infinity", "inf", "-inf", "[nan]", "[truefalse]", "nu ll",
  ]

  @Test("there are three words and no more", arguments: words)
  func word(text: String) {
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

  @Test("a number is written as RFC 8259 has it and is finite", arguments: numbers)
  func number(text: String) {
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

  @Test("a string ends, and has no unknown escape, bare control character or lone surrogate", arguments: strings)
  func string(text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  static let bytes: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE2, 0x82],
    [0xE2, 0x28, 0xA1],
    [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
    [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xE9], [0xC3, 0xA9, 0xA9],
  ]

  @Test("invalid UTF-8 is refused in a value, in a key, and outside", arguments: bytes)
  func invalidUTF8(bytes: [UInt8]) {
    let quoted = Array("\"abc".utf8) + bytes + Array("\"".utf8)
    #expect(throws: JSONError.self) { try JSON(parsing: quoted) }
    #expect(throws: JSONError.self) { try JSON(parsing: Array("{".utf8) + quoted + Array(":1}".utf8)) }
    #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
    #expect(throws: JSONError.self) { try JSON(parsing: Array("[1]".utf8) + bytes) }
  }

  @Test("a byte order mark is refused, and so is UTF-16")
  func byteOrderMark() {
    #expect(throws: JSONError.self) { try JSON(parsing: "\u{FEFF}[]") }
    #expect(throws: JSONError.self) { try JSON(parsing: "\u{FEFF}") }
    #expect(throws: JSONError.self) { try JSON(parsing: [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00]) }
    #expect(throws: JSONError.self) { try JSON(parsing: [0x00, 0x5B, 0x00, 0x5D]) }
  }

  static let sample = #"{"a":[1,-2.5e3,"x\u00e9\n€",true,null,{"b":{}}],"c":"a longer string, over fifteen bytes"}"#

  @Test("no beginning of a text is a text")
  func everyPrefix() {
    let bytes = Array(Self.sample.utf8)
    for count in bytes.indices {
      #expect(throws: JSONError.self) { try JSON(parsing: Array(bytes.prefix(count))) }
    }
  }

  @Test("a text with any one byte changed is read or refused, and what is read can be written")
  func everyByteChanged() throws {
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
