import Glibc

/// An address, or a range of them in CIDR notation: `10.0.0.1`, `192.168.0.1/24`, `2001:db8::/32`.
struct IPRange {
  /// IPv4 stands among the IPv4-mapped addresses of IPv6 (RFC 4291, 2.5.5.2).
  private let address: UInt128
  private let prefix: Int

  /// Nil for what is neither.
  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let (address, width) = Self.address(parts[0]) else { return nil }
    var prefix = width
    if parts.count == 2 {
      guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]), length <= width else {
        return nil
      }
      prefix = length
    }
    self.address = address
    self.prefix = prefix + 128 - width
  }

  /// Whether the address that this text is lies in the range.
  func contains(_ text: String) -> Bool {
    guard let (other, _) = Self.address(text) else { return false }
    return prefix == 0 || (address ^ other) >> UInt128(128 - prefix) == 0
  }

  /// The address, and how many bits one of its family has.
  private static func address(_ text: String) -> (UInt128, width: Int)? {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return (0xFFFF << 32 | UInt128(UInt32(bigEndian: four.s_addr)), 32) }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    return (withUnsafeBytes(of: six) { $0.reduce(0) { $0 << 8 | UInt128($1) } }, 128)
  }
}
