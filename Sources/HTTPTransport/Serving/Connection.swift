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

extension Connection {
  /// Takes what the client sent.
  func read() {
    let scratch = service.loop.scratch
    let count = recv(descriptor, scratch.baseAddress, scratch.count, 0)
    guard count > 0 else {
      endOfInput(count)
      return
    }
    if let tls {
      readSecured(tls, UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    } else {
      take(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    }
  }

  /// Takes plain bytes, which lie in the loop's scratch memory.
  func take(_ raw: UnsafeRawBufferPointer) {
    let bytes = raw.bindMemory(to: UInt8.self)
    switch phase {
    case .reading where held.isEmpty && !isCongested:
      let used = process(bytes.span)
      held.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[used...]))
    case .reading, .answering:
      held.append(contentsOf: bytes)
      processHeld()
    case .lingering:
      lingered += bytes.count
      if lingered > service.limits.lingerBytes { close() }
    case .closing, .closed:
      break
    }
  }

  /// Looks at what was read ahead, as far as answers are not outstanding.
  func processHeld() {
    guard phase == .reading, !held.isEmpty else { return }
    var input: [UInt8] = []
    swap(&input, &held)
    let used = process(input.span)
    if used == input.count {
      input.removeAll(keepingCapacity: input.capacity <= 65_536)
    } else {
      input.removeFirst(used)
    }
    held = input
  }

  /// Handles the requests in the input, in order, until one is not answered at once; the number of bytes used.
  private func process(_ input: Span<UInt8>) -> Int {
    var position = 0
    while phase == .reading, !isCongested {
      let (consumed, step) = parser.parse(input.extracting(position...))
      position += consumed
      switch step {
      case .incomplete: return position
      case .wantsContinue: output.append("HTTP/1.1 100 Continue\r\n\r\n")
      case .request(let incoming): answer(incoming)
      case .refused(let failure): refuse(failure)
      }
      if output.count > 65_536 { flush() }
    }
    return position
  }

  private func endOfInput(_ result: Int) {
    if result < 0, errno == EAGAIN || errno == EINTR { return }
    guard result == 0, phase != .lingering else {
      close()
      return
    }
    // A client may end its side and still wait for its answers.
    isPeerFinished = true
  }
}

extension Connection {
  /// Has a request handled, and carries out what becomes of it.
  func answer(_ incoming: IncomingRequest) {
    exchange = incoming.exchange
    phase = .answering
    let outcome = service.handle(incoming.request)
    // The handler may have stopped the server.
    guard phase != .closed else { return }
    switch outcome {
    case .now(let response): respond(response)
    case .after(let milliseconds, let response):
      delayed = response
      delay.start(milliseconds: milliseconds)
    case .pending(let start): wait(start)
    case .broken(let breakage): breakOff(breakage)
    }
  }

  /// Answers what never became a request, and reads no more.
  func refuse(_ failure: RequestFailure) {
    exchange = parser.head.exchange
    exchange.keepsAlive = false
    lingers = true
    phase = .answering
    respond(service.refuse(failure))
  }

  /// Writes an answer, or begins to.
  func respond(_ response: Response) {
    switch writeHead(of: response) {
    case .none: finishAnswer()
    case .bytes(let bytes):
      write(body: bytes)
      finishAnswer()
    case .pieces(let next, let isChunked):
      stream = BodyStream(next: next, isChunked: isChunked)
      pump()
    }
  }

  func writeHead(of response: Response) -> ResponseWriter.Payload {
    keepsAlive = exchange.keepsAlive && !response.closes && !service.isStopping
    if response.closes { lingers = true }
    return service.writer.writeHead(of: response, for: exchange, keepsAlive: &keepsAlive, to: &output)
  }

  /// The answer is whole: what is next on this connection?
  func finishAnswer() {
    guard phase != .closed else { return }
    requestStart = nil
    idleSince = service.loop.now
    phase = keepsAlive ? .reading : .closing
  }

  /// Goes on with whatever was put off.
  func proceed() {
    if let response = pending?.response {
      pending = nil
      respond(response)
    }
    if stream != nil { pump() }
    processHeld()
  }

  func delayIsOver() {
    turn {
      if let response = delayed {
        delayed = nil
        respond(response)
      }
      if drip != nil { dripOn() }
      processHeld()
    }
  }

