import API
import HTTPTypes
import JSON

/// A rule that makes requests fail: which, how often, and how.
public struct FaultRule: Sendable {
  /// What is answered instead.
  public enum Answer: Sendable {
    /// As Intercom would word it; the general code and message of the status where none are given.
    case error(HTTPResponse.Status, code: String?, message: String?, [HTTPField])
    case verbatim(HTTPResponse.Status, [HTTPField], [UInt8])
  }

  /// How the wire breaks.
  public enum Connection: String, Sendable, CaseIterable {
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
  public var answer: Answer?
  public var delay: Delay?
  public var connection: Connection?
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
