import Glibc
public import HTTPMessage
import HTTPMessage

/// An HTTP/1.1 server: accepts connections, has each request handled, and writes the answers.
///
/// All happens on the loop's thread. The handler must not wait; an answer that takes time is `.after` or `.pending`.
public final class HTTPServer {
  private let manager: ConnectionManager
  private var acceptors: [Acceptor]
  private let unixPath: String?
  private var stopTimer: Timer?
  /// The address that is listened to, with the real port where 0 was asked for.
  public let address: ListenAddress

  /// Starts listening.
  ///
  /// - Parameters:
  ///   - tls: how connections are secured; nil for HTTP as it is
  ///   - handle: answers a request.
  ///   - refuse: words the answer to what the transport refuses by itself; the connection is closed after it.
  public init(
    on loop: EventLoop, address: ListenAddress, configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    tls: ServerTLS? = nil,
    handle: @escaping (Request) -> Outcome, refuse: @escaping (RequestFailure) -> Response
  ) throws {
    let sockets = try ListeningSocket.open(at: address, backlog: configuration.backlog)
    let service = ConnectionManager(loop: loop, configuration: configuration, tls: tls, handle: handle, refuse: refuse)
    self.manager = service
    self.address = sockets.first?.address ?? address
    unixPath = if case .unix(let path) = address { path } else { nil }
    acceptors = try sockets.map { socket in
      try Acceptor(descriptor: socket.descriptor, loop: loop) { service.serve(descriptor: $0, peer: $1) }
    }
  }

  deinit {
    stopAccepting()
    manager.closeAll()
  }

  /// How many clients are connected.
  public var connectionCount: Int { manager.connectionCount }

  /// Accepts no more clients, closes idle connections, lets requests in hand finish, and calls `done` when the last
  /// connection is closed, which happens within so many milliseconds.
  public func stop(within milliseconds: Int, done: @escaping () -> Void = {}) {
    stopAccepting()
    let service = manager
    stopTimer = Timer(on: service.loop) { service.closeAll() }
    stopTimer?.start(milliseconds: milliseconds)
    service.stop { [weak self] in
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

/// What the connections of one listener share.
final class ConnectionManager {
  let loop: EventLoop
  let limits: HTTPServerLimits
  let writer: ResponseWriter
  /// How connections are secured, if they are.
  let tls: ServerTLS?
  let handle: (Request) -> Outcome
  let refuse: (RequestFailure) -> Response
  /// Whether the server is going down: each answer then is the last on its connection.
  private(set) var isStopping = false
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var whenEmpty: (() -> Void)?

  init(
    loop: EventLoop, configuration: HTTPServerConfiguration, tls: ServerTLS?, handle: @escaping (Request) -> Outcome,
    refuse: @escaping (RequestFailure) -> Response
  ) {
    self.loop = loop
    limits = configuration.limits
    writer = ResponseWriter(compression: configuration.compression)
    self.tls = tls
    self.handle = handle
    self.refuse = refuse
  }

  var connectionCount: Int { connections.count }

  /// Serves an accepted, non-blocking descriptor, which is the connection's from now on.
  func serve(descriptor: Int32, peer: String) {
    let session = tls?.makeSession()
    // Without memory for a session nobody may be served in the clear instead.
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

  /// Closes what idles, lets the rest finish, and calls back when nothing is left.
  func stop(whenEmpty: @escaping () -> Void) {
    isStopping = true
    self.whenEmpty = whenEmpty
    for connection in Array(connections.values) { connection.stopWhenIdle() }
    if connections.isEmpty { reportEmpty() }
  }

  /// Closes every connection, whatever it is doing.
  func closeAll() {
    for connection in Array(connections.values) { connection.close() }
  }

  private func reportEmpty() {
    guard let whenEmpty else { return }
    self.whenEmpty = nil
    whenEmpty()
  }
}
