/// The pages of the texts whose hashes begin alike: up to 64, told apart by the next six bits.
final class KeySegment {
  /// How many bits of a hash tell its page, after those that tell its segment.
  static let bits = 6

  /// How many first bits of a hash all its texts have in common.
  private(set) var depth: Int
  private var pages: [KeyPage]
  /// The page of each value of the six bits. One that has not split stands in several places.
  private var slots = InlineArray<64, UInt8>(repeating: 0)

  init() {
    depth = 0
    pages = [KeyPage(depth: 0)]
  }

  private init(depth: Int) {
    self.depth = depth
    pages = []
  }

  private init(copying other: KeySegment) {
    depth = other.depth
    pages = other.pages
    slots = other.slots
  }

  func copy() -> KeySegment {
    KeySegment(copying: self)
  }

  var keys: [String] {
    pages.flatMap { $0.entries.map(\.key) }
  }

  func rows(under key: String, _ hash: UInt32) -> Rows? {
    pages[Int(slots[slot(of: hash)])].rows(under: key, hash)
  }

  /// As `KeyPage.change`.
  func change(_ key: String, _ hash: UInt32, _ body: (inout Rows?) -> Void) -> Int {
    let number = Int(slots[slot(of: hash)])
    if !isKnownUniquelyReferenced(&pages[number]) { pages[number] = pages[number].copy() }
    return pages[number].change(key, hash, body)
  }

  /// Lets go of a page; false when there are none. The segment is of no use for anything else afterwards.
  func dropPage() -> Bool {
    pages.popLast() != nil
  }

  /// Whether the page of this hash has more texts than it has room for.
  func isOverfull(at hash: UInt32) -> Bool {
    pages[Int(slots[slot(of: hash)])].isOverfull
  }

  /// Splits the page of this hash, which was changed just now. False when the six bits are used up.
  func splitPage(at hash: UInt32) -> Bool {
    let number = Int(slots[slot(of: hash)])
    let page = pages[number]
    guard page.depth < depth + Self.bits else { return false }
    pages.append(page.split())
    let half = 1 << (depth + Self.bits - page.depth)
    for slot in 0..<64 where Int(slots[slot]) == number && slot & half != 0 {
      slots[slot] = UInt8(truncatingIfNeeded: pages.count - 1)
    }
    return true
  }

  /// Keeps the texts whose next bit is 0 and returns the segment of the others. Every page has split at least once.
  func split() -> KeySegment {
    let upper = half(from: 32)
    let lower = half(from: 0)
    depth = lower.depth
    pages = lower.pages
    slots = lower.slots
    return upper
  }

  /// Half of the pages, in a segment where each has twice as many slots.
  private func half(from start: Int) -> KeySegment {
    let half = KeySegment(depth: depth + 1)
    var numbers: [UInt8: UInt8] = [:]
    for slot in 0..<64 {
      let number = slots[start + slot / 2]
      if numbers[number] == nil {
        numbers[number] = UInt8(truncatingIfNeeded: half.pages.count)
        half.pages.append(pages[Int(number)])
      }
      half.slots[slot] = numbers[number] ?? 0
    }
    return half
  }

  private func slot(of hash: UInt32) -> Int {
    Int((hash << UInt32(depth)) >> UInt32(32 - Self.bits))
  }
}