  private func wait(_ start: (@escaping (Response) -> Void) -> Void) {
    let answer = PendingAnswer()
    start(answer.complete)
    if let response = answer.response {
      respond(response)
    } else {
      answer.connection = self
      pending = answer
    }
  }
}

extension Connection {
  /// Decides, at the end of a turn, whether the connection goes on, and what it waits for.
  func settle() {
    if phase == .reading, isPeerFinished, !isCongested { phase = .closing }
    if phase == .closing, backlog.count == 0 { endOutput() }
    guard phase != .closed else { return }
    wait(readable, if: wantsInput)
    if backlog.count > 0 || writable.isAdded { wait(writable, if: backlog.count > 0) }
    setClock()
  }

  /// Closes for good. Harmless when repeated.
  func close() {
    guard phase != .closed else { return }
    phase = .closed
    pending = nil
    (stream, drip, delayed) = (nil, nil, nil)
    delay.cancel()
    for event in [readable, writable, clock, waker] { event.remove() }
    _ = Glibc.close(descriptor)
    service.forget(self)
  }

  /// The server goes down: an idle connection is closed, any other finishes what it has in hand.
  func stopWhenIdle() {
    turn {
      guard phase == .reading, requestStart == nil, held.isEmpty else { return }
      phase = .closing
    }
  }

  private func wait(_ event: Event, if needed: Bool) {
    guard event.isAdded != needed else { return }
    needed ? event.add() : event.remove()
  }

  private var wantsInput: Bool {
    switch phase {
    case .reading where !isCongested, .lingering: !isPeerFinished
    case .reading, .answering: !isPeerFinished && held.count < service.limits.readAheadBytes
    case .closing, .closed: false
    }
  }

  /// All is written. To close while the client still sends would reset the connection and lose the answer on its way.
  private func endOutput() {
    if let tls {
      sayGoodbye(tls)
      guard phase != .closed, backlog.count == 0 else { return }
    }
    guard lingers || !held.isEmpty, !isPeerFinished else {
      close()
      return
    }
    shutdown(descriptor, Int32(SHUT_WR))
    held = []
    phase = .lingering
    lastProgress = service.loop.now
  }
}

extension Connection {
  /// Sets the one timer of a connection. It is not moved for each request: it fires now and then, and looks again.
  func setClock() {
    let now = service.loop.now
    noteRequestStart(now)
    guard let deadline else { return }
    if let clockDue, clockDue <= deadline { return }
    clockDue = deadline
    clock.add(milliseconds: deadline - now)
  }

  /// A request that waits behind output for a slow client is not given its time yet.
  private func noteRequestStart(_ now: Int) {
    guard phase == .reading else { return }
    if isCongested {
      requestStart = nil
    } else if requestStart == nil, !held.isEmpty || !parser.isBetweenRequests {
      requestStart = now
    }
  }

  func clockFired() {
    clockDue = nil
    guard let deadline, deadline <= service.loop.now else { return }
    if phase == .reading, requestStart != nil, !isCongested {
      refuse(.timedOut)
    } else {
      close()
    }
  }

  /// When the patience with this client ends, in milliseconds of the loop's clock; nil while the server itself is awaited.
  private var deadline: Int? {
    let limits = service.limits
    return switch phase {
    case .reading where isCongested, .closing: lastProgress.plus(limits.idleTimeout)
    case .reading: requestStart.map { $0.plus(limits.requestTimeout) } ?? (idleSince.plus(limits.idleTimeout))
    case .answering: backlog.count > 0 ? lastProgress.plus(limits.idleTimeout) : nil
    case .lingering: lastProgress.plus(limits.lingerTimeout)
    case .closed: nil
    }
  }
}

extension Int {
  /// The sum, or the greatest number there is: a time-out may be `Int.max`, for never.
  fileprivate func plus(_ other: Int) -> Int {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? .max : sum
  }
}

/// An answer that is still to come. It may be given once, at any time, whether or not the client is still there.
final class PendingAnswer {
  private(set) var response: Response?
  /// Set once the handler has returned: from then on the connection must be woken.
  weak var connection: Connection?
  private var isGiven = false

  func complete(_ response: Response) {
    guard !isGiven else { return }
    isGiven = true
    self.response = response
    // The handler of another request may be running: the connection goes on in the loop's next turn.
    connection?.wake()
  }
}
