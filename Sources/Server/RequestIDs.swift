import Store

/// Request ids: 20 digits of base 32, as recorded (api-behaviour.md, 2).
struct RequestIDs {
  private static let alphabet = Array("0123456789abcdefghijklmnopqrstuv".utf8)
  private var generator: IDGenerator

  init(seed: UInt64) {
    generator = IDGenerator(seed: seed)
  }

  mutating func next() -> String {
    var (high, low) = (generator.random(), generator.random())
    return String(unsafeUninitializedCapacity: 20) { buffer in
      for place in 0..<20 {
        buffer[place] = place < 3 ? UInt8(ascii: "0") : Self.alphabet[Int((place < 12 ? high : low) & 31)]
        if place < 12 { high >>= 5 } else { low >>= 5 }
      }
      return 20
    }
  }
}
