import API
import JSON
import Store
import Testing
@testable import API

@Suite struct ListingTests {
  private let fixture = APIFixture()

  private func insertPirates(count: Int) {
    for id in 1...count {
      var pirate = SamplePirates.model.blank()
      pirate["id"] = .integer(id)
      fixture.workspace[SamplePirates.model].insert(pirate)
    }
  }

  @Test func `A cursor list wraps its page in type, items, total and pages, with next an object`() throws {
    try fixture.insertParrots(named: "a", "b", "c", "d")
    let list = try fixture.send(.get, to: "/parrots")
    #expect(list.object?.keys == ["type", "data", "total_count", "pages"])
    #expect(list["type"] == "list")
    #expect(list["total_count"] == 4)
    #expect(list["pages"]?.object?.keys == ["type", "next", "page", "per_page", "total_pages"])
    #expect(list["pages"]?["next"]?.object?.keys == ["page", "starting_after"])
    #expect(list["pages"]?["next"]?["page"] == 2)
    #expect(list["pages"]?["per_page"] == 3)
    #expect(list["pages"]?["total_pages"] == 2)
  }

  @Test func `Following next returns each record once, even if the record of the cursor is deleted`() throws {
    try fixture.insertParrots(named: "a", "b", "c", "d", "e")
    let first = try fixture.send(.get, to: "/parrots?per_page=2")
    #expect(first.ids() == ["1", "2"])
    let after = try #require(first["pages"]?["next"]?["starting_after"]?.string)
    fixture.workspace[SampleParrots.model].remove(id: "2")
    let second = try fixture.send(.get, to: "/parrots?per_page=2&starting_after=\(after)")
    #expect(second.ids() == ["3", "4"])
    #expect(second["pages"]?["page"] == 2)
  }

  @Test func `The page size may change from page to page`() throws {
    try fixture.insertParrots(named: "a", "b", "c", "d", "e", "f")
    let first = try fixture.send(.get, to: "/parrots?per_page=1")
    let after = try #require(first["pages"]?["next"]?["starting_after"]?.string)
    let second = try fixture.send(.get, to: "/parrots?per_page=3&starting_after=\(after)")
    #expect(second.ids() == ["2", "3", "4"])
    #expect(second["pages"]?["total_pages"] == 3)
    let last = try #require(second["pages"]?["next"]?["starting_after"]?.string)
    let third = try fixture.send(.get, to: "/parrots?starting_after=\(last)")
    #expect(third.ids() == ["5", "6"])
    #expect(third["pages"]?["next"] == nil)
    #expect(third["pages"]?["page"] == 3)
    #expect(third["pages"]?["total_pages"] == 3)
  }

  @Test func `A list ends although the cursor names a page before the last one`() throws {
    try fixture.insertParrots(named: "a", "b", "c", "d", "e")
    let first = try fixture.send(.get, to: "/parrots?per_page=1")
    let after = try #require(first["pages"]?["next"]?["starting_after"]?.string)
    for id in ["2", "3", "4", "5"] { fixture.workspace[SampleParrots.model].remove(id: id) }
    let second = try fixture.send(.get, to: "/parrots?per_page=1&starting_after=\(after)")
    #expect(second.ids() == [])
    #expect(second["pages"]?["next"] == nil)
    #expect(second["pages"]?["total_pages"] == 1)
  }

  @Test(arguments: [0, 1_717_200_000, -1, .max, .min] as [Int64])
  func `A cursor keeps the sort value and the id of its record`(sortValue: Int64) throws {
    for id in ["1", "007", "65f1a00100000000000000a1", "customer \"é\"", ""] {
      let cursor = try Cursor(Cursor(sortValue: sortValue, id: id, page: 2).text)
      #expect(try cursor.sortValue == sortValue)
      #expect(cursor.id == id)
    }
  }

