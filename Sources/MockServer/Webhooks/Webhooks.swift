import API
import HTTPMessage
import JSON
import Store

/// The subscriptions of a workspace and the log of their deliveries.
public final class Webhooks {
  /// Maximum number of deliveries in the log.
  static let logLimit = 1_000
  /// Maximum number of waiting deliveries.
  static let queueLimit = 10_000
  public static let subscriptionLimit = 100
  /// The default secret of a subscription.
  public static let defaultSecret = "test-secret"

  public internal(set) var subscriptions: [WebhookSubscription] = []
  /// The receiver of the callback events; nil without a callback URL. It is not one of the subscriptions.
  public private(set) var callback: WebhookSubscription?
  /// Oldest first.
  public private(set) var log: [WebhookDelivery] = []
  /// Separate from the generator of the workspace, so that subscriptions do not change the ids of records.
  var idGenerator: IDGenerator
  /// Counts what became of the deliveries, also of those that the log dropped.
  let tally = DeliveryTally()
  private(set) var waiters: [Int: Waiter] = [:]
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

  /// Whether a reset would change nothing.
  var isUnused: Bool {
    subscriptions.isEmpty && log.isEmpty
  }

  public func subscription(id: String) -> WebhookSubscription? {
    subscriptions.first { $0.id == id }
  }

  /// The subscriptions and the callback URL.
  var receivers: [WebhookSubscription] {
    callback.map { subscriptions + [$0] } ?? subscriptions
  }

  /// The receiver of a delivery; nil if it was deleted.
  func receiver(of delivery: WebhookDelivery) -> WebhookSubscription? {
    receivers.first { $0.id == delivery.subscriptionID }
  }

  /// Replaces the callback URL. Deliveries that wait for the old one are dropped.
  func setCallback(_ setting: Settings.Callback?, version: APIVersion, at now: Int64) {
    callback?.disable(reason: "the setting \(Settings.Callback.name) was changed")
    callback = setting.map {
      WebhookSubscription(
        id: Settings.Callback.name, url: $0.url, topics: [], secret: $0.secret, version: version, createdAt: now,
        headCheck: nil)
    }
    notifyWaiters(at: now)
  }

  public func delivery(id: String) -> WebhookDelivery? {
    log.last { $0.id == id }
  }

  /// Whether a delivery is in flight or can be sent now.
  public func isBusy(at now: Int64) -> Bool {
    receivers.contains { $0.isBusy(at: now) }
  }

  /// Number of deliveries that wait for their time.
  public var scheduledCount: Int {
    receivers.reduce(0) { $0 + $1.retries.count + ($1.throttledUntil == nil ? 0 : $1.queue.count) }
  }

  var queuedCount: Int {
    receivers.reduce(0) { $0 + $1.queue.count }
  }

  /// The time of the next action in seconds; nil if none is scheduled.
  var nextDueTime: Int64? {
    receivers.compactMap(\.nextDueTime).min()
  }

  func nextID() -> String {
    serial += 1
    return String(serial)
  }

  // MARK: Log

  func record(_ delivery: WebhookDelivery) {
    delivery.tally = tally
    log.append(delivery)
    adjustLogBytes(by: delivery.byteCount)
    while log.count > Self.logLimit || (budget.isExceeded && log.count > 1) {
      adjustLogBytes(by: -log.removeFirst().byteCount)
    }
  }

  /// Adjusts the memory accounting after a delivery in the log has grown.
  func adjustLogBytes(by bytes: Int) {
    logBytes += bytes
    budget.adjust(by: -bytes)
  }

  public func clearLog() {
    log = []
    tally.clear()
    adjustLogBytes(by: -logBytes)
  }

  // MARK: Waiting

  /// A caller that waits until no delivery can be sent now.
  struct Waiter {
    /// Called with true when no delivery can be sent now, with false at the timeout.
    let done: (Bool) -> Void
    /// Its timeout. It is released with the waiter.
    var alarm: ServerEnvironment.Alarm?
  }

  /// Calls back once. Returns the number of the waiter.
  func addWaiter(_ done: @escaping (Bool) -> Void) -> Int {
    lastWaiterNumber += 1
    waiters[lastWaiterNumber] = Waiter(done: done)
    return lastWaiterNumber
  }

  func setAlarm(_ alarm: @escaping ServerEnvironment.Alarm, ofWaiter number: Int) {
    waiters[number]?.alarm = alarm
  }

  /// Removes a waiter without calling it back. Returns nil if it is called already.
  func endWaiting(number: Int) -> Waiter? {
    let waiter = waiters.removeValue(forKey: number)
    waiter?.alarm?(nil)
    return waiter
  }

  /// Calls the waiters if no delivery can be sent now.
  func notifyWaiters(at now: Int64) {
    guard !waiters.isEmpty, !isBusy(at: now) else { return }
    for waiter in waiters.keys.sorted().compactMap(endWaiting) { waiter.done(true) }
  }
}

/// Counts deliveries by what became of them, since the log was cleared. The log itself is shorter than a busy test run.
final class DeliveryTally {
  private(set) var delivered = 0
  private(set) var failed = 0

  func clear() {
    (delivered, failed) = (0, 0)
  }

  func change(from old: WebhookDelivery.State, to new: WebhookDelivery.State) {
    delivered = max(0, delivered + (new == .delivered ? 1 : 0) - (old == .delivered ? 1 : 0))
    failed = max(0, failed + (new == .failed ? 1 : 0) - (old == .failed ? 1 : 0))
  }
}

/// The setting `webhook_delivery`: deliberate faults of deliveries. Probabilities from 0 to 1, drawn from the seed.
public struct WebhookDeliveryFaults: Sendable, Equatable {
  /// Probability that a delivery is sent twice.
  public var duplicate = 0.0
  /// Probability that the next delivery overtakes it.
  public var reorder = 0.0
  /// Probability that a delivery is dropped.
  public var drop = 0.0
  /// Delay of each delivery.
  public var delayMilliseconds = 0

  public init() {}
}

/// A memory limit that all workspaces share for their delivery logs.
final class ByteBudget {
  private var remaining: Int

  init(bytes: Int) {
    remaining = bytes
  }

  var isExceeded: Bool { remaining < 0 }

  /// Returns bytes to the budget; takes them if the count is negative.
  func adjust(by bytes: Int) {
    remaining += bytes
  }
}
