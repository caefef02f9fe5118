import DequeModule
import HTTPMessage
import HTTPTypes
import Store

/// What was asked of a workspace and what it answered, the last thousand times.
public final class Journal {
  /// Most entries of one workspace.
  static let entryLimit = 1000

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
  private let buffer: JournalBuffer
  /// Called after each entry, until it returns true.
  private var watchers: [() -> Bool] = []

  init(in room: JournalBuffer) {
    self.buffer = room
  }

  func record(_ exchange: Exchange, response: Response?, time: Int64, microseconds: Int64) {
    if slots.count >= Self.entryLimit, let oldest = slots.popFirst() { buffer.drop(oldest) }
    let slot = buffer.makeSlot()
    slot.fill(from: exchange, response: response, time: time, microseconds: microseconds)
    slots.append(slot)
    buffer.add(slot)
    while slots.first?.isDropped ?? false { slots.removeFirst() }
    if !watchers.isEmpty { notifyWatchers() }
  }

  /// Calls back after each request that comes from now on, until it returns true.
  public func watch(_ watcher: @escaping () -> Bool) {
    watchers.append(watcher)
  }

  private func notifyWatchers() {
    let waiting = watchers
    watchers = []
    watchers = waiting.filter { !$0() } + watchers
  }

  public func clear() {
    while let slot = slots.popFirst() { buffer.drop(slot) }
  }

  /// Forgets everything at once, and lets go of it little by little.
  func clear(releaseQueue: ReleaseQueue) {
    guard !slots.isEmpty else { return }
    let room = buffer
    var slots = self.slots
    self.slots = []
    releaseQueue.add {
      for _ in 0..<64 { slots.popFirst().map(room.drop) }
      return !slots.isEmpty
    }
  }

  public var isEmpty: Bool { slots.isEmpty }

  /// The entries that are meant, newest first.
  public func entries(matching filter: Filter = Filter()) -> [JournalEntry] {
    var found: [JournalEntry] = []
    for slot in slots.reversed() where !slot.isDropped {
      if let after = filter.after, slot.id == after { break }
      guard filter.mayMatch(slot) else { continue }
      let entry = slot.entry
      if filter.matches(entry) { found.append(entry) }
    }
    return found
  }

  /// The entry of a request.
  public subscript(id: String) -> JournalEntry? {
    slots.last { !$0.isDropped && $0.id == id }?.entry
  }

  /// The entries that come closest to what is meant, and what differs.
  public func closest(to filter: Filter, limit: Int = 3) -> [(entry: JournalEntry, differences: [String])] {
    let ranked = entries(matching: Filter()).map { entry in (entry: entry, differences: filter.differences(from: entry))
    }
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
  func mayMatch(_ slot: JournalSlot) -> Bool {
    (since.map { slot.time >= $0 } ?? true) && matches(slot.status)
      && (pattern.operation.map { $0 == slot.operation } ?? true)
      && (pattern.version.map { $0 == slot.version } ?? true)
  }

  /// Whether an entry that may fit does.
  func matches(_ entry: JournalEntry) -> Bool {
    pattern.matches(entry.subject)
  }

  /// What does not fit, in words.
  func differences(from entry: JournalEntry) -> [String] {
    var found = pattern.differences(from: entry.subject)
    if !matches(entry.response?.status) {
      let came = (entry.response?.status.code).map(String.init) ?? "none"
      found.append("status is \(came), expected \(status ?? "")")
    }
    return found
  }

  private func matches(_ came: HTTPResponse.Status?) -> Bool {
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

/// One request and what became of it.
public struct JournalEntry {
  /// Bodies are cut at so many bytes.
  public static let bodyLimit = 65_536

  /// The request's id.
  public let id: String
  /// The request, its body perhaps cut.
  public let request: Request
  /// How long the request's body was.
  public let requestLength: Int
  /// What was answered, its body perhaps cut; nil when nothing was.
  public let response: Response?
  public let responseLength: Int
  public let operation: String?
  /// The version that was asked for, or the default.
  public let version: String?
  /// When it came, in milliseconds by the workspace's clock.
  public let time: Int64
  /// How long it took to work out, in microseconds.
  public let microseconds: Int64
  /// The id of the fault that diverted it.
  public let faultID: String?
}
