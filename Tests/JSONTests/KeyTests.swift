import JSON
import Testing

@Suite("Encoded keys")
struct KeyTests {
  private func written(_ keys: [String], after start: StaticString = "{") -> String {
    var writer = JSONWriter(reserving: 0)
    writer.write(raw: start)
    for key in keys {
      writer.write(JSONKey(key))
      writer.write(integer: 1)
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test("a comma precedes every key but the first of an object")
  func commas() {
    #expect(written(["a", "b", "c"]) == #"{"a":1,"b":1,"c":1"#)
    #expect(written(["a"], after: #"[{"x":0},{"#) == #"[{"x":0},{"a":1"#)
    #expect(written(["a"], after: #"{"x":{}"#) == #"{"x":{},"a":1"#)
    #expect(written(["a"], after: #"{"x":"{""#) == #"{"x":"{","a":1"#)
  }

  @Test("keys of every length are written whole, first or later", arguments: 0..<120)
  func lengths(count: Int) {
    let key = String((0..<count).map { "abcdefghij\"é"[String.Index(utf16Offset: $0 % 12, in: "abcdefghij\"é")] })
    let encoded = String(decoding: JSON.encodedKey(key), as: UTF8.self)
    #expect(written([key, key]) == "{\(encoded)1,\(encoded)1")
  }
}
