import Glibc
import HTTPMessage

/// One client: reads its requests, has them answered in order, and writes the answers.
///
/// It reads from and writes to the descriptor directly and has libevent say when: an answer usually fits the socket's
/// buffer, so one request costs one `recv` and one `send`. What does not fit waits in `backlog`.
final class Connection {
  enum Phase {
    /// Takes requests.
    case reading
    /// A request is in hand, its answer is not whole yet.
    case answering
    /// Takes no more requests; closes when all is written.
    case closing
    /// All is written; drops what the client still sends, so that it reads the answer instead of a reset.
    case lingering
    case closed
  }

  let descriptor: Int32
  let service: Service
  /// What opens and seals the bytes; nil where they go as they are.
  let tls: TLSSession?
  var phase = Phase.reading
  var parser: RequestParser
  /// Input that is not used up yet.
  var held: [UInt8] = []
  /// Whether the client has sent all it will.
  var isPeerFinished = false

  /// Of the request in hand.
  var exchange = Exchange()
  var keepsAlive = true
  /// Whether the connection lingers before it closes.
  var lingers = false
  var pending: PendingAnswer?
  var stream: BodyStream?
  var drip: Drip?
  lazy var delay = Timer(on: service.loop) { [weak self] in self?.delayIsOver() }
  /// The answer that waits for `delay`.
  var delayed: Response?

  /// Output of this turn, not yet given to the system.
  var output: [UInt8] = []
  /// Output that the system did not take.
  let backlog = OutputQueue()

  var requestStart: Int?
  var idleSince: Int
  var lastProgress: Int
  var lingered = 0
  /// When `clock` fires, at the latest.
  var clockDue: Int?

  lazy var readable = makeEvent(descriptor, [.readable, .persistent]) { $0.read() }
  lazy var writable = makeEvent(descriptor, [.writable, .persistent]) { $0.writeBacklog() }
  lazy var clock = makeEvent(-1, []) { $0.clockFired() }
  lazy var waker = makeEvent(-1, []) { $0.proceed() }

  init(_ descriptor: Int32, service: Service, tls: TLSSession?, peer: String) {
    self.descriptor = descriptor
    self.service = service
    self.tls = tls
    parser = RequestParser(limits: service.limits, peer: peer)
    idleSince = service.loop.now
    lastProgress = idleSince
  }

  func start() {
    turn {}
  }

  /// Continues in the loop's next turn.
  func wake() {
    waker.activate()
  }

  /// Whether so much output waits that no further request is looked at.
  var isCongested: Bool {
    output.count + backlog.count > service.limits.outputBytes
  }

  /// Everything happens in turns: something happens, its output is written at once, and what to wait for is settled.
  func turn(_ happen: () -> Void) {
    guard phase != .closed else { return }
    swap(&output, &service.loop.spareOutput)
    happen()
    flush()
    settle()
    output.removeAll(keepingCapacity: output.capacity <= 262_144)
    swap(&output, &service.loop.spareOutput)
  }

  private func makeEvent(_ source: Int32, _ kinds: Event.Kind, _ happen: @escaping (Connection) -> Void) -> Event {
    // Unowned, not weak: the connection owns its events, and a weak reference would slow down every other one.
    Event(service.loop.base, source, kinds) { [unowned self] _ in
      let connection = self
      connection.turn { happen(connection) }
    }
  }
}
