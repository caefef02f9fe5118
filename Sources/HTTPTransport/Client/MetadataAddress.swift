import ASCII
import Glibc

/// The addresses at which clouds give the credentials of a machine to every program on it. A server that sends requests for
/// others must not send them there.
enum MetadataAddress {
  /// IPv4: the link-local block, in which all clouds have theirs, and those outside it (Alibaba, Azure, Oracle).
  private static let addresses: [UInt32] = [0x6464_64C8, 0xA83F_8110, 0xC000_00C0]
  /// IPv6: Amazon, Google and Scaleway.
  private static let addresses6: [[UInt16]] = [
    [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254], [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x23], [0xFD20, 0xCE, 0, 0, 0, 0, 0, 0x254],
    [0xFD00, 0x42, 0, 0, 0, 0, 0, 0x42],
  ]
  /// Names that clouds resolve to these addresses, refused before a resolver is asked.
  private static let names = ["metadata.google.internal", "metadata.goog", "metadata.tencentyun.com"]

  static func contains(name: String) -> Bool {
    let name = name.lowercased()
    return names.contains(name.hasSuffix(".") ? String(name.dropLast()) : name)
  }

  static func contains(ipv4 address: UInt32) -> Bool {
    address >> 16 == 0xA9FE || addresses.contains(address)
  }

  /// - Parameter groups: the eight groups of an IPv6 address
  static func contains(ipv6 groups: [UInt16]) -> Bool {
    addresses6.contains(groups) || embeddedIPv4(in: groups).map(contains(ipv4:)) ?? false
  }

  /// The IPv4 address that an IPv6 address stands for: mapped and compatible (RFC 4291, 2.5.5), translated (RFC 2765), NAT64
  /// (RFC 6052) and 6to4 (RFC 3056).
  private static func embeddedIPv4(in groups: [UInt16]) -> UInt32? {
    guard groups.count == 8 else { return nil }
    if groups[0] == 0x2002 { return UInt32(groups[1]) << 16 | UInt32(groups[2]) }
    let isEmbedding =
      groups[0..<6].allSatisfy { $0 == 0 } || (groups[0..<5].allSatisfy { $0 == 0 } && groups[5] == 0xFFFF)
      || (groups[0..<4].allSatisfy { $0 == 0 } && groups[4] == 0xFFFF && groups[5] == 0)
      || (groups[0] == 0x64 && groups[1] == 0xFF9B)
    return isEmbedding ? UInt32(groups[6]) << 16 | UInt32(groups[7]) : nil
  }
}

extension SocketAddress {
  /// Whether this is the address of a cloud's metadata service.
  var isMetadataService: Bool {
    switch family {
    case AF_INET:
      load(as: sockaddr_in.self).map { MetadataAddress.contains(ipv4: UInt32(bigEndian: $0.sin_addr.s_addr)) } ?? false
    case AF_INET6:
      load(as: sockaddr_in6.self).map { MetadataAddress.contains(ipv6: Self.groups(of: $0.sin6_addr)) } ?? false
    default: false
    }
  }

  private static func groups(of address: in6_addr) -> [UInt16] {
    withUnsafeBytes(of: address) { bytes in
      (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    }
  }
}
