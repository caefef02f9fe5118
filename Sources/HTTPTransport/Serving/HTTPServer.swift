import Glibc
public import HTTPMessage

/// An HTTP/1.1 server: accepts connections, passes requests to a handler, and sends the responses.
///
/// Everything runs on the loop's thread. The handler must not block; for a response that takes time it returns `.after` or
/// `.pending`.
public final class HTTPServer {
  private let manager: ConnectionManager
  private var acceptors: [Acceptor]
  private let unixPath: String?
  private var stopTimer: Timer?
  /// The address of the listening socket. If port 0 was requested, this contains the actual port.
  public let address: ListenAddress
  /// Whether only programs of this machine can connect.
  public let isLoopbackOnly: Bool

  /// Starts listening.
  ///
  /// - Parameters:
  ///   - tls: the TLS configuration; nil for plain HTTP
  ///   - refusesWithoutBody: whether a request is refused whatever its body is; the body is not asked for
  ///   - handle: handles a request
  ///   - refuse: returns the response to input that is not a valid request; the connection closes after it
  /// - Throws: `SystemError` if the address cannot be bound
  public init(
    on loop: EventLoop, address: ListenAddress, configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    tls: ServerTLS? = nil, refusesWithoutBody: @escaping (Request) -> Bool = { _ in false },
    handle: @escaping (Request) -> Outcome, refuse: @escaping (RequestFailure) -> Response
  ) throws {
    let sockets = try ListeningSocket.open(at: address, backlog: configuration.backlog)
    let manager = ConnectionManager(
      loop: loop, configuration: configuration, tls: tls, refusesWithoutBody: refusesWithoutBody, handle: handle,
      refuse: refuse)
    self.manager = manager
    self.address = sockets.first?.address ?? address
    isLoopbackOnly = sockets.allSatisfy(\.isLoopback)
    unixPath = if case .unix(let path) = address { path } else { nil }
    acceptors = try sockets.map { socket in
      try Acceptor(descriptor: socket.descriptor, loop: loop) { manager.serve(descriptor: $0, peer: $1) }
    }
  }

  deinit {
    stopAccepting()
    manager.closeAll()
  }

  /// Number of open connections.
  public var connectionCount: Int { manager.connectionCount }

  /// Stops accepting connections, closes idle ones, and lets current requests finish.
  ///
  /// - Parameters:
  ///   - milliseconds: time after which all connections are closed
  ///   - done: called when the last connection is closed
  public func stop(within milliseconds: Int, done: @escaping () -> Void = {}) {
    stopAccepting()
    let manager = manager
    stopTimer = Timer(on: manager.loop) { manager.closeAll() }
    stopTimer?.start(milliseconds: milliseconds)
    manager.stop { [weak self] in
      self?.stopTimer = nil
      done()
    }
  }

  private func stopAccepting() {
    guard !acceptors.isEmpty else { return }
    acceptors.removeAll()
    if let unixPath { unlink(unixPath) }
  }
}

/// The connections of one server, and the state that they share.
final class ConnectionManager {
  let loop: EventLoop
  let limits: HTTPServerLimits
  let writer: ResponseWriter
  /// The TLS configuration; nil for plain HTTP.
  let tls: ServerTLS?
  let refusesWithoutBody: (Request) -> Bool
  let handle: (Request) -> Outcome
  let refuse: (RequestFailure) -> Response
  /// Whether the server is stopping. Each response is then the last one of its connection.
  private(set) var isStopping = false
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var whenEmpty: (() -> Void)?

  init(
    loop: EventLoop, configuration: HTTPServerConfiguration, tls: ServerTLS?,
    refusesWithoutBody: @escaping (Request) -> Bool, handle: @escaping (Request) -> Outcome,
    refuse: @escaping (RequestFailure) -> Response
  ) {
    self.loop = loop
    limits = configuration.limits
    writer = ResponseWriter(compression: configuration.compression)
    self.tls = tls
    self.refusesWithoutBody = refusesWithoutBody
    self.handle = handle
    self.refuse = refuse
  }

  var connectionCount: Int { connections.count }

  /// Serves an accepted connection. Takes ownership of the descriptor, which must be non-blocking.
  func serve(descriptor: Int32, peer: String) {
    let session = tls?.makeSession()
    // A connection without a session would be served unencrypted.
    guard tls == nil || session != nil else {
      close(descriptor)
      return
    }
    let connection = Connection(descriptor: descriptor, manager: self, tls: session, peer: peer)
    connections[ObjectIdentifier(connection)] = connection
    connection.start()
  }

  func remove(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = nil
    if connections.isEmpty { reportEmpty() }
  }

  /// Closes idle connections, lets the others finish, and calls `whenEmpty` when all are closed.
  func stop(whenEmpty: @escaping () -> Void) {
    isStopping = true
    self.whenEmpty = whenEmpty
    for connection in Array(connections.values) { connection.stopWhenIdle() }
    if connections.isEmpty { reportEmpty() }
  }

  /// Closes all connections at once.
  func closeAll() {
    for connection in Array(connections.values) { connection.close() }
  }

  private func reportEmpty() {
    guard let whenEmpty else { return }
    self.whenEmpty = nil
    whenEmpty()
  }
}
