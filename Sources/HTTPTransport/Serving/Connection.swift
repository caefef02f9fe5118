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
  let manager: ConnectionManager
  /// What opens and seals the bytes; nil where they go as they are.
  let tls: TLSSession?
  var phase = Phase.reading
  var parser: RequestParser
  /// Input that is not used up yet.
  var unprocessedInput: [UInt8] = []
  /// Whether the client has sent all it will.
  var isInputFinished = false

  /// Of the request in hand.
  var traits = RequestTraits()
  var keepsAlive = true
  /// Whether the connection lingers before it closes.
  var lingers = false
  var pendingResponse: PendingResponse?
  var stream: BodyStream?
  var drip: DripResponse?
  lazy var delayTimer = Timer(on: manager.loop) { [weak self] in self?.delayElapsed() }
  /// The answer that waits for `delay`.
  var delayedResponse: Response?

  /// Output of this turn, not yet given to the system.
  var output: [UInt8] = []
  /// Output that the system did not take.
  let backlog = OutputQueue()

  var requestStart: Int?
  var idleSince: Int
  var lastProgress: Int
  var lingeredBytes = 0
  /// When `clock` fires, at the latest.
  var deadlineEventDue: Int?

  lazy var readEvent = makeEvent(source: descriptor, kinds: [.readable, .persistent]) { $0.read() }
  lazy var writeEvent = makeEvent(source: descriptor, kinds: [.writable, .persistent]) { $0.writeBacklog() }
  lazy var deadlineEvent = makeEvent(source: -1, kinds: []) { $0.deadlineFired() }
  lazy var wakeEvent = makeEvent(source: -1, kinds: []) { $0.resume() }

  init(descriptor: Int32, manager: ConnectionManager, tls: TLSSession?, peer: String) {
    self.descriptor = descriptor
    self.manager = manager
    self.tls = tls
    parser = RequestParser(limits: manager.limits, peer: peer)
    idleSince = manager.loop.now
    lastProgress = idleSince
  }

  func start() {
    runTurn {}
  }

  /// Continues in the loop's next turn.
  func wake() {
    wakeEvent.activate()
  }

  /// Whether so much output waits that no further request is looked at.
  var isCongested: Bool {
    output.count + backlog.count > manager.limits.outputBytes
  }

  /// Everything happens in turns: something happens, its output is written at once, and what to wait for is settled.
  func runTurn(_ happen: () -> Void) {
    guard phase != .closed else { return }
    swap(&output, &manager.loop.spareOutput)
    happen()
    flush()
    updateEvents()
    output.removeAll(keepingCapacity: output.capacity <= 262_144)
    swap(&output, &manager.loop.spareOutput)
  }

  private func makeEvent(source: Int32, kinds: Event.Kind, _ happen: @escaping (Connection) -> Void) -> Event {
    // Unowned, not weak: the connection owns its events, and a weak reference would slow down every other one.
    Event(base: manager.loop.base, source: source, kinds: kinds) { [unowned self] _ in
      let connection = self
      connection.runTurn { happen(connection) }
    }
  }
}

extension Connection {
  /// Takes what the client sent.
  func read() {
    let scratch = manager.loop.readBuffer
    let count = recv(descriptor, scratch.baseAddress, scratch.count, 0)
    guard count > 0 else {
      handleEndOfInput(result: count)
      return
    }
    if let tls {
      readEncrypted(through: tls, bytes: UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    } else {
      receive(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    }
  }

  /// Takes plain bytes, which lie in the loop's scratch memory.
  func receive(_ raw: UnsafeRawBufferPointer) {
    let bytes = raw.bindMemory(to: UInt8.self)
    switch phase {
    case .reading where unprocessedInput.isEmpty && !isCongested:
      let used = processRequests(in: bytes.span)
      unprocessedInput.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[used...]))
    case .reading, .answering:
      unprocessedInput.append(contentsOf: bytes)
      processBufferedInput()
    case .lingering:
      lingeredBytes += bytes.count
      if lingeredBytes > manager.limits.lingerBytes { close() }
    case .closing, .closed:
      break
    }
  }

