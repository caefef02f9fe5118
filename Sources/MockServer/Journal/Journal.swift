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

  /// Oldest first, including some that were dropped already.
  private(set) var slots: Deque<JournalSlot> = []
  private let buffer: JournalBuffer
  /// The verifications that wait for entries, oldest first.
  private(set) var watchers: [Verification] = []

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
    guard !watchers.isEmpty else { return }
    let subject = slot.subject
    for watcher in watchers { watcher.receive(slot, subject: subject) }
  }

  /// Passes each new entry to the verification until it is removed.
  func add(_ watcher: Verification) {
    watchers.append(watcher)
  }

  func remove(_ watcher: Verification) {
    watchers.removeAll { $0 === watcher }
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
    matchingSlots(filter).map(\.entry)
  }

  private func matchingSlots(_ filter: Filter) -> [JournalSlot] {
    (try? slots(matching: filter).value()) ?? []
  }

  /// The work of finding the matching entries, newest first.
  func slots(matching filter: Filter = Filter()) -> SlicedWork<[JournalSlot]> {
    var (rest, found): (Deque<JournalSlot>, [JournalSlot]) = (slots, [])
    return .unfinished {
      guard let slot = rest.popLast(), filter.after.map({ slot.id != $0 }) ?? true else { return found }
      if !slot.isDropped, filter.matches(slot) { found.append(slot) }
      return nil
    }
  }

  /// The entry of the request with this id.
  public subscript(id: String) -> JournalEntry? {
    slots.last { !$0.isDropped && $0.id == id }?.entry
  }

  deinit {
    clear()
  }
}

extension Journal.Filter {
  /// Checks what a slot stores outside its block: cheap, but not sufficient.
  private func mayMatch(_ slot: JournalSlot) -> Bool {
    (since.map { slot.time >= $0 } ?? true) && matches(slot.status)
      && (pattern.operation.map { $0 == slot.operation } ?? true)
      && (pattern.version.map { $0 == slot.version } ?? true)
  }

  /// - Parameter subject: the request of the slot, if it is decoded already
  func matches(_ slot: JournalSlot, subject: RequestSubject? = nil) -> Bool {
    mayMatch(slot) && pattern.matches(subject ?? slot.subject)
  }

  /// The differences as sentences.
  func differences(from slot: JournalSlot, subject: RequestSubject) -> [String] {
    pattern.differences(from: subject) + statusDifferences(from: slot)
  }

  /// Number of differences of everything but the body.
  func headDifferenceCount(from slot: JournalSlot, subject: RequestSubject) -> Int {
    pattern.headDifferences(from: subject).count + statusDifferences(from: slot).count
  }

  private func statusDifferences(from slot: JournalSlot) -> [String] {
    guard !matches(slot.status) else { return [] }
    return ["status is \((slot.status?.code).map(String.init) ?? "none"), expected \(status ?? "")"]
  }

  private func matches(_ came: HTTPResponse.Status?) -> Bool {
    guard let status else { return true }
    guard let came else { return false }
    return status.hasSuffix("xx") ? status.first == String(came.code).first : status == String(came.code)
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
