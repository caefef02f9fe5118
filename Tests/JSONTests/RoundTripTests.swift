import JSON
import Testing

@Suite("Round trips")
struct RoundTripTests {
  @Test("any value comes back from its text, compact or pretty", arguments: 0..<10 as Range<UInt64>)
  func randomValues(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<15 {
      let value = JSON.random(depth: 4, using: &random)
      #expect(try JSON(parsing: value.bytes) == value)
      #expect(try JSON(parsing: value.text) == value)
      #expect(try JSON(parsing: value.pretty()) == value)
      #expect(try JSON(parsing: value.bytes).bytes == value.bytes)
      #expect(value.isEquivalent(to: value.shuffled(using: &random)))
    }
  }
}

extension JSON {
  fileprivate static func random(depth: Int, using random: inout SplitMix64) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
    case 0: .null
    case 1: .boolean(Bool.random(using: &random))
    case 2: .integer(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
    case 3: .number(Double.random(in: -1000...1000, using: &random))
    case 4: .number(Double(Int.random(in: -1000...1000, using: &random)))
    case 5: .string(randomString(using: &random))
    case 6: .array((0..<Int.random(in: 0..<8, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
    default: .object(randomObject(depth: depth, using: &random))
    }
  }

  private static func randomObject(depth: Int, using random: inout SplitMix64) -> JSONObject {
    let count = Int.random(in: 0..<(depth == 4 ? 100 : 6), using: &random)
    return JSONObject(
      (0..<count).map { _ in
        (key: randomString(using: &random), value: JSON.random(depth: depth - 1, using: &random))
      })
  }

  private static func randomString(using random: inout SplitMix64) -> String {
    let alphabet: [Character] = [
      "a", "b", "z", " ", "\"", "\\", "\n", "\0", "\u{1F}", "\u{7F}", "é", "€", "😀", "/", "\r\n",
    ]
    let count = Int.random(in: 0..<30, using: &random)
    return String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "x" })
  }

  fileprivate func shuffled(using random: inout SplitMix64) -> JSON {
    switch self {
    case .array(let elements): return .array(elements.map { $0.shuffled(using: &random) })
    case .object(let members):
      return .object(
        JSONObject(members.shuffled(using: &random).map { (key: $0.key, value: $0.value.shuffled(using: &random)) }))
    default: return self
    }
  }
}