  @Test func `The last page of a cursor list has no next`() throws {
    try fixture.insertParrots(named: "a", "b", "c")
    #expect(
      try fixture.send(.get, to: "/parrots")["pages"]?.object?.keys == ["type", "page", "per_page", "total_pages"])
  }

  @Test func `An empty list has zero pages`() throws {
    let list = try fixture.send(.get, to: "/parrots")
    #expect(list["data"] == [])
    #expect(list["total_count"] == 0)
    #expect(list["pages"]?["total_pages"] == 0)
    #expect(list["pages"]?["next"] == nil)
  }

  @Test func `A numbered list links to its next page with an absolute URL and the same query`() throws {
    insertPirates(count: 5)
    let list = try fixture.send(.get, to: "/pirates?ship=Black%20Pearl&page=1&per_page=2")
    #expect(list["type"] == "pirate.list")
    #expect(list.ids(at: "pirates") == ["5", "4"])
    #expect(list["pages"]?["next"] == "http://127.0.0.1:4020/pirates?ship=Black%20Pearl&per_page=2&page=2")
    #expect(try fixture.send(.get, to: "/pirates?page=3").ids(at: "pirates") == ["1"])
    #expect(try fixture.send(.get, to: "/pirates?page=3")["pages"]?["next"] == .some(.null))
  }

  @Test func `A page beyond the last is empty, and a page number below 1 means the first page`() throws {
    insertPirates(count: 3)
    #expect(try fixture.send(.get, to: "/pirates?page=3").ids(at: "pirates") == [])
    #expect(try fixture.send(.get, to: "/pirates?page=0").ids(at: "pirates") == ["3", "2"])
    #expect(try fixture.send(.get, to: "/pirates?page=-9").ids(at: "pirates") == ["3", "2"])
    #expect(try fixture.send(.get, to: "/pirates?page=&per_page=").ids(at: "pirates") == ["3", "2"])
  }

  @Test func `A page size out of range is clamped`() throws {
    insertPirates(count: 9)
    #expect(try fixture.send(.get, to: "/pirates?per_page=100").ids(at: "pirates").count == 4)
    #expect(try fixture.send(.get, to: "/pirates?per_page=0").ids(at: "pirates").count == 1)
    #expect(try fixture.send(.get, to: "/pirates?per_page=-3")["pages"]?["per_page"] == 1)
  }

  @Test(arguments: [
    "page=x", "page=1.5", "per_page=ten", "page=99999999999999999999", "page=1099511627776", "page=1e2",
  ])
  func `An error about a page parameter that is not a number names the parameter`(query: String) throws {
    let name = query.split(separator: "=")[0]
    #expect(throws: APIError.parameterInvalid("\(name) must be an integer")) {
      try fixture.send(.get, to: "/pirates?\(query)")
    }
  }

  @Test func `A page beyond the record limit is rejected`() throws {
    insertPirates(count: 9)
    #expect(try fixture.send(.get, to: "/pirates?page=3").ids(at: "pirates") == ["5", "4"])
    #expect(
      throws: APIError(status: .badRequest, code: "bad_request", message: "page limit reached, please use scroll API")
    ) {
      try fixture.send(.get, to: "/pirates?page=4")
    }
  }

  @Test func `The cursor after the highest page is accepted`() throws {
    try fixture.insertParrots(named: "a", "b", "c")
    let first = try fixture.send(.get, to: "/parrots?per_page=1")
    let start = try Cursor(try #require(first["pages"]?["next"]?["starting_after"]?.string))
    for page in [(1 << 40) - 1, 1 << 40] {
      let cursor = Cursor(key: start.key, id: start.id, page: page).text.replacing("+", with: "%2B")
      let list = try fixture.send(.get, to: "/parrots?per_page=1&starting_after=\(cursor)")
      let next = try #require(list["pages"]?["next"]?["starting_after"]?.string)
      #expect(try Cursor(next).page == 1 << 40)
    }
    #expect(throws: APIError.invalidCursor) {
      try Cursor(Base64.encode(Array(#"[1,"1",1099511627777]"#.utf8)))
    }
  }

  @Test func `An invalid cursor is rejected`() {
    let texts = [#"["x","1",2]"#, #"[null,"1",2]"#, "[1.5,1,2]", "[1,1,0]", "[1,1]", "[1,null,2]", "{}", "[1,1,1e300]"]
    for cursor in ["here"] + texts.map({ Base64.encode(Array($0.utf8)) }) {
      #expect(throws: APIError.invalidCursor, "\(cursor)") {
        try fixture.send(.get, to: "/parrots?starting_after=\(cursor.replacing("+", with: "%2B"))")
      }
    }
  }

  @Test func `A list without paging ignores the paging parameters`() throws {
    try fixture.insertParrots(named: "a", "b")
    let call = try fixture.makeCall(.get, to: "/parrots?page=x&per_page=1")
    guard
      case .node(let node) = try Listing.unpaged().reply(with: fixture.workspace[SampleParrots.model], in: call).body
    else {
      Issue.record("no body")
      return
    }
    let list = try JSON(parsing: Array(APIFixture.render(node, in: call).utf8))
    #expect(list.object?.keys == ["type", "data"])
    #expect(list.ids() == ["1", "2"])
  }

  @Test func `An array of items is paged like a collection`() throws {
    let call = try fixture.makeCall(.get, to: "/pirates?page=2")
    let items = (1...5).map { Node.integer($0) }
    guard case .node(let node) = try SamplePirates.listing.reply(with: items, in: call).body else {
      Issue.record("no body")
      return
    }
    let list = try JSON(parsing: Array(APIFixture.render(node, in: call).utf8))
    #expect(list["pirates"] == [3, 4])
    #expect(list["total_count"] == 5)
    #expect(list["pages"]?["total_pages"] == 3)
  }
}

@Suite struct CursorTests {
  /// Recorded from the real service (Documentation.docc/Pagination.md, "Cursors").
  private let recorded = Base64.encode(Array(#"[1772633377000,"67570a878b6e26fe4ce6a894",2]"#.utf8))

  @Test func `A cursor contains sort value, id and page, as recorded`() throws {
    let cursor = try Cursor(recorded)
    #expect(cursor == Cursor(key: 1_772_633_377_000, id: "67570a878b6e26fe4ce6a894", page: 2))
    #expect(cursor.text == recorded)
  }

  @Test func `A numeric id is a number in a cursor`() throws {
    let cursor = Cursor(key: 5, id: "1295", page: 3)
    #expect(Base64.decode(cursor.text).map { String(decoding: $0, as: UTF8.self) } == "[5,1295,3]")
    #expect(try Cursor(cursor.text) == cursor)
  }

  @Test(arguments: ["007", "+5", "-0"]) func `An id that is not a canonical number is a string in a cursor`(id: String)
    throws
  {
    #expect(try Cursor(Cursor(key: 5, id: id, page: 2).text).id == id)
  }

  @Test(arguments: [.null, "Ada", 1.5, 0] as [JSON]) func `A cursor with any sort value is decoded to the same value`(
    key: JSON
  ) throws {
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
  func `A malformed cursor is rejected`(text: String) {
    #expect(throws: APIError.invalidCursor) { try Cursor(text) }
  }

  @Test func `Base64 decoding inverts encoding for every length`() {
    for count in 0...70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
      let text = Base64.encode(bytes)
      #expect(text.utf8.count == (count + 2) / 3 * 4)
      #expect(Base64.decode(text) == bytes)
    }
  }

  @Test func `Base64 matches the test vectors of RFC 4648`() {
    let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE="]
    for (plain, coded) in vectors {
      #expect(Base64.encode(Array(plain.utf8)) == coded)
      #expect(Base64.decode(coded) == Array(plain.utf8))
    }
    #expect(Base64.decode("Zm9v!") == nil)
    #expect(Base64.decode("A") == nil)
    #expect(Base64.decode("Zm9vYg") == Array("foob".utf8))
    #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
  }
}
