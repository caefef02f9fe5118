import Store

/// Chance, drawn from a seed.
struct Dice {
  private var generator: IDGenerator

  init(seed: UInt64) {
    // Apart from what the workspace draws from the same seed.
    generator = IDGenerator(seed: ~seed)
  }

  /// A number in the range.
  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(generator.random() % UInt64(range.count))
  }

  /// A number in the range, small ones much more often than large ones.
  mutating func smallNumber(_ range: ClosedRange<Int>) -> Int {
    min(number(range), number(range), number(range))
  }

  /// Whether something happens that does so in so many of a hundred cases.
  mutating func isLucky(_ percent: Int) -> Bool {
    number(0...99) < percent
  }

  /// One of the items, which must not be none.
  mutating func pick<Item>(_ items: [Item]) -> Item {
    items[number(0...(items.count - 1))]
  }

  /// One of the items; nil when there is none.
  mutating func pickAny<Item>(_ items: [Item]) -> Item? {
    items.isEmpty ? nil : pick(items)
  }

  mutating func objectID(at seconds: Int64) -> String {
    generator.objectID(at: seconds)
  }
}
