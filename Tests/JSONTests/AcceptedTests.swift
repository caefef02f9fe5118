import JSON
import Testing

@Suite("Texts that are JSON")
struct ValidJSONTests {
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

  @Test("a value is read as what it says", arguments: values)
  func value(text: String, value: JSON) throws {
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

  @Test("a string is read with its escapes resolved", arguments: strings)
  func string(text: String, value: String) throws {
    let read = try #require(try JSON(parsing: text).string)
    #expect(Array(read.utf8) == Array(value.utf8))
  }

  @Test("a special character is found wherever it stands in a string", arguments: 0..<40)
  func specialCharacter(position: Int) throws {
    let before = String(repeating: "x", count: position)
    let after = String(repeating: "é", count: 40 - position)
    #expect(try JSON(parsing: "\"\(before)\\n\(after)\"") == .string("\(before)\n\(after)"))
    #expect(throws: JSONError.self) { try JSON(parsing: "\"\(before)\n\(after)\"") }
    #expect(throws: JSONError.self) { try JSON(parsing: "\"\(before)\0\(after)\"") }
    #expect(try JSON(parsing: "\"\(before)\"") == .string(before))
  }

  @Test("a part of a larger buffer is read by itself")
  func span() throws {
    let bytes = Array("xx[1,2]yy".utf8)
    #expect(try JSON(parsing: bytes.span.extracting(2..<7)) == [1, 2])
    #expect(throws: JSONError.self) { try JSON(parsing: bytes.span.extracting(2..<6)) }
  }
}
