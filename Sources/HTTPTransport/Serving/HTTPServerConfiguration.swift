import HTTPMessage

/// Configuration of an HTTP server.
public struct HTTPServerConfiguration: Sendable {
  public var limits = HTTPServerLimits()
  public var compression = Compression()
  /// Length of the queue of connections that are not accepted yet (`listen`).
  public var backlog: Int32 = 1_024

  /// The default configuration.
  public init() {}
}

/// Limits for one client: sizes in bytes, times in milliseconds.
public struct HTTPServerLimits: Sendable {
  /// Maximum size of a request body. A larger one is refused with 413.
  public var bodyBytes = 10_485_760
  /// Targets with a larger maximum.
  public var longBodies: [BodyLimitException] = []
  /// Maximum length of the request line without CR LF. A longer one is refused with 431.
  public var requestLineBytes = 16_384
  /// Maximum size of the header section, including line ends. A larger one is refused with 431. The chunk extensions and
  /// trailers of a body have a separate limit of the same size.
  public var headerBytes = 65_536
  /// Time from the first to the last byte of a request, after which it is refused with 408.
  public var requestTimeout = 30_000
  /// Time without a request, or without progress in sending a response, after which a connection is closed.
  public var idleTimeout = 60_000
  /// Amount of input that is read ahead while a response is not complete.
  public var readAheadBytes = 65_536
  /// Amount of unsent output above which no further request is parsed.
  public var outputBytes = 262_144
  /// Time during which input is read and discarded after an error response, so that the client can read the response.
  public var lingerTimeout = 5_000
  /// Amount of input that is read and discarded in that time.
  public var lingerBytes = 67_108_864

  /// The default limits.
  public init() {}

  /// Maximum size of the body of a request with this target.
  func bodyBytes(for target: String) -> Int {
    guard !longBodies.isEmpty else { return bodyBytes }
    return max(bodyBytes, longBodies.first { $0.applies(to: target) }?.bytes ?? 0)
  }
}

/// Configuration of gzip compression, which also requires that the client accepts gzip and that the response allows it.
public struct Compression: Sendable {
  public var isOn = true
  /// Minimum size of a compressed body, in bytes.
  public var threshold = 8_192
  /// Compression level of zlib: 1 is the fastest, 9 the smallest.
  public var level = 1

  /// Enabled for bodies of 8 KB or more, at level 1.
  public init() {}
}
