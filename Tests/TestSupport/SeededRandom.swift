import Store

/// A source of random numbers that are the same on every run.
public struct SeededRandom: RandomNumberGenerator {
  private var ids: IDGenerator

  public init(seed: UInt64) {
    ids = IDGenerator(seed: seed)
  }

  public mutating func next() -> UInt64 {
    ids.random()
  }

  /// A number below this one.
  public mutating func int(below bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &self)
  }

  /// One of these; there must be some.
  public mutating func one<Element>(of elements: [Element]) -> Element {
    elements[int(below: elements.count)]
  }
}
