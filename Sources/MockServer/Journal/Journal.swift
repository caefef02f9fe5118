import DequeModule
import HTTPMessage
import HTTPTypes
import Store

/// The last requests to a workspace, with their responses.
public final class Journal {
  /// Maximum number of entries of one workspace.
  static let entryLimit = 1000

  /// Selects entries.
  public struct Filter: Sendable {
    public var pattern = RequestPattern()
    /// A code such as `404` or a class such as `4xx`.
    public var status: String?
    /// The earliest time in milliseconds.
    public var since: Int64?
    /// The id of a request; only later requests match.
    public var after: String?

    public init() {}
  }

  private var slots: Deque<JournalSlot> = []
  private let buffer: JournalBuffer
  /// Called after each new entry, until they return true.
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

  /// Calls the watcher after each new entry, until it returns true.
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

  /// Removes all entries at once; the queue frees their memory in small steps.
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

  /// The matching entries, newest first.
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

  /// The entry of the request with this id.
  public subscript(id: String) -> JournalEntry? {
    slots.last { !$0.isDropped && $0.id == id }?.entry
  }

  /// The entries with the fewest differences from the filter. Entries that match are left out.
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
  /// Checks what a slot stores outside its block: cheap, but not sufficient.
  func mayMatch(_ slot: JournalSlot) -> Bool {
    (since.map { slot.time >= $0 } ?? true) && matches(slot.status)
      && (pattern.operation.map { $0 == slot.operation } ?? true)
      && (pattern.version.map { $0 == slot.version } ?? true)
  }

  /// Checks the request pattern, for entries that passed `mayMatch`.
  func matches(_ entry: JournalEntry) -> Bool {
    pattern.matches(entry.subject)
  }

  /// The differences as sentences.
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

/// One request and its response.
public struct JournalEntry {
  /// Size limit of stored bodies in bytes; longer ones are cut.
  public static let bodyLimit = 65_536

  public let id: String
  /// The request; its body may be cut.
  public let request: Request
  /// Original size of the request body in bytes.
  public let requestLength: Int
  /// The response; its body may be cut. Nil if none was sent.
  public let response: Response?
  public let responseLength: Int
  public let operation: String?
  /// The requested version, or the default.
  public let version: String?
  /// Time of the request in milliseconds, by the clock of the workspace.
  public let time: Int64
  /// Processing time in microseconds.
  public let microseconds: Int64
  /// The id of the fault rule that took the request.
  public let faultID: String?
}
