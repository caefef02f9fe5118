import API
import JSON
import Store
import Testing

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

  @Test func `Following next meets every record once, even when the one it points at is gone`() throws {
    try fixture.insertParrots(named: "a", "b", "c", "d", "e")
    let first = try fixture.send(.get, to: "/parrots?per_page=2")
    #expect(first.ids() == ["1", "2"])
    let after = try #require(first["pages"]?["next"]?["starting_after"]?.string)
    fixture.workspace[SampleParrots.model].remove(id: "2")
    let second = try fixture.send(.get, to: "/parrots?per_page=2&starting_after=\(after)")
    #expect(second.ids() == ["3", "4"])
    #expect(second["pages"]?["page"] == 2)
  }

  @Test func `The last page of a cursor list has no next`() throws {
    try fixture.insertParrots(named: "a", "b", "c")
    #expect(
      try fixture.send(.get, to: "/parrots")["pages"]?.object?.keys == ["type", "page", "per_page", "total_pages"])
  }

  @Test func `An empty list has no pages at all`() throws {
    let list = try fixture.send(.get, to: "/parrots")
    #expect(list["data"] == [])
    #expect(list["total_count"] == 0)
    #expect(list["pages"]?["total_pages"] == 0)
    #expect(list["pages"]?["next"] == nil)
  }

  @Test func `A numbered list points to its next page by an absolute URL that asks for the same`() throws {
    insertPirates(count: 5)
    let list = try fixture.send(.get, to: "/pirates?ship=Black%20Pearl&page=1&per_page=2")
    #expect(list["type"] == "pirate.list")
    #expect(list.ids(at: "pirates") == ["5", "4"])
    #expect(list["pages"]?["next"] == "http://127.0.0.1:4020/pirates?ship=Black%20Pearl&per_page=2&page=2")
    #expect(try fixture.send(.get, to: "/pirates?page=3").ids(at: "pirates") == ["1"])
    #expect(try fixture.send(.get, to: "/pirates?page=3")["pages"]?["next"] == .some(.null))
  }

  @Test func `A page beyond the end is empty, one before the start is the first`() throws {
    insertPirates(count: 3)
    #expect(try fixture.send(.get, to: "/pirates?page=3").ids(at: "pirates") == [])
    #expect(try fixture.send(.get, to: "/pirates?page=0").ids(at: "pirates") == ["3", "2"])
    #expect(try fixture.send(.get, to: "/pirates?page=-9").ids(at: "pirates") == ["3", "2"])
    #expect(try fixture.send(.get, to: "/pirates?page=&per_page=").ids(at: "pirates") == ["3", "2"])
  }

  @Test func `A page size beyond the bounds is brought within them`() throws {
    insertPirates(count: 9)
    #expect(try fixture.send(.get, to: "/pirates?per_page=100").ids(at: "pirates").count == 4)
    #expect(try fixture.send(.get, to: "/pirates?per_page=0").ids(at: "pirates").count == 1)
    #expect(try fixture.send(.get, to: "/pirates?per_page=-3")["pages"]?["per_page"] == 1)
  }

  @Test(arguments: [
    "page=x", "page=1.5", "per_page=ten", "page=99999999999999999999", "page=1099511627776", "page=1e2",
  ])
  func `A page parameter that is not a number is refused by name`(query: String) throws {
    let name = query.split(separator: "=")[0]
    #expect(throws: APIError.parameterInvalid("\(name) must be an integer")) {
      try fixture.send(.get, to: "/pirates?\(query)")
    }
  }

  @Test func `A page beyond what paging reaches is refused`() throws {
    insertPirates(count: 9)
    #expect(try fixture.send(.get, to: "/pirates?page=3").ids(at: "pirates") == ["5", "4"])
    #expect(
      throws: APIError(status: .badRequest, code: "bad_request", message: "page limit reached, please use scroll API")
    ) {
      try fixture.send(.get, to: "/pirates?page=4")
    }
  }

  @Test func `An invalid cursor is refused`() {
    #expect(throws: APIError.invalidCursor) { try fixture.send(.get, to: "/parrots?starting_after=here") }
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
