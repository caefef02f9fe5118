import JSON
import Testing

@Suite("Writing")
struct WritingTests {
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

  @Test("a value is written without spaces and with no escape that is not required", arguments: values)
  func compact(value: JSON, text: String) {
    #expect(value.text == text)
    #expect(value.bytes == Array(text.utf8))
    #expect(value.description == text)
  }

  @Test("every byte below 0x80 is escaped if it must be, wherever it stands")
  func everyCharacter() throws {
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

  @Test("a string that is part of a larger one is written alike")
  func bridged() {
    let text = "some \"text\" to cut a part from"
    #expect(JSON.string(String(text.dropFirst(5).prefix(6))).text == #""\"text\"""#)
  }

  @Test("parts are written one after the other")
  func parts() {
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

  @Test("the buffer grows in the midst of anything", arguments: 0..<70)
  func growth(reserved: Int) {
    var writer = JSONWriter(reserving: reserved)
    let long = String(repeating: "é\"", count: 100)
    let value: JSON = ["key": [1, 2, .string(long), nil, true, 1.5, -1], "empty": [:]]
    for _ in 0..<reserved { writer.write(byte: UInt8(ascii: " ")) }
    writer.write(value)
    #expect(writer.bytes.dropFirst(reserved).elementsEqual(value.bytes))
    #expect(value.text == "{\"key\":[1,2,\"\(String(repeating: "é\\\"", count: 100))\",null,true,1.5,-1],\"empty\":{}}")
  }

  @Test("an answer is whole whether the room made for it beforehand was enough or not", arguments: 0..<70)
  func bytesInPlace(expected: Int) {
    let value: JSON = ["key": [1, 2, .string(String(repeating: "é\"", count: 20)), nil, true, 1.5, -1], "empty": [:]]
    let bytes = JSONWriter.bytes(expecting: expected * 2) { writer in
      var writer = writer
      writer.write(value)
      return writer
    }
    #expect(bytes == value.bytes)
  }

  @Test("pretty text has a line for each element and member")
  func pretty() throws {
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
