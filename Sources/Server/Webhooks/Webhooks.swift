import API
import HTTPMessage
import JSON
import Store

/// The subscriptions of one workspace and what was sent to them. It sends nothing itself.
public final class Webhooks {
  /// How many deliveries the log keeps.
  static let logLimit = 1_000
  /// How many may wait to be sent.
  static let queueLimit = 10_000
  public static let subscriptionLimit = 100
  /// What notifications are signed with when a subscription names no secret.
  public static let defaultSecret = "test-secret"

  public internal(set) var subscriptions: [WebhookSubscription] = []
  /// Oldest first.
  public private(set) var log: [WebhookDelivery] = []
  /// Apart from the workspace's, so that its ids do not depend on who listens.
  var ids: IDGenerator
  var waiters: [Int: (Bool) -> Void] = [:]
  private var waiterCount = 0
  private var serial: UInt64 = 0
  private let budget: ByteBudget
  private var logBytes = 0

  init(seed: UInt64, budget: ByteBudget) {
    ids = IDGenerator(seed: seed)
    self.budget = budget
  }

  deinit {
    budget.give(logBytes)
  }

  /// Whether there is nothing that a reset would take away.
  var isUnused: Bool {
    subscriptions.isEmpty && log.isEmpty
  }

  public func subscription(_ id: String) -> WebhookSubscription? {
    subscriptions.first { $0.id == id }
  }

  public func delivery(_ id: String) -> WebhookDelivery? {
    log.last { $0.id == id }
  }

  /// Whether anything is sent or could be sent now.
  public func isBusy(at now: Int64) -> Bool {
    subscriptions.contains { $0.isBusy(at: now) }
  }

  /// How many deliveries wait for their time.
  public var scheduledCount: Int {
    subscriptions.reduce(0) { $0 + $1.retries.count + ($1.throttledUntil == nil ? 0 : $1.queue.count) }
  }

  var queuedCount: Int {
    subscriptions.reduce(0) { $0 + $1.queue.count }
  }

  /// When something has to be done, though nobody asks.
  var nextDue: Int64? {
    subscriptions.compactMap(\.nextDue).min()
  }

  func nextID() -> String {
    serial += 1
    return String(serial)
  }

  // MARK: The log

  func enter(_ delivery: WebhookDelivery) {
    log.append(delivery)
    count(delivery.byteCount)
    while log.count > Self.logLimit || (budget.isExceeded && log.count > 1) {
      count(-log.removeFirst().byteCount)
    }
  }

  /// Notes that a delivery in the log holds more than before.
  func count(_ bytes: Int) {
    logBytes += bytes
    budget.give(-bytes)
  }

  /// Takes everything out of the log.
  public func clearLog() {
    log = []
    count(-logBytes)
  }

  // MARK: Waiting

  /// Calls back once: with true as soon as nothing is to be sent, with false when it is called off.
  func wait(_ done: @escaping (Bool) -> Void) -> Int {
    waiterCount += 1
    waiters[waiterCount] = done
    return waiterCount
  }

  func giveUp(_ number: Int) {
    waiters.removeValue(forKey: number)?(false)
  }

  /// Tells those who wait, when nothing is to be sent any more.
  func tellWaiters(at now: Int64) {
    guard !waiters.isEmpty, !isBusy(at: now) else { return }
    let told = waiters.sorted { $0.key < $1.key }.map(\.value)
    waiters = [:]
    for done in told { done(true) }
  }
}
