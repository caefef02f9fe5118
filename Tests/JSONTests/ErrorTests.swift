import JSON
import Testing

@Suite("Errors")
struct ErrorTests {
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

  @Test("an error names its place and its reason", arguments: places)
  func place(text: String, offset: Int, line: Int, column: Int, reason: String) {
    #expect(throws: JSONError(offset: offset, line: line, column: column, reason: reason)) {
      try JSON(parsing: text)
    }
  }

  @Test("invalid UTF-8 is located")
  func invalidUTF8() {
    #expect(throws: JSONError(offset: 3, line: 2, column: 2, reason: "invalid UTF-8")) {
      try JSON(parsing: [0x5B, 0x0A, 0x22, 0xFF, 0x22, 0x5D])
    }
  }

  @Test("an error is described in one line")
  func description() {
    #expect(
      JSONError(offset: 9, line: 3, column: 14, reason: "expected a key").description
        == "line 3, column 14: expected a key")
  }

  @Test("the elements of an array come with their lines")
  func lines() throws {
    let read = try JSON.parseArrayWithLines(from: Array("\n[\n  {\n    \"a\": 1\n  },\n  2, 3,\n\n  []\n]\n".utf8))
    #expect(read.map(\.line) == [3, 6, 6, 8])
    #expect(read.map(\.value) == [["a": 1], 2, 3, []])
    #expect(try JSON.parseArrayWithLines(from: Array(" [ ] ".utf8)).isEmpty)
  }

  @Test(
    "what is not an array has no elements to come with lines",
    arguments: ["", "{}", "1", "[1,]", "[1", "[1] 2", "[1;2]"])
  func notAnArray(text: String) {
    #expect(throws: JSONError.self) { try JSON.parseArrayWithLines(from: Array(text.utf8)) }
  }
}