  /// Looks at what was read ahead, as far as answers are not outstanding.
  func processBufferedInput() {
    guard phase == .reading, !unprocessedInput.isEmpty else { return }
    var input: [UInt8] = []
    swap(&input, &unprocessedInput)
    let used = processRequests(in: input.span)
    if used == input.count {
      input.removeAll(keepingCapacity: input.capacity <= 65_536)
    } else {
      input.removeFirst(used)
    }
    unprocessedInput = input
  }

  /// Handles the requests in the input, in order, until one is not answered at once; the number of bytes used.
  private func processRequests(in input: Span<UInt8>) -> Int {
    var position = 0
    while phase == .reading, !isCongested {
      let (consumed, step) = parser.parse(input.extracting(position...))
      position += consumed
      switch step {
      case .incomplete: return position
      case .wantsContinue: output.append("HTTP/1.1 100 Continue\r\n\r\n")
      case .request(let incoming): handle(incoming)
      case .refused(let failure): refuse(because: failure)
      }
      if output.count > 65_536 { flush() }
    }
    return position
  }

  private func handleEndOfInput(result: Int) {
    if result < 0, errno == EAGAIN || errno == EINTR { return }
    guard result == 0, phase != .lingering else {
      close()
      return
    }
    // A client may end its side and still wait for its answers.
    isInputFinished = true
  }
}

extension Connection {
  /// Has a request handled, and carries out what becomes of it.
  func handle(_ incoming: IncomingRequest) {
    traits = incoming.traits
    phase = .answering
    let outcome = manager.handle(incoming.request)
    // The handler may have stopped the server.
    guard phase != .closed else { return }
    switch outcome {
    case .now(let response): respond(with: response)
    case .after(let milliseconds, let response):
      delayedResponse = response
      delayTimer.start(milliseconds: milliseconds)
    case .pending(let start): awaitResponse(start)
    case .fault(let breakage): inject(breakage)
    }
  }

  /// Answers what never became a request, and reads no more.
  func refuse(because failure: RequestFailure) {
    traits = parser.head.traits
    traits.keepsAlive = false
    lingers = true
    phase = .answering
    respond(with: manager.refuse(failure))
  }

  /// Writes an answer, or begins to.
  func respond(with response: Response) {
    switch writeHead(of: response) {
    case .none: finishResponse()
    case .bytes(let bytes):
      write(body: bytes)
      finishResponse()
    case .pieces(let next, let isChunked):
      stream = BodyStream(next: next, isChunked: isChunked)
      pumpStream()
    }
  }

  func writeHead(of response: Response) -> ResponseWriter.Payload {
    keepsAlive = traits.keepsAlive && !response.closesConnection && !manager.isStopping
    if response.closesConnection { lingers = true }
    return manager.writer.writeHead(of: response, for: traits, keepsAlive: &keepsAlive, to: &output)
  }

  /// The answer is whole: what is next on this connection?
  func finishResponse() {
    guard phase != .closed else { return }
    requestStart = nil
    idleSince = manager.loop.now
    phase = keepsAlive ? .reading : .closing
  }

  /// Goes on with whatever was put off.
  func resume() {
    if let response = pendingResponse?.response {
      pendingResponse = nil
      respond(with: response)
    }
    if stream != nil { pumpStream() }
    processBufferedInput()
  }

  func delayElapsed() {
    runTurn {
      if let response = delayedResponse {
        delayedResponse = nil
        respond(with: response)
      }
      if drip != nil { sendNextPortion() }
      processBufferedInput()
    }
  }

  private func awaitResponse(_ start: (@escaping (Response) -> Void) -> Void) {
    let answer = PendingResponse()
    start(answer.complete)
    if let response = answer.response {
      respond(with: response)
    } else {
      answer.connection = self
      pendingResponse = answer
    }
  }
}

extension Connection {
  /// Decides, at the end of a turn, whether the connection goes on, and what it waits for.
  func updateEvents() {
    if phase == .reading, isInputFinished, !isCongested { phase = .closing }
    if phase == .closing, backlog.count == 0 { finishOutput() }
    guard phase != .closed else { return }
    watch(readEvent, if: wantsInput)
    if backlog.count > 0 || writeEvent.isAdded { watch(writeEvent, if: backlog.count > 0) }
    armDeadline()
  }

