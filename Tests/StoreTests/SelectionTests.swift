import JSON
import Store
import TestSupport
import Testing

/// Compares predicates over 1,200 records, a third of which was removed, with a filter that tests every record.
@Suite struct SelectionTests {
  private typealias PredicateCase = (predicate: Predicate, test: (Record) -> Bool)

  private static let name = ColumnSource.text { $0["name"].string }
  private static let weight = ColumnSource.number { $0["weight"].exactNumber }

  private func randomWorkspace(using random: inout SeededRandom) -> Workspace {
    let workspace = StoreFixture.workspace()
    for id in 1...1200 { workspace.pebbles.insert(StoreFixture.randomPebble(id: id, using: &random)) }
    for id in 1...1200 where random.int(below: 3) == 0 { workspace.pebbles.remove(id: String(id)) }
    for id in 1201...1300 { workspace.pebbles.insert(StoreFixture.randomPebble(id: id, using: &random)) }
    return workspace
  }

  private func textPredicate(using random: inout SeededRandom) -> PredicateCase {
    let word = random.one(of: StoreFixture.names + ["perl", "QUA", "rl", "é", "ø", "石", "nowhere"])
    let needle = word.lowercased()
    let how = random.one(of: [TextComparison.equals, .contains, .startsWith, .endsWith])
    return (
      .column(.field(0), Self.name, .text(how, needle: CaseFolding.foldedBytes(of: word))),
      { record in
        guard let text = record["name"].string?.lowercased() else { return false }
        switch how {
        case .equals: return text == needle
        case .contains: return needle.isEmpty || text.indices.contains { text[$0...].hasPrefix(needle) }
        case .startsWith: return text.hasPrefix(needle)
        case .endsWith: return text.hasSuffix(needle)
        }
      }
    )
  }

  private func numberPredicate(using random: inout SeededRandom) -> PredicateCase {
    guard let bound = ExactNumber(Double(random.int(below: 42)) / 2) else { return (.nothing, { _ in false }) }
    let how = random.one(of: [NumberComparison.equals, .less, .lessOrEqual, .greater, .greaterOrEqual])
    return (
      .column(.field(1), Self.weight, .number(how, bound)),
      { record in
        guard let number = record["weight"].exactNumber else { return false }
        switch how {
        case .equals: return number == bound
        case .less: return number < bound
        case .lessOrEqual: return number <= bound
        case .greater: return number > bound
        case .greaterOrEqual: return number >= bound
        }
      }
    )
  }

