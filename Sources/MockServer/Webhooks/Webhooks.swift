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
  var idGenerator: IDGenerator
  var waiters: [Int: (Bool) -> Void] = [:]
  private var lastWaiterNumber = 0
  private var serial: UInt64 = 0
  private let budget: ByteBudget
  private var logBytes = 0

  init(seed: UInt64, budget: ByteBudget) {
    idGenerator = IDGenerator(seed: seed)
    self.budget = budget
  }

  deinit {
    budget.adjust(by: logBytes)
  }

  /// Whether there is nothing that a reset would take away.
  var isUnused: Bool {
    subscriptions.isEmpty && log.isEmpty
  }

  public func subscription(id: String) -> WebhookSubscription? {
    subscriptions.first { $0.id == id }
  }

  public func delivery(id: String) -> WebhookDelivery? {
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
  var nextDueTime: Int64? {
    subscriptions.compactMap(\.nextDueTime).min()
  }

  func nextID() -> String {
    serial += 1
    return String(serial)
  }

  // MARK: The log

  func record(_ delivery: WebhookDelivery) {
    log.append(delivery)
    adjustLogBytes(by: delivery.byteCount)
    while log.count > Self.logLimit || (budget.isExceeded && log.count > 1) {
      adjustLogBytes(by: -log.removeFirst().byteCount)
    }
  }

  /// Notes that a delivery in the log holds more than before.
  func adjustLogBytes(by bytes: Int) {
    logBytes += bytes
    budget.adjust(by: -bytes)
  }

  /// Takes everything out of the log.
  public func clearLog() {
    log = []
    adjustLogBytes(by: -logBytes)
  }

  // MARK: Waiting

  /// Calls back once: with true as soon as nothing is to be sent, with false when it is called off.
  func addWaiter(_ done: @escaping (Bool) -> Void) -> Int {
    lastWaiterNumber += 1
    waiters[lastWaiterNumber] = done
    return lastWaiterNumber
  }

  func cancelWaiter(number: Int) {
    waiters.removeValue(forKey: number)?(false)
  }

  /// Tells those who wait, when nothing is to be sent any more.
  func notifyWaiters(at now: Int64) {
    guard !waiters.isEmpty, !isBusy(at: now) else { return }
    let told = waiters.sorted { $0.key < $1.key }.map(\.value)
    waiters = [:]
    for done in told { done(true) }
  }
}

/// What a test suite does to deliveries on purpose, the setting `webhook_delivery`: shares from 0 to 1, drawn from the
/// seed.
public struct WebhookDeliveryFaults: Sendable, Equatable {
  /// How many are sent twice.
  public var duplicate = 0.0
  /// How many are overtaken by the next one.
  public var reorder = 0.0
  /// How many are never sent.
  public var drop = 0.0
  /// How long each waits before it is sent.
  public var delayMilliseconds = 0

  public init() {}
}

/// Memory that all workspaces share for what they keep beside their records.
final class ByteBudget {
  private var remaining: Int

  init(bytes: Int) {
    remaining = bytes
  }

  var isExceeded: Bool { remaining < 0 }

  /// Gives bytes back; takes them, when the count is negative.
  func adjust(by bytes: Int) {
    remaining += bytes
  }
}
