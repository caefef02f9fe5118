import API
import Glibc
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// The fault rules of a workspace, in order of creation.
public final class Faults {
  /// A rule that takes a request, with the delay that was drawn for it.
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

  /// Returns false if no rule has this id.
  public func remove(id: String) -> Bool {
    guard let index = rules.firstIndex(where: { $0.id == id }) else { return false }
    rules.remove(at: index)
    return true
  }

  /// Deletes all rules and restarts the random numbers, so that the same rules draw the same delays again.
  public func clear() {
    rules.removeAll()
    random = IDGenerator(seed: seed)
    count = 0
  }

  /// Returns the first rule that takes the request. Matching rules that let it pass count it.
  func match(_ subject: RequestSubject, isControl: Bool) -> FaultMatch? {
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

/// A rule that makes requests fail.
public struct FaultRule: Sendable {
  /// A response that replaces that of the operation.
  public enum CannedResponse: Sendable {
    /// An error in the envelope of the service. Without code and message, those of the status.
    case error(HTTPResponse.Status, code: String?, message: String?, [HTTPField])
    case verbatim(HTTPResponse.Status, [HTTPField], [UInt8])
  }

  /// How the connection breaks.
  public enum ConnectionFailure: String, Sendable, CaseIterable {
    /// Resets the connection instead of a response.
    case refuseAfterAccept = "refuse_after_accept"
    case closeBeforeResponse = "close_before_response"
    case closeMidBody = "close_mid_body"
    case drip
  }

  public let id: String
  public var pattern = RequestPattern()
  /// Number of requests that the rule takes; nil for all.
  public var times: Int?
  /// Number of matching requests that pass first.
  public var after = 0
  public var cannedResponse: CannedResponse?
  public var delay: FaultDelay?
  public var connection: ConnectionFailure?
  /// Whether the operation is performed although its response is lost.
  public var commits = false
  /// Adds the rate limit fields and sets the end of their window, in seconds from now.
  public var resetInSeconds: Int64?
  /// The rule in JSON, as the client sent it.
  public var source: JSONObject = [:]
  /// Number of matching requests, and number of those that the rule took.
  public internal(set) var seen = 0
  public internal(set) var taken = 0

  public init(id: String) {
    self.id = id
  }

  /// Whether the rule has taken all its requests.
  public var isSpent: Bool {
    times.map { taken >= $0 } ?? false
  }
}

/// How long a response is delayed, in milliseconds.
public enum FaultDelay: Sendable {
  /// The maximum: ten minutes.
  public static let longest = 600_000.0

  case fixed(Double)
  /// Uniformly distributed.
  case between(Double, Double)
  /// A lognormal distribution, as of real servers: half below the median, 1 % above `p99`.
  case lognormal(median: Double, p99: Double)

  /// Draws a delay in milliseconds.
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

  /// Uniformly distributed in (0, 1].
  private static func uniform(using random: inout IDGenerator) -> Double {
    (Double(random.random() >> 11) + 1) / Double(1 << 53)
  }

  /// Standard normal distribution, by the Box-Muller transform.
  private static func standardNormal(using random: inout IDGenerator) -> Double {
    let (radius, angle) = (uniform(using: &random), uniform(using: &random))
    return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle)
  }
}
