import JSON
import Testing

@testable import API

@Suite struct CursorTests {
  /// As the real service gave it (api-behaviour.md, 5).
  private let recorded = Base64.encode(Array(#"[1772633377000,"67570a878b6e26fe4ce6a894",2]"#.utf8))

  @Test func `A cursor says sort value, id and page, as recorded`() throws {
    let cursor = try Cursor(recorded)
    #expect(cursor == Cursor(key: 1_772_633_377_000, id: "67570a878b6e26fe4ce6a894", page: 2))
    #expect(cursor.text == recorded)
  }

  @Test func `A numeric id stands in a cursor as a number`() throws {
    let cursor = Cursor(key: 5, id: "1295", page: 3)
    #expect(Base64.decode(cursor.text).map { String(decoding: $0, as: UTF8.self) } == "[5,1295,3]")
    #expect(try Cursor(cursor.text) == cursor)
  }

  @Test(arguments: ["007", "+5", "-0"]) func `An id that only looks like a number stays as it is`(id: String) throws {
    #expect(try Cursor(Cursor(key: 5, id: id, page: 2).text).id == id)
  }

  @Test(arguments: [.null, "Ada", 1.5, 0] as [JSON]) func `Any sort value goes there and back`(key: JSON) throws {
    let cursor = Cursor(key: key, id: "a1", page: 9)
    #expect(try Cursor(cursor.text) == cursor)
  }

  @Test(
    arguments: [
      "no cursor!", "[1,\"a\",2]", "e30=", "WzFd", "", "====",
      Base64.encode(Array("[1,\"a\",0]".utf8)), Base64.encode(Array("[1,\"a\",-1]".utf8)),
      Base64.encode(Array("[1,\"a\",9223372036854775807]".utf8)), Base64.encode(Array("[1,\"a\",\"2\"]".utf8)),
      Base64.encode(Array("[1,null,2]".utf8)), Base64.encode(Array("[1,\"a\",2,3]".utf8)),
      Base64.encode([0xFF, 0xFE]),
    ])
  func `A text that is no cursor is refused`(text: String) {
    #expect(throws: APIError.invalidCursor) { try Cursor(text) }
  }

  @Test func `Base64 goes there and back at every length`() {
    for count in 0...70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
      let text = Base64.encode(bytes)
      #expect(text.utf8.count == (count + 2) / 3 * 4)
      #expect(Base64.decode(text) == bytes)
    }
  }

  @Test func `Base64 is as RFC 4648 has it`() {
    let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE="]
    for (plain, coded) in vectors {
      #expect(Base64.encode(Array(plain.utf8)) == coded)
      #expect(Base64.decode(coded) == Array(plain.utf8))
    }
    #expect(Base64.decode("Zm9v!") == nil)
    #expect(Base64.decode("Zm9vYg") == Array("foob".utf8))
    #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
  }
}