  private func anyPredicate(using random: inout SeededRandom, in pebbles: RecordCollection, depth: Int = 0)
    -> PredicateCase
  {
    switch random.int(below: depth < 3 ? 9 : 5) {
    case 0, 1: return textPredicate(using: &random)
    case 2: return numberPredicate(using: &random)
    case 3:
      let key = random.int(below: 2)
      let test: (Record) -> Bool = key == 0 ? { $0["name"].string != nil } : { $0["weight"].number != nil }
      return (.column(.field(key), key == 0 ? Self.name : Self.weight, .present), test)
    case 4: return (.rows(pebbles.rows(in: "colour", under: "red")), { $0["colours"].strings.contains("red") })
    case 5:
      let inner = anyPredicate(using: &random, in: pebbles, depth: depth + 1)
      return (.not(inner.predicate), { !inner.test($0) })
    case 6, 7:
      let terms = (0..<random.int(below: 4)).map { _ in anyPredicate(using: &random, in: pebbles, depth: depth + 1) }
      return (.all(terms.map(\.predicate)), { record in terms.allSatisfy { $0.test(record) } })
    default:
      let terms = (0..<random.int(below: 4)).map { _ in anyPredicate(using: &random, in: pebbles, depth: depth + 1) }
      return (.any(terms.map(\.predicate)), { record in terms.contains { $0.test(record) } })
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `A predicate selects the same records as a filter over all records`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let pebbles = randomWorkspace(using: &random).pebbles
    let all = pebbles.all
    for round in 1...80 {
      let question = anyPredicate(using: &random, in: pebbles)
      let selection = pebbles.rows(matching: question.predicate)
      let expected = all.filter(question.test)
      #expect(selection.count == expected.count, "round \(round)")
      let found = Set(pebbles.records(of: selection).map(\.id))
      #expect(found == Set(expected.map(\.id)), "round \(round)")
    }
  }

  /// Predicates with more conditions than are evaluated in one step.
  private func longPredicate(using random: inout SeededRandom, in pebbles: RecordCollection) -> PredicateCase {
    let groups = (0..<3).map { _ in
      let terms = (0..<9).map { _ in anyPredicate(using: &random, in: pebbles, depth: 2) }
      let isAll = random.int(below: 2) == 0
      return PredicateCase(
        isAll ? .not(.all(terms.map(\.predicate))) : .any(terms.map(\.predicate)),
        { record in
          isAll ? !terms.allSatisfy { $0.test(record) } : terms.contains { $0.test(record) }
        })
    }
    return (.all(groups.map(\.predicate)), { record in groups.allSatisfy { $0.test(record) } })
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `A search in steps finds what matched when it began, whatever is written between the steps`(seed: UInt64) throws
  {
    var random = SeededRandom(seed: seed)
    let pebbles = randomWorkspace(using: &random).pebbles
    for round in 1...10 {
      let question =
        round % 2 == 0 ? anyPredicate(using: &random, in: pebbles) : longPredicate(using: &random, in: pebbles)
      let (snapshot, expected) = (pebbles.snapshot, pebbles.all.filter(question.test))
      var work = Steps(pebbles.search(for: question.predicate) { StoreFixture.workspace() })
      while work.result == nil {
        write(to: pebbles, using: &random)
        try work.advance()
      }
      let found = work.result.map { snapshot.records(of: $0).inIDOrder.map(\.id) }
      #expect(found == expected.map(\.id), "round \(round)")
    }
  }

  @Test func `A condition on a linked record finds the records that refer to it, or that it refers to`() throws {
    var random = SeededRandom(seed: 4)
    let workspace = StoreFixture.workspace()
    for id in 1...900 {
      let others = (0..<random.int(below: 3)).map { _ in String(random.int(below: 900)) }
      workspace.pebbles.insert(
        StoreFixture.pebble(
          id: id, name: .string(random.one(of: StoreFixture.names)), weight: .integer(id), colours: others))
    }
    let all = workspace.pebbles.all
    for round in 1...20 {
      let question = anyPredicate(using: &random, in: workspace.pebbles)
      let targets = Set(all.filter(question.test).map(\.id))
      let linked = Predicate.linked(to: StoreFixture.pebble, index: "colour", question.predicate)
      let name = random.one(of: StoreFixture.names)
      let named = Predicate.named(by: StoreFixture.pebble, index: "name", key: name) { $0["colours"].strings.first }
      let namedIDs = Set(all.filter { $0["name"].string == name }.compactMap { $0["colours"].strings.first })
      let found = try workspace.pebbles.search(for: .any([linked, .not(named), linked])) { workspace }.value()
      let expected = all.filter { !targets.isDisjoint(with: $0["colours"].strings) || !namedIDs.contains($0.id) }
      #expect(workspace.pebbles.records(of: found).inIDOrder == expected, "round \(round)")
    }
  }

  @Test func `A computed number is compared like a stored one`() throws {
    var random = SeededRandom(seed: 5)
    let workspace = randomWorkspace(using: &random)
    let heavy = Predicate.computed(.field(9), { pebble, _ in pebble["colours"].strings.count }, .number(.greater, 1))
    let found = try workspace.pebbles.search(for: heavy) { workspace }.value()
    let expected = workspace.pebbles.all.filter { $0["colours"].strings.count > 1 }
    #expect(workspace.pebbles.records(of: found).inIDOrder == expected)
  }

  private func write(to pebbles: RecordCollection, using random: inout SeededRandom) {
    let id = random.int(below: 1400) + 1
    if random.int(below: 3) == 0 {
      pebbles.remove(id: String(id))
    } else {
      pebbles.insert(StoreFixture.randomPebble(id: id, using: &random))
    }
  }

  /// Sliced work, done one step at a time.
  private struct Steps {
    private(set) var work: SlicedWork<RowSet>
    var result: RowSet? { if case .finished(let rows) = work { rows } else { nil } }

    init(_ work: SlicedWork<RowSet>) { self.work = work }

    mutating func advance() throws { work = try work.run(for: .zero) }
  }

  @Test func `A page of a selection is a page of the filtered list`() {
    var random = SeededRandom(seed: 9)
    let pebbles = randomWorkspace(using: &random).pebbles
    var model = ReferenceCollection()
    for record in pebbles.all { model.insert(record) }
    for round in 1...40 {
      let question = anyPredicate(using: &random, in: pebbles)
      let selection = pebbles.rows(matching: question.predicate)
      let order = ListOrder(name: random.one(of: ["id", "found_at"]), descending: random.int(below: 2) == 0)
      let after = PageStart.after(key: order.name == "id" ? 0 : Int64(random.int(below: 40)), id: "600")
      for start in [after, .offset(random.int(below: 30))] {
        #expect(
          pebbles.page(orderedBy: order, from: start, limit: 20, of: selection)
            == model.page(in: order, from: start, limit: 20, where: question.test), "round \(round)")
      }
    }
  }

  @Test func `The next search finds the new values of a written record`() {
    let workspace = StoreFixture.workspace()
    let heavy = Predicate.column(.field(1), Self.weight, .number(.greater, 10))
    workspace.pebbles.insert(StoreFixture.pebble(id: 1, weight: 5))
    #expect(workspace.pebbles.rows(matching: heavy).count == 0)
    workspace.pebbles.replace(StoreFixture.pebble(id: 1, weight: 50))
    #expect(workspace.pebbles.rows(matching: heavy).count == 1)
    workspace.pebbles.insert(StoreFixture.pebble(id: 2, weight: 11))
    #expect(workspace.pebbles.rows(matching: heavy).count == 2)
    workspace.pebbles.remove(id: "1")
    #expect(workspace.pebbles.records(of: workspace.pebbles.rows(matching: heavy)).map(\.id) == ["2"])
  }
}

@Suite struct TextComparisonTests {
  private func matches(using how: TextComparison, needle: String, in texts: [String?]) -> [String] {
    let workspace = StoreFixture.workspace()
    for (id, text) in texts.enumerated() {
      workspace.pebbles.insert(StoreFixture.pebble(id: id + 1, name: text.map { .string($0) } ?? .absent))
    }
    let source = ColumnSource.text { $0["name"].string }
    let test = ColumnPredicate.text(how, needle: CaseFolding.foldedBytes(of: needle))
    let selection = workspace.pebbles.rows(matching: .column(.field(0), source, test))
    return workspace.pebbles.page(
      orderedBy: ListOrder(name: "id", descending: false), from: .offset(0), limit: 99, of: selection
    )
    .compactMap { $0["name"].string }
  }

