import Store

/// A random number generator with a seed, for reproducible tests.
public struct SeededRandom: RandomNumberGenerator {
  private var ids: IDGenerator

  public init(seed: UInt64) {
    ids = IDGenerator(seed: seed)
  }

  public mutating func next() -> UInt64 {
    ids.random()
  }

  /// A random number from zero to `bound`, exclusive.
  public mutating func int(below bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &self)
  }

  /// A random element of a non-empty array.
  public mutating func one<Element>(of elements: [Element]) -> Element {
    elements[int(below: elements.count)]
  }
}
