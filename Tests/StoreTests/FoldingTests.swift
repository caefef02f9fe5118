import Store
import Testing

@Suite struct FoldingTests {
  private func found(_ how: TextComparison, _ needle: String, in texts: [String?]) -> [String] {
    let beach = Beach.workspace()
    for (id, text) in texts.enumerated() {
      beach.pebbles.insert(Beach.pebble(id + 1, name: text.map { .string($0) } ?? .absent))
    }
    let source = ColumnSource.text { $0["name"].string }
    let test = ColumnTest.text(how, needle: TextFolding.fold(needle))
    let selection = beach.pebbles.select(.column(.field(0), source, test))
    return beach.pebbles.page(ListOrder("id", descending: false), from: .offset(0), limit: 99, of: selection)
      .compactMap { $0["name"].string }
  }

  @Test func `Case does not count, in any alphabet`() {
    #expect(found(.equals, "ADA", in: ["Ada", "ada", "Adam"]) == ["Ada", "ada"])
    #expect(found(.equals, "ЯНА", in: ["Яна"]) == ["Яна"])
    #expect(found(.contains, "ÉE", in: ["Renée", "Renee"]) == ["Renée"])
  }

  @Test func `Accents count`() {
    #expect(found(.equals, "zoe", in: ["Zoë", "Zoe"]) == ["Zoe"])
  }

  @Test func `A match never runs from one record into the next`() {
    #expect(found(.contains, "ab", in: ["a", "b", "ba", "b a"]) == [])
    #expect(found(.contains, "aa", in: ["aaa", "a", "a"]) == ["aaa"])
    #expect(found(.endsWith, "quartz", in: ["tz", "rose quartz", "quartz"]) == ["rose quartz", "quartz"])
  }

  @Test func `An empty needle is in every text, at either end, and in no missing one`() {
    #expect(found(.contains, "", in: ["a", nil, ""]) == ["a", ""])
    #expect(found(.startsWith, "", in: ["a", nil, ""]) == ["a", ""])
    #expect(found(.endsWith, "", in: ["a", nil, ""]) == ["a", ""])
    #expect(found(.equals, "", in: ["a", nil, ""]) == [""])
  }

  @Test func `A letter is not found inside another that takes several bytes`() {
    #expect(found(.contains, "ö", in: ["Köln", "Koln", "K\u{F7}ln"]) == ["Köln"])
  }
}
