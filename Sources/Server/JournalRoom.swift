import DequeModule

/// How much the journals of a process may hold together: the oldest entries make room, whosever they are.
final class JournalRoom {
  private let limit: Int
  private(set) var bytes = 0
  /// All that are in use, the oldest first. Some may have been dropped already.
  private var slots: Deque<JournalSlot> = []
  private var dropped = 0
  /// Blocks of slots that were dropped, for those to come.
  private var spare: [[UInt8]] = []
  private static let spareLimit = 16

  init(limit: Int = 64 << 20) {
    self.limit = limit
  }

  /// A slot to fill and to `add`.
  func slot() -> JournalSlot {
    JournalSlot(spare.popLast() ?? [])
  }

  /// Counts a slot that was filled.
  func add(_ slot: JournalSlot) {
    slots.append(slot)
    bytes += slot.bytes
    while bytes > limit, let oldest = slots.popFirst() {
      if oldest.isDropped { dropped -= 1 } else { forget(oldest) }
    }
    if dropped > 1024, dropped > slots.count / 2 { tidy() }
  }

  /// Lets go of a slot that its journal holds no more.
  func drop(_ slot: JournalSlot) {
    guard !slot.isDropped else { return }
    forget(slot)
    dropped += 1
    while slots.first?.isDropped ?? false {
      slots.removeFirst()
      dropped -= 1
    }
  }

  private func forget(_ slot: JournalSlot) {
    bytes -= slot.bytes
    let block = slot.drop()
    if spare.count < Self.spareLimit { spare.append(block) }
  }

  private func tidy() {
    slots.removeAll { $0.isDropped }
    dropped = 0
  }
}
