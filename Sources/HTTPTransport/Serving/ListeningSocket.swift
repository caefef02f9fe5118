import CLibevent
import Glibc

/// A bound, listening, non-blocking socket.
struct ListeningSocket {
  let descriptor: Int32
  /// The bound address, with the actual port.
  let address: ListenAddress

  /// Opens the sockets for an address. A host name can resolve to several addresses, which use the same port.
  static func open(at address: ListenAddress, backlog: Int32) throws -> [ListeningSocket] {
    switch address {
    case .unix(let path): [try openUnix(path: path, backlog: backlog)]
    case .tcp(let host, let port): try openTCP(host: host, port: port, backlog: backlog)
    }
  }

  /// Stops listening. Does not delete the file of a Unix socket.
  func close() {
    _ = Glibc.close(descriptor)
  }

  private static func openTCP(host: String, port: UInt16, backlog: Int32) throws -> [ListeningSocket] {
    var sockets: [ListeningSocket] = []
    var failure: SystemError?
    // Works without a resolver: a static executable cannot load the resolver's plug-ins.
    for literal in host == "localhost" ? ["127.0.0.1", "::1"] : [host] {
      do {
        let found = try SocketAddress.resolve(host: literal, port: sockets.first?.port ?? port)
        for candidate in found { sockets.append(try openTCP(at: candidate, host: host, backlog: backlog)) }
      } catch let error as SystemError where isTolerable(error, requestedPort: port, opened: sockets) {
        failure = error
      } catch {
        for socket in sockets { socket.close() }
        throw error
      }
    }
    if sockets.isEmpty, let failure { throw failure }
    return sockets
  }

  /// Whether the other addresses of the host name are sufficient: the system does not support this address family, or the
  /// port that was chosen for the first address is in use for this one.
  private static func isTolerable(_ error: SystemError, requestedPort port: UInt16, opened sockets: [ListeningSocket])
    -> Bool
  {
    [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.number) || (port == 0 && !sockets.isEmpty)
  }

  private static func openTCP(at candidate: SocketAddress, host: String, backlog: Int32) throws -> ListeningSocket {
    let attempt = "listen on \(candidate)"
    let descriptor = try makeSocket(for: candidate, attempt: attempt)
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
    // Accepted sockets inherit this option. Without it, Nagle's algorithm and the client's delayed acknowledgement delay
    // a response of two writes by 40 ms.
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
    try bindAndListen(descriptor: descriptor, address: candidate, backlog: backlog, attempt: attempt)
    let port = SocketAddress.local(of: descriptor)?.port ?? candidate.port
    return ListeningSocket(descriptor: descriptor, address: .tcp(host: host, port: port))
  }

  private static func openUnix(path: String, backlog: Int32) throws -> ListeningSocket {
    let attempt = "listen on \(path)"
    guard let candidate = SocketAddress(path: path) else {
      throw SystemError(attempting: attempt, number: ENAMETOOLONG)
    }
    if isStale(candidate, path: path) { unlink(path) }
    let descriptor = try makeSocket(for: candidate, attempt: attempt)
    try bindAndListen(descriptor: descriptor, address: candidate, backlog: backlog, attempt: attempt)
    return ListeningSocket(descriptor: descriptor, address: .unix(path: path))
  }

  /// Whether the path is a Unix socket without a listening process.
  private static func isStale(_ candidate: SocketAddress, path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
    guard let descriptor = try? makeSocket(for: candidate, attempt: path) else { return false }
    defer { Glibc.close(descriptor) }
    return candidate.withPointer { connect(descriptor, $0, $1) } != 0 && errno == ECONNREFUSED
  }

  private static func makeSocket(for candidate: SocketAddress, attempt: String) throws -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = Glibc.socket(candidate.family, kind, 0)
    guard descriptor >= 0 else { throw SystemError(attempting: attempt) }
    return descriptor
  }

  private static func bindAndListen(
    descriptor: Int32, address candidate: SocketAddress, backlog: Int32, attempt: String
  ) throws {
    guard candidate.withPointer({ Glibc.bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, backlog) == 0 else {
      let error = SystemError(attempting: attempt)
      Glibc.close(descriptor)
      throw error
    }
  }

  /// Whether only programs of this machine can connect.
  var isLoopback: Bool {
    guard case .tcp = address else { return true }
    return SocketAddress.local(of: descriptor)?.isLoopback ?? false
  }

  private var port: UInt16? {
    if case .tcp(_, let port) = address { port } else { nil }
  }
}
