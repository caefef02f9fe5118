import HTTPMessage

/// One request and what became of it.
public struct JournalEntry {
  /// Bodies are cut at so many bytes.
  public static let longestBody = 65_536

  /// The request's id.
  public let id: String
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
