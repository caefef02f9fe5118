/// How a listener serves.
public struct HTTPServerConfiguration: Sendable {
  public var limits = HTTPServerLimits()
  public var compression = Compression()
  /// How many connections may wait to be accepted.
  public var backlog: Int32 = 1_024

  /// The defaults.
  public init() {}
}

/// What one client may cost: sizes in bytes, times in milliseconds.
public struct HTTPServerLimits: Sendable {
  /// The longest body that is read; a longer one is refused with 413.
  public var bodyBytes = 10_485_760
  /// Where a longer one is read all the same.
  public var longBodies: [BodyLimitException] = []
  /// The longest request line without its line end; a longer one is refused with 431.
  public var requestLineBytes = 16_384
  /// The longest header block, line ends included; a longer one is refused with 431. The extensions and trailers of a
  /// chunked body share a second allowance of this size.
  public var headerBytes = 65_536
  /// How long a request may take from its first byte to its last before it is refused with 408.
  public var requestTimeout = 30_000
  /// How long a connection may idle between requests, or not take a byte of its answer, before it is closed.
  public var idleTimeout = 60_000
  /// How much of later requests is read ahead while an answer is awaited.
  public var readAheadBytes = 65_536
  /// How much output may wait for a slow client before its next request is looked at.
  public var outputBytes = 262_144
  /// How long the server goes on reading after it has refused something, so that the client sees the answer.
  public var lingerTimeout = 5_000
  /// How much it reads and drops in that time.
  public var lingerBytes = 67_108_864

  /// The defaults that each property states.
  public init() {}

  /// The longest body that is read of a request with this target.
  func bodyBytes(for target: String) -> Int {
    guard !longBodies.isEmpty else { return bodyBytes }
    return max(bodyBytes, longBodies.first { $0.applies(to: target) }?.bytes ?? 0)
  }
}

/// Requests whose bodies may be longer than others', told by the path they are sent to.
public struct BodyLimitException: Sendable {
  let prefix: String
  let suffix: String
  let bytes: Int

  /// - Parameters:
  ///   - prefix: how the path begins
  ///   - suffix: how it ends
  ///   - bytes: the longest body
  public init(prefix: String, suffix: String = "", bytes: Int) {
    self.prefix = prefix
    self.suffix = suffix
    self.bytes = bytes
  }

  func applies(to target: String) -> Bool {
    guard target.hasPrefix(prefix) else { return false }
    return suffix.isEmpty || target.prefix { $0 != "?" }.hasSuffix(suffix)
  }
}

/// When bodies are compressed with gzip, if the client and the response allow it.
public struct Compression: Sendable {
  public var isOn = true
  /// The smallest body that is compressed, in bytes.
  public var threshold = 8_192
  /// zlib's level: 1 is fastest, 9 smallest.
  public var level = 1

  /// On, from 8 KB, at level 1.
  public init() {}
}
