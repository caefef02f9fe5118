import DequeModule
import HTTPMessage
import HTTPTypes
import Store

/// What was asked of a workspace and what it answered, the last thousand times.
public final class Journal {
  /// Most entries of one workspace.
  static let limit = 1000

  /// Which entries are meant.
  public struct Filter: Sendable {
    public var pattern = RequestPattern()
    /// `404`, or a class such as `4xx`.
    public var status: String?
    /// The earliest time in milliseconds.
    public var since: Int64?
    /// The id of a request: only those that came after it.
    public var after: String?

    public init() {}
  }

  private var slots: Deque<JournalSlot> = []
  private let room: JournalRoom
  /// Called after each entry, until it returns true.
  private var watchers: [() -> Bool] = []

  init(in room: JournalRoom) {
    self.room = room
  }

  func record(_ exchange: Exchange, _ response: Response?, time: Int64, microseconds: Int64) {
    if slots.count >= Self.limit, let oldest = slots.popFirst() { room.drop(oldest) }
    let slot = room.slot()
    slot.fill(exchange, response, time: time, microseconds: microseconds)
    slots.append(slot)
    room.add(slot)
    while slots.first?.isDropped ?? false { slots.removeFirst() }
    if !watchers.isEmpty { tellWatchers() }
  }

  /// Calls back after each request that comes from now on, until it returns true.
  public func watch(_ watcher: @escaping () -> Bool) {
    watchers.append(watcher)
  }

  private func tellWatchers() {
    let waiting = watchers
    watchers = []
    watchers = waiting.filter { !$0() } + watchers
  }

  public func clear() {
    while let slot = slots.popFirst() { room.drop(slot) }
  }

  /// Forgets everything at once, and lets go of it little by little.
  func clear(into discarded: ReleaseQueue) {
    guard !slots.isEmpty else { return }
    let room = room
    var slots = self.slots
    self.slots = []
    discarded.add {
      for _ in 0..<64 { slots.popFirst().map(room.drop) }
      return !slots.isEmpty
    }
  }

  public var isEmpty: Bool { slots.isEmpty }

  /// The entries that are meant, newest first.
  public func entries(_ filter: Filter = Filter()) -> [JournalEntry] {
    var found: [JournalEntry] = []
    for slot in slots.reversed() where !slot.isDropped {
      if let after = filter.after, slot.id == after { break }
      guard filter.mayFit(slot) else { continue }
      let entry = slot.entry
      if filter.fits(entry) { found.append(entry) }
    }
    return found
  }

  /// The entry of a request.
  public subscript(id: String) -> JournalEntry? {
    slots.last { !$0.isDropped && $0.id == id }?.entry
  }

  /// The entries that come closest to what is meant, and what differs.
  public func closest(_ filter: Filter, limit: Int = 3) -> [(entry: JournalEntry, differences: [String])] {
    let ranked = entries(Filter()).map { entry in (entry: entry, differences: filter.differences(entry)) }
    return Array(
      ranked.filter { !$0.differences.isEmpty }.enumerated()
        .sorted { ($0.element.differences.count, $0.offset) < ($1.element.differences.count, $1.offset) }
        .prefix(limit).map(\.element))
  }

  deinit {
    clear()
  }
}

extension Journal.Filter {
  /// What is told without a look at the request itself.
  func mayFit(_ slot: JournalSlot) -> Bool {
    (since.map { slot.time >= $0 } ?? true) && fits(slot.status)
      && (pattern.operation.map { $0 == slot.operation } ?? true)
      && (pattern.version.map { $0 == slot.version } ?? true)
  }

  /// Whether an entry that may fit does.
  func fits(_ entry: JournalEntry) -> Bool {
    pattern.fits(entry.subject)
  }

  /// What does not fit, in words.
  func differences(_ entry: JournalEntry) -> [String] {
    var found = pattern.differences(entry.subject)
    if !fits(entry.response?.status) {
      let came = (entry.response?.status.code).map(String.init) ?? "none"
      found.append("status is \(came), expected \(status ?? "")")
    }
    return found
  }

  private func fits(_ came: HTTPResponse.Status?) -> Bool {
    guard let status else { return true }
    guard let came else { return false }
    return status.hasSuffix("xx") ? status.first == String(came.code).first : status == String(came.code)
  }
}

extension JournalEntry {
  fileprivate var subject: RequestPattern.Subject {
    RequestPattern.Subject(request: request, operation: operation, version: version)
  }
}
