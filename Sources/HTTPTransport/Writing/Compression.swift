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
