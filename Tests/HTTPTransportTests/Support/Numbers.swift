import Synchronization

/// Pieces of a body: one number after another.
final class NumberedChunks: Sendable {
  private let last: Int
  private let current = Mutex(0)

  init(last: Int) {
    self.last = last
  }

  func next() -> [UInt8]? {
    current.withLock { number in
      number += 1
      guard number <= last else { return nil }
      return number % 7 == 0 ? [] : Array("\(number),".utf8)
    }
  }
}
