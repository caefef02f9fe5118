/// What one answer from another server may cost, in bytes.
public struct ClientLimits: Sendable {
  /// The longest status line and header block; what surrounds one chunk of a body, too.
  public var headBytes = 16_384
  /// How much of a body is kept; the rest is not read.
  public var bodyBytes = 65_536

  public init() {}
}
