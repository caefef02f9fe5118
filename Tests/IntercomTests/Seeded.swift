import Store

/// A source of random numbers that are the same on every run.
struct Seeded: RandomNumberGenerator {
  private var ids: IDGenerator

  init(_ seed: UInt64) {
    ids = IDGenerator(seed: seed)
  }

  mutating func next() -> UInt64 {
    ids.random()
  }

  /// A number below this one.
  mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &self)
  }

  /// One of these; there must be some.
  mutating func one<Element>(of elements: [Element]) -> Element {
    elements[below(elements.count)]
  }
}
