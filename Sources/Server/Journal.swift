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

  private var entries: Deque<JournalEntry> = []
  private let room: JournalRoom
  /// Called after each entry, until it returns true.
  private var watchers: [() -> Bool] = []

  init(in room: JournalRoom) {
    self.room = room
  }

  func record(_ entry: JournalEntry) {
    if entries.count >= Self.limit, let oldest = entries.popFirst() { room.drop(oldest) }
    entries.append(entry)
    room.add(entry)
    while let first = entries.first, first.contents == nil { entries.removeFirst() }
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
    for entry in entries { room.drop(entry) }
    entries.removeAll()
  }

  /// Forgets everything at once, and lets go of it little by little.
  func clear(into discarded: Discarded) {
    guard !entries.isEmpty else { return }
    let room = room
    var entries = self.entries
    self.entries = []
    discarded.add {
      for _ in 0..<64 { entries.popFirst().map(room.drop) }
      return !entries.isEmpty
    }
  }

  public var isEmpty: Bool { entries.isEmpty }

  /// The entries that are meant, newest first.
  public func entries(_ filter: Filter = Filter()) -> [JournalEntry] {
    var found: [JournalEntry] = []
    for entry in entries.reversed() {
      if let after = filter.after, entry.id == after { break }
      if entry.contents.map(filter.fits) ?? false { found.append(entry) }
    }
    return found
  }

  /// The entry of a request.
  public subscript(id: String) -> JournalEntry? {
    entries.last { $0.id == id && $0.contents != nil }
  }

  /// The entries that come closest to what is meant, and what differs.
  public func closest(_ filter: Filter, limit: Int = 3) -> [(entry: JournalEntry, differences: [String])] {
    let ranked = entries(Filter()).compactMap { entry in
      entry.contents.map { (entry: entry, differences: filter.differences($0)) }
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
  func fits(_ contents: JournalEntry.Contents) -> Bool {
    pattern.fits(contents.subject) && (since.map { contents.time >= $0 } ?? true) && fits(contents.response?.status)
  }

  /// What does not fit, in words.
  func differences(_ contents: JournalEntry.Contents) -> [String] {
    var found = pattern.differences(contents.subject)
    if !fits(contents.response?.status) {
      let came = (contents.response?.status.code).map(String.init) ?? "none"
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

extension JournalEntry.Contents {
  fileprivate var subject: RequestPattern.Subject {
    RequestPattern.Subject(request: request, operation: operation, version: version)
  }
}
