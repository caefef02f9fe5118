import DequeModule

/// How much the journals of a process may hold together: the oldest entries make room, whosever they are.
final class JournalRoom {
  private let limit: Int
  private(set) var bytes = 0
  /// All that were recorded, the oldest first. Some may have been dropped already.
  private var entries: Deque<JournalEntry> = []
  private var dropped = 0

  init(limit: Int = 64 << 20) {
    self.limit = limit
  }

  func add(_ entry: JournalEntry) {
    entries.append(entry)
    bytes += entry.bytes
    while bytes > limit, let oldest = entries.popFirst() {
      if oldest.contents == nil { dropped -= 1 } else { drop(oldest, isQueued: false) }
    }
    if dropped > 1024, dropped > entries.count / 2 { tidy() }
  }

  /// Lets go of an entry that its journal needs no more.
  func drop(_ entry: JournalEntry) {
    if entry.contents != nil { drop(entry, isQueued: true) }
  }

  private func drop(_ entry: JournalEntry, isQueued: Bool) {
    entry.drop()
    bytes -= entry.bytes
    if isQueued { dropped += 1 }
    if dropped == entries.count { tidy() }
  }

  private func tidy() {
    entries.removeAll { $0.contents == nil }
    dropped = 0
  }
}
