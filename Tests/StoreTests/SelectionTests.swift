import JSON
import Store
import TestSupport
import Testing

/// Predicates over 1,200 records of which a third was removed, against a filter that looks at every record.
@Suite struct SelectionTests {
  private typealias Question = (predicate: Predicate, test: (Record) -> Bool)

  private static let name = ColumnSource.text { $0["name"].string }
  private static let weight = ColumnSource.number { $0["weight"].number }

  private func beach(_ random: inout Seeded) -> Workspace {
    let beach = Beach.workspace()
    for id in 1...1200 { beach.pebbles.insert(Beach.any(id, &random)) }
    for id in 1...1200 where random.below(3) == 0 { beach.pebbles.remove(String(id)) }
    for id in 1201...1300 { beach.pebbles.insert(Beach.any(id, &random)) }
    return beach
  }

  private func text(_ random: inout Seeded) -> Question {
    let word = random.one(of: Beach.names + ["perl", "QUA", "rl", "é", "ø", "石", "nowhere"])
    let needle = word.lowercased()
    let how = random.one(of: [TextComparison.equals, .contains, .startsWith, .endsWith])
    return (
      .column(.field(0), Self.name, .text(how, needle: TextFolding.fold(word))),
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

  private func number(_ random: inout Seeded) -> Question {
    let bound = Double(random.below(42)) / 2
    let how = random.one(of: [NumberComparison.equals, .less, .lessOrEqual, .greater, .greaterOrEqual])
    return (
      .column(.field(1), Self.weight, .number(how, bound)),
      { record in
        guard let number = record["weight"].number else { return false }
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

  private func question(_ random: inout Seeded, _ pebbles: RecordCollection, depth: Int = 0) -> Question {
    switch random.below(depth < 3 ? 9 : 5) {
    case 0, 1: return text(&random)
    case 2: return number(&random)
    case 3:
      let key = random.below(2)
      let test: (Record) -> Bool = key == 0 ? { $0["name"].string != nil } : { $0["weight"].number != nil }
      return (.column(.field(key), key == 0 ? Self.name : Self.weight, .present), test)
    case 4: return (.rows(pebbles.rows(in: "colour", under: "red")), { $0["colours"].strings.contains("red") })
    case 5:
      let inner = question(&random, pebbles, depth: depth + 1)
      return (.not(inner.predicate), { !inner.test($0) })
    case 6, 7:
      let terms = (0..<random.below(4)).map { _ in question(&random, pebbles, depth: depth + 1) }
      return (.all(terms.map(\.predicate)), { record in terms.allSatisfy { $0.test(record) } })
    default:
      let terms = (0..<random.below(4)).map { _ in question(&random, pebbles, depth: depth + 1) }
      return (.any(terms.map(\.predicate)), { record in terms.contains { $0.test(record) } })
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `A predicate selects exactly what a look at every record would`(seed: UInt64) {
    var random = Seeded(seed)
    let pebbles = beach(&random).pebbles
    let all = pebbles.all
    for round in 1...80 {
      let question = question(&random, pebbles)
      let selection = pebbles.select(question.predicate)
      let expected = all.filter(question.test)
      #expect(selection.count == expected.count, "round \(round)")
      let found = Set(pebbles.records(of: selection).map(\.id))
      #expect(found == Set(expected.map(\.id)), "round \(round)")
    }
  }

  @Test func `A page of a selection is a page of the filtered list`() {
    var random = Seeded(9)
    let pebbles = beach(&random).pebbles
    var model = NaivePebbles()
    for record in pebbles.all { model.put(record) }
    for round in 1...40 {
      let question = question(&random, pebbles)
      let selection = pebbles.select(question.predicate)
      let order = ListOrder(random.one(of: ["id", "found_at"]), descending: random.below(2) == 0)
      let after = PageStart.after(key: order.name == "id" ? 0 : Int64(random.below(40)), id: "600")
      for start in [after, .offset(random.below(30))] {
        #expect(
          pebbles.page(order, from: start, limit: 20, of: selection)
            == model.page(order, from: start, limit: 20, where: question.test), "round \(round)")
      }
    }
  }

  @Test func `Writing a record that was searched is seen by the next search`() {
    let beach = Beach.workspace()
    let heavy = Predicate.column(.field(1), Self.weight, .number(.greater, 10))
    beach.pebbles.insert(Beach.pebble(1, weight: 5))
    #expect(beach.pebbles.select(heavy).count == 0)
    beach.pebbles.replace(Beach.pebble(1, weight: 50))
    #expect(beach.pebbles.select(heavy).count == 1)
    beach.pebbles.insert(Beach.pebble(2, weight: 11))
    #expect(beach.pebbles.select(heavy).count == 2)
    beach.pebbles.remove("1")
    #expect(beach.pebbles.records(of: beach.pebbles.select(heavy)).map(\.id) == ["2"])
  }
}
