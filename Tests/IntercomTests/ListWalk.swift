import TestSupport

/// One walk over a list, from page to page. It is compared with a simple model: a record that nothing changes is listed
/// once.
struct ListWalk {
  /// What happens between two pages.
  enum Change: CaseIterable {
    case nothing
    /// The next page has another size.
    case pageSize
    /// The client deletes the records of each page before it requests the next one, and changes the page size.
    case deletionOfThePage
    /// Records are added, changed and deleted, on both sides of the page, and the page size changes.
    case anything
  }

  private static let pageLimit = 200

  private let client: ListClient
  private let records: ListedRecords
  private var random: SeededRandom
  /// Whether the pages have numbers. Such lists are reached completely only while nothing changes.
  let isNumbered: Bool
  /// The keys of the records before the walk.
  private let listed: Set<String>
  private var deleted: Set<String> = []
  private var touched: Set<String> = []
  private var seen: [String] = []
  private var faults: [String] = []

  /// Adds copies of the listed records, with many equal times, so that there are several pages.
  init(over list: PagedList, fixture: ServerFixture, seed: UInt64) {
    client = ListClient(fixture: fixture, list: list)
    random = SeededRandom(seed: seed)
    let originals = client.allPages(size: 100).flatMap(\.keys)
    let records = ListedRecords(keys: originals, fixture: fixture, seed: seed)
    self.records = records
    let copies = (0..<20).compactMap { number in
      originals.isEmpty ? nil : records.copy(originals[number % originals.count])
    }
    let pages = client.allPages(size: 9)
    listed = Set(pages.flatMap(\.keys))
    isNumbered = pages.first?.isNumbered ?? true
    if originals.isEmpty { faults.append("the default fixtures have no record of this list") }
    if !listed.isSuperset(of: copies) {
      faults.append("\(Set(copies).subtracting(listed).count) copies are not listed")
    }
    if let total = pages.first?.total, total != listed.count {
      faults.append("total_count is \(total), but \(listed.count) are listed")
    }
  }

  /// Walks over the list; returns what is wrong.
  mutating func faults(with change: Change) -> [String] {
    var (next, size): (ListPage.Next?, Int?) = (nil, 3)
    for turn in 1...Self.pageLimit {
      let answer = client.page(next, size: size)
      guard let page = answer.page else { return faults + ["page \(turn) answers \(answer.status)"] }
      check(page)
      next = page.next
      if next == nil { return faults + differences() }
      if change != .nothing { size = random.one(of: [1, 2, 3, 5, 7, nil]) }
      if change == .deletionOfThePage { for key in page.keys { delete(key) } }
      if change == .anything { write(after: page) }
    }
    return faults + ["there is no last page"]
  }

  private mutating func check(_ page: ListPage) {
    seen += page.keys
    guard let number = page.page, let count = page.pageCount, !page.keys.isEmpty else { return }
    if page.next == nil ? number != count : number >= count {
      faults.append("page \(number) of \(count) is \(page.next == nil ? "" : "not ")the last one")
    }
  }

  private mutating func delete(_ key: String) {
    records.remove(key)
    deleted.insert(key)
  }

  private mutating func write(after page: ListPage) {
    // The record that the cursor names.
    if let last = page.keys.last, random.int(below: 2) == 0 { delete(last) }
    let keys = listed.sorted()
    for _ in 0..<random.int(below: 4) {
      let key = random.one(of: keys)
      switch random.int(below: 3) {
      case 0: delete(key)
      case 1:
        records.touch(key)
        touched.insert(key)
      default: _ = records.copy(key)
      }
    }
  }

  private func differences() -> [String] {
    let stays = listed.subtracting(deleted).subtracting(touched)
    let lost = stays.subtracting(seen)
    let counts = Dictionary(seen.map { ($0, 1) }, uniquingKeysWith: +)
    let repeated = counts.filter { $0.value > 1 && !touched.contains($0.key) }
    return (lost.isEmpty ? [] : ["\(lost.count) of \(stays.count) records are not listed"])
      + (repeated.isEmpty ? [] : ["\(repeated.count) records are listed again"])
  }
}
