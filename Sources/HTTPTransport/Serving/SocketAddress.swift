import CLibevent
import Glibc

/// A socket address of any family, as the system's calls take it.
public struct SocketAddress: CustomStringConvertible {
  private var storage = sockaddr_storage()
  private var length: socklen_t

  /// The address of a Unix socket at a path; nil if the path is empty or too long.
  public init?(path: String) {
    self.init(unixName: Array(path.utf8))
  }

  /// The address of a Unix socket in the abstract namespace (unix(7)); nil if the name is too long.
  public init?(abstractName name: String) {
    self.init(unixName: [0] + Array(name.utf8))
  }

  private init?(unixName name: [UInt8]) {
    var address = sockaddr_un()
    guard !name.isEmpty, name.count < MemoryLayout.size(ofValue: address.sun_path),
      let offset = MemoryLayout.offset(of: \sockaddr_un.sun_path)
    else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    // An abstract name ends with the address, not at a null byte.
    length = socklen_t(offset + name.count)
    withUnsafeMutableBytes(of: &storage) { storage in
      withUnsafeBytes(of: address) { storage.copyMemory(from: $0) }
    }
  }

  /// A copy of what a system call returned; nil when it is longer than any address.
  init?(copying pointer: UnsafePointer<sockaddr>, length: socklen_t) {
    guard Int(length) <= MemoryLayout<sockaddr_storage>.size else { return nil }
    self.length = length
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: Int(length)))
    }
  }

  /// The addresses that a literal or a name stands for.
  static func resolve(host: String, port: UInt16) throws -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = Int32(AI_PASSIVE | AI_NUMERICSERV)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, "\(port)", &hints, &list)
    guard code == 0 else {
      throw SystemError(attempting: "resolve \(host)", reason: String(cString: gai_strerror(code)))
    }
    defer { freeaddrinfo(list) }
    return sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { node in
      guard let info = node?.pointee, let address = info.ai_addr else { return nil }
      return SocketAddress(copying: address, length: info.ai_addrlen)
    }
  }

  /// The address that a socket is bound to.
  static func local(of descriptor: Int32) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        getsockname(descriptor, address, &length) == 0 ? SocketAddress(copying: address, length: length) : nil
      }
    }
  }

  var family: Int32 { Int32(storage.ss_family) }

  var port: UInt16 {
    switch family {
    case AF_INET: load(as: sockaddr_in.self).map { UInt16(bigEndian: $0.sin_port) } ?? 0
    case AF_INET6: load(as: sockaddr_in6.self).map { UInt16(bigEndian: $0.sin6_port) } ?? 0
    default: 0
    }
  }

  /// The numeric host, without a port; an IPv4 client of an IPv6 socket is shown as IPv4. Empty for a Unix socket.
  var host: String {
    guard family == AF_INET || family == AF_INET6 else { return "" }
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let result = withPointer { getnameinfo($0, $1, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) }
    guard result == 0 else { return "" }
    let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
  }

  public var description: String {
    ListenAddress.tcp(host: host, port: port).description
  }

  /// Calls `body` with the address as the system's calls take it.
  public func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  private func load<Family>(as type: Family.Type) -> Family? {
    guard MemoryLayout<Family>.size <= Int(length) else { return nil }
    return withUnsafeBytes(of: storage) { $0.loadUnaligned(as: type) }
  }
}

/// Where a listener listens.
public enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
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
