import API
import JSON
import Store
import Testing

@Suite struct ListingTests {
  private let aviary = Aviary()

  private func keepPirates(_ count: Int) {
    for id in 1...count {
      var pirate = Pirates.model.blank()
      pirate["id"] = .integer(id)
      aviary.workspace[Pirates.model].insert(pirate)
    }
  }

  @Test func `A cursor list wraps its page in type, items, total and pages, with next an object`() throws {
    try aviary.keep(named: "a", "b", "c", "d")
    let list = try aviary.ask(.get, "/parrots")
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
    try aviary.keep(named: "a", "b", "c", "d", "e")
    let first = try aviary.ask(.get, "/parrots?per_page=2")
    #expect(first.ids() == ["1", "2"])
    let after = try #require(first["pages"]?["next"]?["starting_after"]?.string)
    aviary.workspace[Parrots.model].remove("2")
    let second = try aviary.ask(.get, "/parrots?per_page=2&starting_after=\(after)")
    #expect(second.ids() == ["3", "4"])
    #expect(second["pages"]?["page"] == 2)
  }

  @Test func `The last page of a cursor list has no next`() throws {
    try aviary.keep(named: "a", "b", "c")
    #expect(try aviary.ask(.get, "/parrots")["pages"]?.object?.keys == ["type", "page", "per_page", "total_pages"])
  }

  @Test func `An empty list has no pages at all`() throws {
    let list = try aviary.ask(.get, "/parrots")
    #expect(list["data"] == [])
    #expect(list["total_count"] == 0)
    #expect(list["pages"]?["total_pages"] == 0)
    #expect(list["pages"]?["next"] == nil)
  }

  @Test func `A numbered list points to its next page by an absolute URL that asks for the same`() throws {
    keepPirates(5)
    let list = try aviary.ask(.get, "/pirates?ship=Black%20Pearl&page=1&per_page=2")
    #expect(list["type"] == "pirate.list")
    #expect(list.ids("pirates") == ["5", "4"])
    #expect(list["pages"]?["next"] == "http://127.0.0.1:4020/pirates?ship=Black%20Pearl&per_page=2&page=2")
    #expect(try aviary.ask(.get, "/pirates?page=3").ids("pirates") == ["1"])
    #expect(try aviary.ask(.get, "/pirates?page=3")["pages"]?["next"] == .some(.null))
  }

  @Test func `A page beyond the end is empty, one before the start is the first`() throws {
    keepPirates(3)
    #expect(try aviary.ask(.get, "/pirates?page=3").ids("pirates") == [])
    #expect(try aviary.ask(.get, "/pirates?page=0").ids("pirates") == ["3", "2"])
    #expect(try aviary.ask(.get, "/pirates?page=-9").ids("pirates") == ["3", "2"])
    #expect(try aviary.ask(.get, "/pirates?page=&per_page=").ids("pirates") == ["3", "2"])
  }

  @Test func `A page size beyond the bounds is brought within them`() throws {
    keepPirates(9)
    #expect(try aviary.ask(.get, "/pirates?per_page=100").ids("pirates").count == 4)
    #expect(try aviary.ask(.get, "/pirates?per_page=0").ids("pirates").count == 1)
    #expect(try aviary.ask(.get, "/pirates?per_page=-3")["pages"]?["per_page"] == 1)
  }

  @Test(arguments: [
    "page=x", "page=1.5", "per_page=ten", "page=99999999999999999999", "page=1099511627776", "page=1e2",
  ])
  func `A number that is none is refused by name`(query: String) throws {
    let name = query.split(separator: "=")[0]
    #expect(throws: APIError.parameterInvalid("\(name) must be an integer")) {
      try aviary.ask(.get, "/pirates?\(query)")
    }
  }

  @Test func `A page beyond what paging reaches is refused`() throws {
    keepPirates(9)
    #expect(try aviary.ask(.get, "/pirates?page=3").ids("pirates") == ["5", "4"])
    #expect(throws: APIError(.badRequest, "bad_request", "page limit reached, please use scroll API")) {
      try aviary.ask(.get, "/pirates?page=4")
    }
  }

  @Test func `A cursor that is none is refused`() {
    #expect(throws: APIError.badCursor) { try aviary.ask(.get, "/parrots?starting_after=here") }
  }

  @Test func `A whole list takes no notice of paging`() throws {
    try aviary.keep(named: "a", "b")
    let call = try aviary.call(.get, "/parrots?page=x&per_page=1")
    guard case .node(let node) = try Listing.whole().reply(aviary.workspace[Parrots.model], call).body else {
      Issue.record("no body")
      return
    }
    let list = try JSON(parsing: Array(Aviary.render(node, call).utf8))
    #expect(list.object?.keys == ["type", "data"])
    #expect(list.ids() == ["1", "2"])
  }

  @Test func `Items that are at hand are cut into pages like a collection`() throws {
    let call = try aviary.call(.get, "/pirates?page=2")
    let items = (1...5).map { Node.integer($0) }
    guard case .node(let node) = try Pirates.listing.reply(items, call).body else {
      Issue.record("no body")
      return
    }
    let list = try JSON(parsing: Array(Aviary.render(node, call).utf8))
    #expect(list["pirates"] == [3, 4])
    #expect(list["total_count"] == 5)
    #expect(list["pages"]?["total_pages"] == 3)
  }
}
