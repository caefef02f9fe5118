import API
import Glibc
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// The fault rules of a workspace, in the order in which they came.
public final class Faults {
  /// What becomes of one request.
  struct FaultMatch {
    let rule: FaultRule
    let delayMilliseconds: Int?
  }

  public private(set) var rules: [FaultRule] = []
  private var random: IDGenerator
  private let seed: UInt64
  private var count = 0

  init(seed: UInt64) {
    self.seed = seed
    random = IDGenerator(seed: seed)
  }

  public func nextID() -> String {
    count += 1
    return "fault-\(count)"
  }

  public func add(_ rule: FaultRule) {
    rules.append(rule)
  }

  /// Takes a rule away; false when there is none of this id.
  public func remove(id: String) -> Bool {
    guard let index = rules.firstIndex(where: { $0.id == id }) else { return false }
    rules.remove(at: index)
    return true
  }

  /// Takes all rules away and starts anew: the same rules then delay by the same times.
  public func clear() {
    rules.removeAll()
    random = IDGenerator(seed: seed)
    count = 0
  }

  /// The first rule that takes this request; those that let it pass count it.
  func match(_ subject: RequestPattern.Subject, isControl: Bool) -> FaultMatch? {
    for index in rules.indices where !rules[index].isSpent {
      let pattern = rules[index].pattern
      guard !isControl || ControlRouter.isControl(pattern: pattern.path), pattern.matches(subject) else { continue }
      rules[index].seen += 1
      guard rules[index].seen > rules[index].after else { continue }
      rules[index].taken += 1
      return FaultMatch(rule: rules[index], delayMilliseconds: rules[index].delay?.milliseconds(using: &random))
    }
    return nil
  }
}

/// A rule that makes requests fail: which, how often, and how.
public struct FaultRule: Sendable {
  /// What is answered instead.
  public enum CannedResponse: Sendable {
    /// As Intercom would word it; the general code and message of the status where none are given.
    case error(HTTPResponse.Status, code: String?, message: String?, [HTTPField])
    case verbatim(HTTPResponse.Status, [HTTPField], [UInt8])
  }

  /// How the wire breaks.
  public enum ConnectionFailure: String, Sendable, CaseIterable {
    /// Reset instead of answered, as if nobody were there.
    case refuseAfterAccept = "refuse_after_accept"
    case closeBeforeResponse = "close_before_response"
    case closeMidBody = "close_mid_body"
    case drip
  }

  public let id: String
  public var pattern = RequestPattern()
  /// How many requests it takes; all when nil.
  public var times: Int?
  /// How many requests it lets pass first.
  public var after = 0
  public var cannedResponse: CannedResponse?
  public var delay: FaultDelay?
  public var connection: ConnectionFailure?
  /// Whether the operation is carried out though its answer is lost.
  public var commits = false
  /// Asks for the rate-limit fields, whatever the status, and sets when the window ends.
  public var resetInSeconds: Int64?
  /// As it was given.
  public var source: JSONObject = [:]
  /// How many requests fitted, and how many it took.
  public internal(set) var seen = 0
  public internal(set) var taken = 0

  public init(id: String) {
    self.id = id
  }

  /// Whether it is still to take requests.
  public var isSpent: Bool {
    times.map { taken >= $0 } ?? false
  }
}

/// How long an answer is kept back.
public enum FaultDelay: Sendable {
  /// The longest, ten minutes.
  public static let longest = 600_000.0

  case fixed(Double)
  /// Anything between, each as likely.
  case between(Double, Double)
  /// As answers of servers go: half are faster than the median, one of a hundred is slower than `p99`.
  case lognormal(median: Double, p99: Double)

  /// So many milliseconds this time.
  func milliseconds(using random: inout IDGenerator) -> Int {
    switch self {
    case .fixed(let time): Int(time)
    case .between(let least, let most): Int((least + (most - least) * Self.uniform(using: &random)).rounded())
    case .lognormal(let median, let p99):
      Int(
        min(median * exp(log(p99 / median) / 2.326347874 * Self.standardNormal(using: &random)), Self.longest).rounded()
      )
    }
  }

  /// Above 0, up to 1.
  private static func uniform(using random: inout IDGenerator) -> Double {
    (Double(random.random() >> 11) + 1) / Double(1 << 53)
  }

  /// Of the standard normal distribution (Box and Muller).
  private static func standardNormal(using random: inout IDGenerator) -> Double {
    let (radius, angle) = (uniform(using: &random), uniform(using: &random))
    return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle)
  }
}
