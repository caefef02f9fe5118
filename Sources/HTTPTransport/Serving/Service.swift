import Glibc
import HTTPMessage

/// What the connections of one listener share.
final class Service {
  let loop: EventLoop
  let limits: Limits
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
    loop: EventLoop, configuration: Configuration, tls: ServerTLS?, handle: @escaping (Request) -> Outcome,
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
  func open(_ descriptor: Int32, peer: String) {
    let session = tls?.makeSession()
    // Without memory for a session nobody may be served in the clear instead.
    guard tls == nil || session != nil else {
      close(descriptor)
      return
    }
    let connection = Connection(descriptor, service: self, tls: session, peer: peer)
    connections[ObjectIdentifier(connection)] = connection
    connection.start()
  }

  func forget(_ connection: Connection) {
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