  @Test func `Comparison ignores case in any alphabet`() {
    #expect(matches(using: .equals, needle: "ADA", in: ["Ada", "ada", "Adam"]) == ["Ada", "ada"])
    #expect(matches(using: .equals, needle: "ЯНА", in: ["Яна"]) == ["Яна"])
    #expect(matches(using: .contains, needle: "ÉE", in: ["Renée", "Renee"]) == ["Renée"])
  }

  @Test func `Comparison respects accents`() {
    #expect(matches(using: .equals, needle: "zoe", in: ["Zoë", "Zoe"]) == ["Zoe"])
  }

  @Test func `A match does not span two records`() {
    #expect(matches(using: .contains, needle: "ab", in: ["a", "b", "ba", "b a"]) == [])
    #expect(matches(using: .contains, needle: "aa", in: ["aaa", "a", "a"]) == ["aaa"])
    #expect(
      matches(using: .endsWith, needle: "quartz", in: ["tz", "rose quartz", "quartz"]) == ["rose quartz", "quartz"])
  }

  @Test func `An empty needle matches every string, at both ends, but no missing string`() {
    #expect(matches(using: .contains, needle: "", in: ["a", nil, ""]) == ["a", ""])
    #expect(matches(using: .startsWith, needle: "", in: ["a", nil, ""]) == ["a", ""])
    #expect(matches(using: .endsWith, needle: "", in: ["a", nil, ""]) == ["a", ""])
    #expect(matches(using: .equals, needle: "", in: ["a", nil, ""]) == [""])
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `Repetitive needles are found in repetitive texts`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    func word(_ length: Int) -> String { String((0..<length).map { _ in random.int(below: 8) == 0 ? "b" : "a" }) }
    for round in 1...30 {
      let texts = (0..<20).map { _ in word(random.int(below: 300)) }
      let needle = word(random.int(below: 40) + 1)
      let expected = texts.filter { text in text.indices.contains { text[$0...].hasPrefix(needle) } }
      #expect(matches(using: .contains, needle: needle, in: texts) == expected, "round \(round)")
    }
  }

  @Test func `A letter does not match inside a multi-byte character`() {
    #expect(matches(using: .contains, needle: "ö", in: ["Köln", "Koln", "K\u{F7}ln"]) == ["Köln"])
  }
}
