/// Where a record lies in its collection: the number of its leaf and its place there.
public struct Row: Sendable, Hashable {
  private let number: UInt32

  init(_ number: Int) {
    self.number = UInt32(truncatingIfNeeded: number)
  }

  init(leaf: Int, offset: Int) {
    self.init(leaf << 8 | offset)
  }

  var leaf: Int { Int(number >> 8) }
  var offset: Int { Int(number & 255) }
}
