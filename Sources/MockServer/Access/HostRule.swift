import ASCII

/// Decides which names a request may have for the server.
///
/// A web page that was loaded from an attacker's host can make the browser resolve that host to the address of this
/// server ("DNS rebinding"). The browser then treats the server as part of the page's origin, but it still sends the
/// attacker's name in `Host`. Names that no stranger can register are served, and those that the user allows.
struct HostRule {
  enum Standing {
    /// A host of the emulated service, such as `api.intercom.io`.
    case service
    /// An IP address, a local name, or one that the user allowed.
    case local
    case refused
  }

  /// Suffixes that no public registry delegates: RFC 6761, RFC 6762, the private-use `internal`, and Kubernetes.
  private static let localSuffixes = [".localhost", ".local", ".internal", ".test", ".svc", ".cluster.local"]

  private let serviceHosts: [String]
  private let suffixes: [String]
  private let names: [String]
  /// The last result: most requests repeat the host of the one before.
  private var last: (authority: String, standing: Standing) = ("", .local)

  /// - Parameters:
  ///   - serviceHosts: the hosts of the emulated service
  ///   - allowed: further names; one with a leading dot includes all names below it
  init(serviceHosts: [String], allowed: [String]) {
    self.serviceHosts = serviceHosts
    let allowed = allowed.map { $0.lowercased() }
    names = allowed.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }
    suffixes = Self.localSuffixes + allowed.filter { $0.hasPrefix(".") }
  }

  /// - Parameter authority: the authority of a target in absolute form, otherwise the `Host` field; empty if there is none,
  ///   as HTTP/1.0 permits
  mutating func standing(of authority: String) -> Standing {
    if last.authority == authority { return last.standing }
    last = (authority, decide(host: Self.host(of: authority)))
    return last.standing
  }

  private func decide(host: String) -> Standing {
    if serviceHosts.contains(host) { return .service }
    let isLocal =
      !host.contains(".") || Self.isIPAddress(host) || names.contains(host) || suffixes.contains(where: host.hasSuffix)
    return isLocal ? .local : .refused
  }

  /// The host of an authority in lower case, without user information, port, and the dot of an absolute name.
  static func host(of authority: String) -> String {
    var host = authority.lowercased()[...]
    if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
    if host.hasPrefix("[") { return String(host[...(host.firstIndex(of: "]") ?? host.index(before: host.endIndex))]) }
    host = host.prefix { $0 != ":" }
    return String(host.hasSuffix(".") ? host.dropLast() : host)
  }

  /// Whether a host is an IPv6 literal in brackets, or an IPv4 address. Browsers read each name of numbers as an address.
  private static func isIPAddress(_ host: String) -> Bool {
    if host.hasPrefix("[") {
      return host.utf8.dropFirst().dropLast().allSatisfy { $0.hexDigitValue != nil || ":.".utf8.contains($0) }
    }
    return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && label.utf8.allSatisfy(\.isASCIIDigit)
    }
  }

  /// Whether a host is this machine, by a name or an address that no other machine has.
  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || host == "::1"
      || (host.hasPrefix("127.") && isIPAddress(host))
  }
}
