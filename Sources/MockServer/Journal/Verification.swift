import API
import DequeModule
import HTTPTypes
import JSON
import Store

/// Counts the requests that match a pattern: those in the journal first, then each new one. So a new entry costs one
/// comparison, however long the journal is.
final class Verification {
  private let filter: Journal.Filter
  private let expected: ExpectedCount
  private let journal: Journal
  private let server: Server
  /// The entries that are not compared yet, oldest first.
  private var unchecked: Deque<JournalSlot>
  /// The entries that match, oldest first, including some that were dropped since.
  private var matching: Deque<JournalSlot> = []
  private var isCounted = false
  /// Set while it waits.
  private var reply: PendingReply?
  private var alarm: ServerEnvironment.Alarm?

  init(filter: Journal.Filter, expected: ExpectedCount, journal: Journal, server: Server) {
    self.filter = filter
    self.expected = expected
    self.journal = journal
    self.server = server
    unchecked = journal.slots
  }

  /// The work of comparing the entries that the journal has.
  var count: SlicedWork<Void> {
    .unfinished {
      if let slot = self.unchecked.popFirst() { self.check(slot) } else { self.isCounted = true }
      return self.isCounted ? () : nil
    }
  }

  private func check(_ slot: JournalSlot, subject: RequestSubject? = nil) {
    if !slot.isDropped, filter.matches(slot, subject: subject) { matching.append(slot) }
  }

  /// Replies as soon as the expectation is met, or with an error after a number of milliseconds. Releases everything if the
  /// client disconnects.
  func answer(_ reply: PendingReply, after count: SlicedWork<Void>, waitingAtMost milliseconds: Int) {
    self.reply = reply
    journal.add(self)
    reply.onCancellation = { [weak self] in self?.stop() }
    guard case .unfinished = count else { return wait(atMost: milliseconds) }
    server.slicedWork.finish(count, unless: { reply.isOver }) { _ in self.wait(atMost: milliseconds) }
  }

  /// Compares a new entry.
  func receive(_ slot: JournalSlot, subject: RequestSubject) {
    guard isCounted else { return unchecked.append(slot) }
    check(slot, subject: subject)
    completeIfMet()
  }

  private func wait(atMost milliseconds: Int) {
    guard !completeIfMet(), reply != nil else { return }
    guard milliseconds > 0 else { return expire() }
    // The alarm keeps the verification, and the journal, until it stops.
    alarm = server.environment.makeAlarm { self.expire() }
    alarm?(milliseconds)
  }

  @discardableResult private func completeIfMet() -> Bool {
    guard let reply, let success = successReply else { return false }
    stop()
    reply.complete(with: .success(success))
    return true
  }

  private func expire() {
    guard let reply else { return }
    stop()
    server.slicedWork.finish(refusal, unless: { reply.isOver }) { result in
      guard case .failure(let error) = result else { return }
      reply.complete(with: .failure(error as? APIError ?? self.server.edge.error(for: .status(.internalServerError))))
    }
  }

  private func stop() {
    journal.remove(self)
    alarm?(nil)
    (reply, alarm) = (nil, nil)
  }

  // MARK: Replies

  private var matches: Deque<JournalSlot> {
    while matching.first?.isDropped ?? false { matching.removeFirst() }
    return matching
  }

  /// The reply if the expectation is met; nil otherwise.
  var successReply: Reply? {
    let found = matches
    guard expected.contains(found.count) else { return nil }
    return .ok(.json(["verified": true, "count": .integer(Int64(found.count)), "requests": Self.ids(of: found)]))
  }

  private static func ids(of slots: Deque<JournalSlot>) -> JSON {
    .array(slots.reversed().map { .string($0.id) })
  }

  /// The work of finding the closest requests. Its last step throws the error for an expectation that is not met.
  var refusal: SlicedWork<Reply> {
    let search = ClosestRequests(to: filter, in: journal)
    return .unfinished {
      guard let closest = search.step() else { return nil }
      throw self.error(closest: closest)
    }
  }

  private func error(closest: [JSON]) -> APIError {
    let found = matches
    var error = APIError(
      status: .conflict, code: "verification_failed",
      message: "expected \(expected.expectation), found \(found.count)", envelope: .list(requestID: .absent))
    error.extraMembers = [
      "verified": false, "count": .integer(Int64(found.count)), "requests": Self.ids(of: found),
      "closest": .array(closest),
    ]
    return error
  }
}

/// Searches for the entries with the fewest differences from a filter. Entries that match are left out.
private final class ClosestRequests {
  private static let resultCount = 3
  /// Number of entries whose bodies are compared: those that differ least in everything else, the newest first.
  private static let candidateCount = 100

  private let filter: Journal.Filter
  /// Oldest first.
  private var slots: Deque<JournalSlot>
  private var candidates: [(differences: Int, slot: JournalSlot)] = []
  private var position = 0
  private var found: [(slot: JournalSlot, subject: RequestSubject, differences: [String])] = []
  private var isRanked = false

  init(to filter: Journal.Filter, in journal: Journal) {
    self.filter = filter
    slots = journal.slots
  }

  /// Compares one entry. Returns the result in its last call.
  func step() -> [JSON]? {
    if let slot = slots.popLast() {
      if !slot.isDropped { candidates.append((filter.headDifferenceCount(from: slot, subject: slot.subject), slot)) }
      return nil
    }
    guard isRanked else {
      rank()
      return nil
    }
    guard position < candidates.count else { return result }
    compare(candidates[position].slot)
    position += 1
    return nil
  }

  private func rank() {
    isRanked = true
    let ranked = candidates.enumerated().sorted {
      ($0.element.differences, $0.offset) < ($1.element.differences, $1.offset)
    }
    candidates = ranked.prefix(Self.candidateCount).sorted { $0.offset < $1.offset }.map(\.element)
  }

  private func compare(_ slot: JournalSlot) {
    guard !slot.isDropped else { return }
    let subject = slot.subject
    let differences = filter.differences(from: slot, subject: subject)
    if !differences.isEmpty { found.append((slot, subject, differences)) }
  }

  private var result: [JSON] {
    let ranked = found.enumerated().sorted {
      ($0.element.differences.count, $0.offset) < ($1.element.differences.count, $1.offset)
    }
    return ranked.prefix(Self.resultCount).map { _, near in
      [
        "id": .string(near.slot.id), "method": .string(near.subject.request.method.rawValue),
        "path": .string(near.subject.path), "differences": .array(near.differences.map(JSON.string)),
      ]
    }
  }
}

/// The expected number of requests; the default is at least one.
struct ExpectedCount {
  private let range: ClosedRange<Int>
  /// The range in words.
  let expectation: String

  /// Throws 400 if no number of requests can meet the expectation.
  init(json: JSONObject) throws {
    let exactly = json["exactly"]?.integral.map { Int($0) }
    if exactly != nil, json.count > 1 {
      throw APIError.parameterInvalid(
        "times.exactly cannot be combined with at_least or at_most", field: "times.exactly")
    }
    let least = exactly ?? json["at_least"]?.integral.map { Int($0) } ?? (json["at_most"] == nil ? 1 : 0)
    let most = exactly ?? json["at_most"]?.integral.map { Int($0) } ?? .max
    guard least <= most else {
      throw APIError.parameterInvalid(
        "times.at_most must be at least times.at_least, which is \(least)", field: "times.at_most")
    }
    range = least...most
    expectation =
      least == most
      ? "exactly \(least)" : most == .max ? "at least \(least)" : least == 0 ? "at most \(most)" : "\(least) to \(most)"
  }

  func contains(_ count: Int) -> Bool {
    range.contains(count)
  }
}
