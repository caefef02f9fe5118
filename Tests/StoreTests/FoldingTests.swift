import Store
import Testing

@Suite struct TextComparisonTests {
  private func matches(using how: TextComparison, needle: String, in texts: [String?]) -> [String] {
    let beach = StoreFixture.workspace()
    for (id, text) in texts.enumerated() {
      beach.pebbles.insert(StoreFixture.pebble(id: id + 1, name: text.map { .string($0) } ?? .absent))
    }
    let source = ColumnSource.text { $0["name"].string }
    let test = ColumnPredicate.text(how, needle: CaseFolding.foldedBytes(of: needle))
    let selection = beach.pebbles.rows(matching: .column(.field(0), source, test))
    return beach.pebbles.page(
      orderedBy: ListOrder(name: "id", descending: false), from: .offset(0), limit: 99, of: selection
    )
    .compactMap { $0["name"].string }
  }

  @Test func `Case does not count, in any alphabet`() {
    #expect(matches(using: .equals, needle: "ADA", in: ["Ada", "ada", "Adam"]) == ["Ada", "ada"])
    #expect(matches(using: .equals, needle: "ЯНА", in: ["Яна"]) == ["Яна"])
    #expect(matches(using: .contains, needle: "ÉE", in: ["Renée", "Renee"]) == ["Renée"])
  }

  @Test func `Accents count`() {
    #expect(matches(using: .equals, needle: "zoe", in: ["Zoë", "Zoe"]) == ["Zoe"])
  }

  @Test func `A match never runs from one record into the next`() {
    #expect(matches(using: .contains, needle: "ab", in: ["a", "b", "ba", "b a"]) == [])
    #expect(matches(using: .contains, needle: "aa", in: ["aaa", "a", "a"]) == ["aaa"])
    #expect(
      matches(using: .endsWith, needle: "quartz", in: ["tz", "rose quartz", "quartz"]) == ["rose quartz", "quartz"])
  }

  @Test func `An empty needle is in every text, at either end, and in no missing one`() {
    #expect(matches(using: .contains, needle: "", in: ["a", nil, ""]) == ["a", ""])
    #expect(matches(using: .startsWith, needle: "", in: ["a", nil, ""]) == ["a", ""])
    #expect(matches(using: .endsWith, needle: "", in: ["a", nil, ""]) == ["a", ""])
    #expect(matches(using: .equals, needle: "", in: ["a", nil, ""]) == [""])
  }

  @Test func `A letter is not found inside another that takes several bytes`() {
    #expect(matches(using: .contains, needle: "ö", in: ["Köln", "Koln", "K\u{F7}ln"]) == ["Köln"])
  }
}