  /// Closes for good. Harmless when repeated.
  func close() {
    guard phase != .closed else { return }
    phase = .closed
    pendingResponse = nil
    (stream, drip, delayedResponse) = (nil, nil, nil)
    delayTimer.cancel()
    for event in [readEvent, writeEvent, deadlineEvent, wakeEvent] { event.remove() }
    _ = Glibc.close(descriptor)
    manager.remove(self)
  }

  /// The server goes down: an idle connection is closed, any other finishes what it has in hand.
  func stopWhenIdle() {
    runTurn {
      guard phase == .reading, requestStart == nil, unprocessedInput.isEmpty else { return }
      phase = .closing
    }
  }

  private func watch(_ event: Event, if needed: Bool) {
    guard event.isAdded != needed else { return }
    needed ? event.add() : event.remove()
  }

  private var wantsInput: Bool {
    switch phase {
    case .reading where !isCongested, .lingering: !isInputFinished
    case .reading, .answering: !isInputFinished && unprocessedInput.count < manager.limits.readAheadBytes
    case .closing, .closed: false
    }
  }

  /// All is written. To close while the client still sends would reset the connection and lose the answer on its way.
  private func finishOutput() {
    if let tls {
      sendCloseNotify(through: tls)
      guard phase != .closed, backlog.count == 0 else { return }
    }
    guard lingers || !unprocessedInput.isEmpty, !isInputFinished else {
      close()
      return
    }
    shutdown(descriptor, Int32(SHUT_WR))
    unprocessedInput = []
    phase = .lingering
    lastProgress = manager.loop.now
  }
}

extension Connection {
  /// Sets the one timer of a connection. It is not moved for each request: it fires now and then, and looks again.
  func armDeadline() {
    let now = manager.loop.now
    updateRequestStart(at: now)
    guard let deadline else { return }
    if let deadlineEventDue, deadlineEventDue <= deadline { return }
    deadlineEventDue = deadline
    deadlineEvent.add(milliseconds: deadline - now)
  }

  /// A request that waits behind output for a slow client is not given its time yet.
  private func updateRequestStart(at now: Int) {
    guard phase == .reading else { return }
    if isCongested {
      requestStart = nil
    } else if requestStart == nil, !unprocessedInput.isEmpty || !parser.isBetweenRequests {
      requestStart = now
    }
  }

  func deadlineFired() {
    deadlineEventDue = nil
    guard let deadline, deadline <= manager.loop.now else { return }
    if phase == .reading, requestStart != nil, !isCongested {
      refuse(because: .timedOut)
    } else {
      close()
    }
  }

  /// When the patience with this client ends, in milliseconds of the loop's clock; nil while the server itself is awaited.
  private var deadline: Int? {
    let limits = manager.limits
    return switch phase {
    case .reading where isCongested, .closing: lastProgress.addingSaturated(limits.idleTimeout)
    case .reading:
      requestStart.map { $0.addingSaturated(limits.requestTimeout) } ?? (idleSince.addingSaturated(limits.idleTimeout))
    case .answering: backlog.count > 0 ? lastProgress.addingSaturated(limits.idleTimeout) : nil
    case .lingering: lastProgress.addingSaturated(limits.lingerTimeout)
    case .closed: nil
    }
  }
}

extension Int {
  /// The sum, or the greatest number there is: a time-out may be `Int.max`, for never.
  fileprivate func addingSaturated(_ other: Int) -> Int {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? .max : sum
  }
}

/// An answer that is still to come. It may be given once, at any time, whether or not the client is still there.
final class PendingResponse {
  private(set) var response: Response?
  /// Set once the handler has returned: from then on the connection must be woken.
  weak var connection: Connection?
  private var isCompleted = false

  func complete(with response: Response) {
    guard !isCompleted else { return }
    isCompleted = true
    self.response = response
    // The handler of another request may be running: the connection goes on in the loop's next turn.
    connection?.wake()
  }
}
