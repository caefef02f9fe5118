import HTTPMessage
import HTTPTypes

/// One request and what became of it. Nothing is rendered when it is recorded: it holds on to what is there anyway.
public final class JournalEntry {
  /// Bodies are cut at so many bytes.
  public static let longestBody = 65_536
  /// What an entry costs beside its bodies and its head, about.
  private static let overhead = 1024

  /// Everything that was seen; it goes when room is made.
  public struct Contents {
    /// The request, its body perhaps cut.
    public let request: Request
    /// How long the request's body was.
    public let requestLength: Int
    /// What was answered, its body perhaps cut; nil when nothing was.
    public let response: Response?
    public let responseLength: Int
    public let operation: String?
    /// The version that was asked for, or the default.
    public let version: String?
    /// When it came, in milliseconds by the workspace's clock.
    public let time: Int64
    /// How long it took to work out, in microseconds.
    public let microseconds: Int64
    /// The id of the fault that diverted it.
    public let fault: String?
  }

  /// The request's id.
  public let id: String
  let bytes: Int
  /// Nil once it made room for others.
  public private(set) var contents: Contents?

  init(id: String, _ exchange: Exchange, _ response: Response?, time: Int64, microseconds: Int64) {
    var request = exchange.request
    let requestLength = request.body.count
    Self.cut(&request.body)
    var kept = response
    var responseLength = 0
    if case .bytes(var body) = response?.body {
      responseLength = body.count
      if responseLength > Self.longestBody {
        Self.cut(&body)
        kept?.body = .bytes(body)
      }
    }
    self.id = id
    bytes = Self.overhead + request.target.utf8.count + request.body.count + min(responseLength, Self.longestBody)
    contents = Contents(
      request: request, requestLength: requestLength, response: kept, responseLength: responseLength,
      operation: exchange.operation?.name, version: exchange.version, time: time, microseconds: microseconds,
      fault: exchange.fault)
  }

  func drop() {
    contents = nil
  }

  /// Shared until here; what is cut is a copy of its own, so that the whole can go.
  private static func cut(_ body: inout [UInt8]) {
    if body.count > longestBody { body = Array(body[..<longestBody]) }
  }
}
