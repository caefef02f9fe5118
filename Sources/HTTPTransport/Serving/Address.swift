/// Where a listener listens.
public enum Address: Sendable, Equatable, CustomStringConvertible {
  /// An IPv4 or IPv6 literal or a name, and a port; 0 takes a free one.
  case tcp(host: String, port: UInt16)
  /// A Unix socket at this path. A socket that a dead server left there is replaced.
  case unix(path: String)

  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): path
    }
  }
}
