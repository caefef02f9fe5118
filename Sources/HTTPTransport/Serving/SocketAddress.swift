import CLibevent
import Glibc

/// A socket address of any family.
public struct SocketAddress: CustomStringConvertible {
  private var storage = sockaddr_storage()
  private var length: socklen_t

  /// The address of a Unix socket in the file system; nil if the path is empty or too long.
  public init?(path: String) {
    guard !path.isEmpty else { return nil }
    self.init(unixName: Array(path.utf8), length: MemoryLayout<sockaddr_un>.size)
  }

  /// The address of a Unix socket in Linux's abstract namespace (unix(7)); nil if the name is too long.
  public init?(abstractName name: String) {
    let bytes = [0] + Array(name.utf8)
    let offset = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 0
    self.init(unixName: bytes, length: offset + bytes.count)
  }

  private init?(unixName bytes: [UInt8], length: Int) {
    var address = sockaddr_un()
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    self.length = socklen_t(length)
    withUnsafeMutableBytes(of: &storage) { storage in
      withUnsafeBytes(of: address) { storage.copyMemory(from: $0) }
    }
  }

  /// Copies an address that a system call returned; nil if it is longer than `sockaddr_storage`.
  init?(copying pointer: UnsafePointer<sockaddr>, length: socklen_t) {
    guard Int(length) <= MemoryLayout<sockaddr_storage>.size else { return nil }
    self.length = length
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: Int(length)))
    }
  }

  /// Resolves an IP literal or a host name. Blocks.
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

  /// The address to which a socket is bound.
  static func local(of descriptor: Int32) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        getsockname(descriptor, address, &length) == 0 ? SocketAddress(copying: address, length: length) : nil
      }
    }
  }

  /// The authority of URLs for the address to which a socket is bound; `localhost` for a Unix socket.
  static func authority(of descriptor: Int32) -> String {
    local(of: descriptor).flatMap { $0.host.isEmpty ? nil : $0.description } ?? "localhost"
  }

  var family: Int32 { Int32(storage.ss_family) }

  var port: UInt16 {
    switch family {
    case AF_INET: load(as: sockaddr_in.self).map { UInt16(bigEndian: $0.sin_port) } ?? 0
    case AF_INET6: load(as: sockaddr_in6.self).map { UInt16(bigEndian: $0.sin6_port) } ?? 0
    default: 0
    }
  }

  /// The IP literal without the port. An IPv4-mapped IPv6 address is returned as IPv4. Empty for a Unix socket.
  var host: String {
    guard family == AF_INET || family == AF_INET6 else { return "" }
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let result = withPointer { getnameinfo($0, $1, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) }
    guard result == 0 else { return "" }
    let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
  }

  var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

  public var description: String {
    ListenAddress.tcp(host: host, port: port).description
  }

  /// Calls `body` with a pointer to the address and its length, for system calls.
  public func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  func load<Family>(as type: Family.Type) -> Family? {
    guard MemoryLayout<Family>.size <= Int(length) else { return nil }
    return withUnsafeBytes(of: storage) { $0.loadUnaligned(as: type) }
  }
}

/// The address of a listening socket.
public enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
  /// An IP literal or a host name, and a port. Port 0 selects a free port.
  case tcp(host: String, port: UInt16)
  /// The path of a Unix socket. A socket file that no process listens on is replaced.
  case unix(path: String)

  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): path
    }
  }
}
