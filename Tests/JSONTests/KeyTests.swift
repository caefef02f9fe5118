import JSON
import Testing

@Suite("Encoded keys")
struct JSONKeyTests {
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

  @Test("a comma precedes every key but the first of an object")
  func commas() {
    #expect(written(["a", "b", "c"]) == #"{"a":1,"b":1,"c":1"#)
    #expect(written(["a"], after: #"[{"x":0},{"#) == #"[{"x":0},{"a":1"#)
    #expect(written(["a"], after: #"{"x":{}"#) == #"{"x":{},"a":1"#)
    #expect(written(["a"], after: #"{"x":"{""#) == #"{"x":"{","a":1"#)
  }

  @Test("keys of every length that fits are written whole, first or later; longer ones are none", arguments: 0..<80)
  func lengths(count: Int) {
    let key = String((0..<count).map { "abcdefghij\"é"[String.Index(utf16Offset: $0 % 12, in: "abcdefghij\"é")] })
    let encoded = String(decoding: JSON.encodedKey(key), as: UTF8.self)
    #expect(written([key, key]) == (encoded.utf8.count < 64 ? "{\(encoded)1,\(encoded)1" : nil))
  }
}
