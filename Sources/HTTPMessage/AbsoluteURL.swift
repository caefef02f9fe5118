import ASCII

/// An absolute `http` or `https` URL and the parts that a client needs (RFC 3986, RFC 9110, 4.2).
public struct AbsoluteURL: Sendable, Equatable, CustomStringConvertible {
  /// The URL as specified.
  public let description: String
  public let isSecure: Bool
  /// A host name or an IP literal, without the brackets of IPv6.
  public let host: String
  public let port: UInt16
  /// The value of the `Host` field: the port is included only if the URL contains it.
  public let authority: String
  /// The request target in origin form: path and query, never empty.
  public let target: String

  /// Returns nil unless the text is a valid URL. User information, whitespace and non-ASCII characters are not supported.
  public init?(_ text: String) {
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let (isSecure, rest) = Self.scheme(of: text) else {
      return nil
    }
    let authority = rest.prefix { !"/?#".contains($0) }
    guard let (host, port) = Self.split(authority, defaultPort: isSecure ? 443 : 80) else { return nil }
    let target = rest[authority.endIndex...].prefix { $0 != "#" }
    self.isSecure = isSecure
    (self.host, self.port) = (host, port)
    self.authority = String(authority)
    self.target = target.hasPrefix("/") ? String(target) : "/" + target
    description = text
  }

  private static func scheme(of text: String) -> (isSecure: Bool, rest: Substring)? {
    for (prefix, isSecure) in [("http://", false), ("https://", true)]
    where text.prefix(prefix.count).lowercased() == prefix {
      return (isSecure, text.dropFirst(prefix.count))
    }
    return nil
  }

  private static func split(_ authority: Substring, defaultPort port: UInt16) -> (host: String, port: UInt16)? {
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      let host = authority[authority.index(after: authority.startIndex)..<end]
      guard host.contains(":"), host.utf8.allSatisfy(isIPv6Byte) else { return nil }
      return Self.parsePort(authority[authority.index(after: end)...], default: port).map { (String(host), $0) }
    }
    let host = authority.prefix { $0 != ":" }
    guard !host.isEmpty, host.utf8.allSatisfy(isHostNameByte) else { return nil }
    return Self.parsePort(authority[host.endIndex...], default: port).map { (String(host), $0) }
  }

  private static func parsePort(_ text: Substring, default port: UInt16) -> UInt16? {
    guard let colon = text.first else { return port }
    let digits = text.dropFirst()
    guard colon == ":", digits.utf8.allSatisfy(\.isASCIIDigit), let number = UInt16(digits), number > 0 else {
      return nil
    }
    return number
  }

  private static func isHostNameByte(_ byte: UInt8) -> Bool {
    byte.isASCIIDigit || byte.isASCIILetter || "-._~".utf8.contains(byte)
  }

  private static func isIPv6Byte(_ byte: UInt8) -> Bool {
    byte.hexDigitValue != nil || ":.".utf8.contains(byte)
  }
}
