import Store
import Testing

@Suite struct IDGeneratorTests {
  private func isHexadecimal(_ text: some StringProtocol) -> Bool {
    text.allSatisfy { "0123456789abcdef".contains($0) }
  }

  @Test func `Equal seeds generate equal ids, and another seed generates others`() {
    var (one, same, other) = (IDGenerator(seed: 7), IDGenerator(seed: 7), IDGenerator(seed: 8))
    let first = one.objectID(at: 1000)
    #expect(first == same.objectID(at: 1000))
    #expect(first != other.objectID(at: 1000))
    #expect(one.uuid() == same.uuid())
    #expect(one.alphanumeric(length: 12) == same.alphanumeric(length: 12))
    #expect(one.objectID(at: 1000) != first)
  }

  @Test func `Generators whose seeds come from different names share no id`() {
    func ids(of name: String) -> Set<String> {
      var ids = IDGenerator(seed: 1)
      ids.reserve([12], in: "ticket")
      ids.reseed(from: name)
      return Set(
        (0..<1_000).flatMap { _ in
          [
            ids.objectID(at: 1_700_000_000), ids.uuid(), "ticket \(ids.next(in: "ticket", from: 1))",
            "attribute \(ids.nextInteger(in: "attribute", from: 1))",
          ]
        })
    }
    let all = (0..<20).map { ids(of: "test-\($0)") }
    #expect(all.allSatisfy { $0.count == 4_000 })
    #expect(Set(all.joined()).count == 20 * 4_000)
    #expect(ids(of: "test-7") == all[7])
  }

  @Test func `Ids from a name stay in the ranges of clients: integers in 31 bits, strings of digits in 52`() {
    for number in 0..<500 {
      var ids = IDGenerator(seed: 1)
      ids.reseed(from: "\(number)")
      #expect(ids.nextInteger(in: "attribute", from: 12_001) < 1 << 31)
      #expect(ids.next(in: "ticket", from: 1) <= 1 << 52)
    }
  }

  @Test func `A sequence at the highest number does not fail`() {
    var ids = IDGenerator(seed: 1)
    ids.reseed(from: "any")
    #expect(ids.next(in: "ticket", from: .max) == .max)
    #expect(ids.next(in: "ticket", from: 1) == .max)
  }

  @Test func `An object id has 24 hexadecimal digits that begin with the time`() {
    var ids = IDGenerator(seed: 1)
    let id = ids.objectID(at: 0x65F1_A001)
    #expect(id.count == 24)
    #expect(id.hasPrefix("65f1a001"))
    #expect(isHexadecimal(id))
    #expect(ids.objectID(at: 0).hasPrefix("00000000"))
    #expect(ids.objectID(at: -1).hasPrefix("ffffffff"))
  }

  @Test func `Object ids increase with each call, within one second too`() {
    var ids = IDGenerator(seed: 5)
    let drawn = (0..<40_000).map { ids.objectID(at: 1_700_000_000 + $0 / 20_000) }
    let wraps = zip(drawn, drawn.dropFirst()).filter { $0 > $1 }
    #expect(wraps.isEmpty)
    #expect(Set(drawn).count == drawn.count)
    #expect(Set(drawn.map { $0.dropFirst(8).prefix(10) }).count == 1)
  }

  @Test func `A UUID has the version and variant of random UUIDs`() {
    var ids = IDGenerator(seed: 1)
    for _ in 1...50 {
      let parts = ids.uuid().split(separator: "-")
      #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
      #expect(parts.allSatisfy(isHexadecimal))
      #expect(parts[2].first == "4")
      #expect(parts[3].first.map { "89ab".contains($0) } == true)
    }
  }

  @Test func `A sequence counts from its first number and skips reserved numbers`() {
    var ids = IDGenerator(seed: 1)
    #expect(ids.next(in: "tag", from: 100) == 100)
    #expect(ids.next(in: "tag", from: 100) == 101)
    #expect(ids.next(in: "note", from: 1) == 1)
    ids.reserve(500, in: "tag")
    ids.reserve(20, in: "tag")
    #expect(ids.next(in: "tag", from: 100) == 501)
    ids.reserve(.max, in: "tag")
    #expect(ids.next(in: "tag", from: 100) == 502)
  }

  @Test func `A code of letters and digits has the requested length`() {
    var ids = IDGenerator(seed: 1)
    #expect(ids.alphanumeric(length: 0) == "")
    let text = ids.alphanumeric(length: 40)
    #expect(text.count == 40)
    #expect(text.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLowercase) })
  }

  @Test func `Ids are ordered by their numeric values`() {
    let ids = ["2", "10", "18446744073709551615"]
    #expect(ids.map(IDOrder.rank) == ids.map(IDOrder.rank).sorted())
    #expect(IDOrder.rank(of: "65f1a00100000000000000a1") < IDOrder.rank(of: "65f1a00200000000000000a0"))
    #expect(
      IDOrder.rank(of: "00000000-0000-4000-8000-0000000000ff")
        < IDOrder.rank(of: "00000000-0000-4000-8000-000000000100"))
    #expect(IDOrder.rank(of: "alpha") < IDOrder.rank(of: "beta "))
    #expect(IDOrder.rank(of: "") == 0)
  }
}
