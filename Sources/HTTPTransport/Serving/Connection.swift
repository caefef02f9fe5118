import ASCII
import Glibc
import HTTPMessage

/// One client connection: parses requests, passes them to the handler one at a time, and sends the responses in order.
///
/// It calls `recv` and `send` on the descriptor and uses libevent only for readiness: a response usually fits the socket's
/// send buffer, so one request costs one `recv` and one `send`.
final class Connection {
  private let descriptor: Int32
  private let manager: ConnectionManager
  private let tls: TLSSession?
  private var phase = ConnectionPhase.reading

  private var parser: RequestParser
  /// Input that is not parsed yet.
  private var unprocessedInput: [UInt8] = []
  /// Whether the client has closed its sending side.
  private var isInputFinished = false

  /// Properties of the current request.
  private var traits = RequestTraits()
  /// Whether the connection persists after the current response.
  private var keepsAlive = true
  /// Whether the connection lingers before it closes.
  private var lingers = false
  private var progress = ResponseProgress.none

  /// Output of the current turn.
  private var output: [UInt8] = []
  private let socket: SocketOutput

  private var times: ConnectionTimes
  private var lingeredBytes = 0
  /// Time at which `deadlineEvent` fires, in milliseconds of the loop's clock.
  private var deadlineEventDue: Int?

  private lazy var delayTimer = Timer(on: manager.loop) { [weak self] in self?.delayElapsed() }
  private lazy var readEvent = makeEvent(source: descriptor, kinds: [.readable, .persistent]) { $0.read() }
  private lazy var writeEvent = makeEvent(source: descriptor, kinds: [.writable, .persistent]) { $0.writeBacklog() }
  private lazy var deadlineEvent = makeEvent(source: -1, kinds: []) { $0.deadlineFired() }
  private lazy var wakeEvent = makeEvent(source: -1, kinds: []) { $0.resume() }

  init(descriptor: Int32, manager: ConnectionManager, tls: TLSSession?, peer: String) {
    self.descriptor = descriptor
    self.manager = manager
    self.tls = tls
    socket = SocketOutput(descriptor: descriptor, tls: tls)
    parser = RequestParser(limits: manager.limits, peer: peer, scheme: tls == nil ? "http" : "https")
    times = ConnectionTimes(start: manager.loop.now)
  }

  func start() {
    runTurn {}
  }

  /// Continues in the next turn of the loop.
  func wake() {
    wakeEvent.activate()
  }

  /// Closes the connection at once. Further calls have no effect.
  func close() {
    guard phase != .closed else { return }
    phase = .closed
    if case .pending(let pending) = progress { pending.cancel() }
    progress = .none
    delayTimer.cancel()
    for event in [readEvent, writeEvent, deadlineEvent, wakeEvent] { event.remove() }
    _ = Glibc.close(descriptor)
    manager.remove(self)
  }

  /// Closes the connection if it is idle. The server is stopping; any other connection closes after its current response.
  func stopWhenIdle() {
    runTurn {
      guard phase == .reading, times.requestStart == nil, unprocessedInput.isEmpty else { return }
      phase = .closing
    }
  }

  /// Runs one turn: performs the action, sends the output at once, and decides which events to wait for.
  private func runTurn(_ action: () -> Void) {
    guard phase != .closed else { return }
    swap(&output, &manager.loop.spareOutput)
    action()
    flush()
    updateEvents()
    output.removeAll(keepingCapacity: output.capacity <= 262_144)
    swap(&output, &manager.loop.spareOutput)
  }

  private func makeEvent(source: Int32, kinds: Event.Kind, _ action: @escaping (Connection) -> Void) -> Event {
    // Unowned, not weak: the connection owns its events, and a weak reference makes every other reference slower.
    Event(base: manager.loop.base, source: source, kinds: kinds) { [unowned self] _ in
      let connection = self
      connection.runTurn { action(connection) }
    }
  }
}

// MARK: Input

extension Connection {
  private func read() {
    let scratch = manager.loop.readBuffer
    let count = recv(descriptor, scratch.baseAddress, scratch.count, 0)
    guard count > 0 else {
      handleEndOfInput(result: count)
      return
    }
    let bytes = UnsafeRawBufferPointer(rebasing: scratch[..<count])
    if let tls {
      readEncrypted(through: tls, bytes: bytes)
    } else {
      receive(bytes)
    }
  }

  private func handleEndOfInput(result: Int) {
    if result < 0, errno == EAGAIN || errno == EINTR { return }
    guard result == 0, phase != .lingering else {
      close()
      return
    }
    // A client can close its sending side and still read its responses.
    isInputFinished = true
  }

  private func readEncrypted(through tls: TLSSession, bytes: UnsafeRawBufferPointer) {
    tls.receive(bytes)
    // The session has copied the encrypted bytes, so the same buffer takes the decrypted ones.
    let scratch = manager.loop.readBuffer
    while phase != .closed {
      switch tls.decrypt(into: scratch) {
      case .decrypted(let count): receive(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
      case .needsInput: return transmit { $0.sendRecords() }
      case .ended:
        isInputFinished = true
        return transmit { $0.sendRecords() }
      case .failed:
        // The records contain the alert that describes the failure.
        transmit { $0.sendRecords() }
        return close()
      }
    }
  }

  /// Processes decrypted input. `raw` is the loop's read buffer.
  private func receive(_ raw: UnsafeRawBufferPointer) {
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

  /// Parses the input that was read ahead, until a response is not complete at once.
  private func processBufferedInput() {
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

  /// Handles the requests in the input, in order, until a response is not complete at once. Returns the number of bytes
  /// consumed.
  private func processRequests(in input: Span<UInt8>) -> Int {
    var position = 0
    while phase == .reading, !isCongested {
      let (consumed, step) = parser.parse(input.extracting(position...))
      position += consumed
      switch step {
      case .incomplete: return position
      case .wantsContinue: answerExpectation()
      case .request(let incoming): handle(incoming)
      case .refused(let failure): refuse(because: failure)
      }
      if output.count > 65_536 { flush() }
    }
    return position
  }
}

// MARK: Requests and responses

extension Connection {
  /// Asks for the body of a request, unless the request is refused without it (RFC 9110, 10.1.1).
  private func answerExpectation() {
    guard manager.refusesWithoutBody(parser.awaitedRequest) else {
      output.append("HTTP/1.1 100 Continue\r\n\r\n")
      return
    }
    lingers = true
    handle(parser.abandonBody())
  }

  private func handle(_ incoming: IncomingRequest) {
    traits = incoming.traits
    phase = .answering
    let outcome = manager.handle(addressed(incoming.request))
    // The handler may have stopped the server.
    guard phase != .closed else { return }
    carryOut(outcome)
  }

  private func carryOut(_ outcome: Outcome) {
    switch outcome {
    case .now(let response): respond(with: response)
    case .after(let milliseconds, let response):
      progress = .delayed(response)
      delayTimer.start(milliseconds: milliseconds)
    case .pending(let start): awaitOutcome(start)
    case .fault(let fault): inject(fault)
    }
  }

  /// A request without a host, as in HTTP/1.0, is for the address at which it arrived: URLs in responses need a host.
  private func addressed(_ request: Request) -> Request {
    guard request.authority.isEmpty else { return request }
    var request = request
    request.authority = SocketAddress.authority(of: descriptor)
    return request
  }

  private func awaitOutcome(_ start: (PendingOutcome) -> Void) {
    let pending = PendingOutcome()
    start(pending)
    if let outcome = pending.value { return carryOut(outcome) }
    // The handler of another request may be running, so the connection continues in the next turn of the loop.
    pending.onCompletion = { [weak self] _ in self?.wake() }
    progress = .pending(pending)
  }

  /// Sends the error response for input that is not a valid request. The connection closes after it.
  private func refuse(because failure: RequestFailure) {
    traits = parser.head.traits
    traits.keepsAlive = false
    lingers = true
    phase = .answering
    respond(with: manager.refuse(failure))
  }

  private func respond(with response: Response) {
    switch writeHead(of: response) {
    case .none: finishResponse()
    case .bytes(let bytes):
      write(body: bytes)
      finishResponse()
    case .chunks(let stream), .pieces(let stream, _):
      progress = .streaming(stream)
      pump(stream)
    }
  }

  private func writeHead(of response: Response) -> ResponseWriter.Payload {
    keepsAlive = traits.keepsAlive && !response.closesConnection && !manager.isStopping
    if response.closesConnection { lingers = true }
    return manager.writer.writeHead(of: response, for: traits, keepsAlive: &keepsAlive, to: &output)
  }

  /// Sends chunks while the socket accepts them. After 16 chunks it yields to other connections.
  private func pump(_ stream: BodyStream) {
    for _ in 0..<16 {
      guard socket.backlogCount == 0 else { return }
      guard let chunk = stream.next() else {
        if stream.isChunked { output.append(ResponseWriter.lastChunk) }
        return finishResponse()
      }
      manager.writer.write(chunk: chunk, isChunked: stream.isChunked, to: &output)
      flush()
    }
    if phase != .closed, socket.backlogCount == 0 { wake() }
  }

  /// Prepares the connection for the next request, or for closing.
  private func finishResponse() {
    guard phase != .closed else { return }
    progress = .none
    times.endRequest(at: manager.loop.now)
    phase = keepsAlive ? .reading : .closing
  }

  /// Continues after `wake()`.
  private func resume() {
    switch progress {
    case .pending(let pending):
      guard let outcome = pending.value else { break }
      progress = .none
      carryOut(outcome)
    case .streaming(let stream): pump(stream)
    case .none, .delayed, .dripping: break
    }
    processBufferedInput()
  }

  private func delayElapsed() {
    runTurn {
      switch progress {
      case .delayed(let response): respond(with: response)
      case .dripping(let drip): sendNextPortion(of: drip)
      case .none, .pending, .streaming: break
      }
      processBufferedInput()
    }
  }
}

// MARK: Faults

extension Connection {
  private func inject(_ fault: ConnectionFault) {
    switch fault {
    case .closeBeforeResponse:
      keepsAlive = false
      finishResponse()
    case .reset:
      flush()
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
      close()
    case .closeMidBody(let response):
      writeHalf(of: response)
      keepsAlive = false
      finishResponse()
    case .drip(let response, let bytes, let milliseconds):
      startDrip(response, portion: bytes, milliseconds: milliseconds)
    }
  }

  /// Writes the head and half of the body, or the first chunk of a streamed body.
  private func writeHalf(of response: Response) {
    let payload = writeHead(of: response)
    write(body: manager.writer.firstHalf(of: payload))
  }

  private func startDrip(_ response: Response, portion: Int, milliseconds: Int) {
    // Previous responses are not delayed.
    flush()
    var stream: BodyStream?
    switch writeHead(of: response) {
    case .none: break
    case .bytes(let bytes): output.append(contentsOf: bytes)
    case .chunks(let chunks), .pieces(let chunks, _): stream = chunks
    }
    let drip = DripResponse(head: output, stream: stream, portion: portion, milliseconds: milliseconds)
    output.removeAll(keepingCapacity: true)
    progress = .dripping(drip)
    delayTimer.start(milliseconds: 0)
  }

  /// Sends one portion if the socket accepted the previous one.
  private func sendNextPortion(of drip: DripResponse) {
    if socket.backlogCount == 0 {
      let isMore = drip.takePortion(using: manager.writer) { portion in transmit { $0.enqueue(portion) } }
      guard isMore else { return finishResponse() }
      writeBacklog()
    }
    if phase != .closed { delayTimer.start(milliseconds: drip.milliseconds) }
  }
}

// MARK: Output

extension Connection {
  /// Whether so much output is unsent that no further request is parsed.
  private var isCongested: Bool {
    output.count + socket.backlogCount > manager.limits.outputBytes
  }

  /// Writes a body. A small body is copied into the turn's output; a large one is sent without a copy.
  private func write(body: [UInt8]) {
    guard body.count > 16_384 else {
      output.append(contentsOf: body)
      return
    }
    output.withUnsafeBytes { head in
      body.withUnsafeBytes { body in transmit { $0.send(head, then: body) } }
    }
    output.removeAll(keepingCapacity: true)
  }

  /// Sends the turn's output.
  private func flush() {
    guard !output.isEmpty else { return }
    output.withUnsafeBytes { bytes in transmit { $0.send(bytes) } }
    output.removeAll(keepingCapacity: true)
  }

  /// Writes queued output and continues what waited for it.
  private func writeBacklog() {
    guard let written = socket.writeBacklog() else {
      close()
      return
    }
    if written > 0 { times.lastProgress = manager.loop.now }
    switch progress {
    case .dripping: return
    case .streaming(let stream): pump(stream)
    case .none, .delayed, .pending: break
    }
    if !isCongested { processBufferedInput() }
  }

  /// Calls `send` with the socket and closes the connection if it returns false.
  private func transmit(_ send: (SocketOutput) -> Bool) {
    guard phase != .closed else { return }
    let wasEmpty = socket.backlogCount == 0
    guard send(socket) else { return close() }
    if wasEmpty, socket.backlogCount > 0 { times.lastProgress = manager.loop.now }
  }
}

// MARK: Events and deadlines

extension Connection {
  /// Decides at the end of a turn whether the connection continues and which events it waits for.
  private func updateEvents() {
    if phase == .reading, isInputFinished, !isCongested { phase = .closing }
    if phase == .closing, socket.backlogCount == 0 { finishOutput() }
    guard phase != .closed else { return }
    watch(readEvent, if: wantsInput)
    if socket.backlogCount > 0 || writeEvent.isAdded { watch(writeEvent, if: socket.backlogCount > 0) }
    armDeadline()
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

  /// All output is sent: closes the connection, or lingers if the client may still be sending.
  private func finishOutput() {
    if tls != nil {
      transmit { $0.sendCloseNotify() }
      guard phase != .closed, socket.backlogCount == 0 else { return }
    }
    guard lingers || !unprocessedInput.isEmpty, !isInputFinished else {
      close()
      return
    }
    shutdown(descriptor, Int32(SHUT_WR))
    unprocessedInput = []
    phase = .lingering
    times.lastProgress = manager.loop.now
  }

  /// Arms the connection's deadline event. It is not rearmed for each request: when it fires early, it checks again.
  private func armDeadline() {
    let now = manager.loop.now
    if phase == .reading {
      let hasInput = !unprocessedInput.isEmpty || !parser.isBetweenRequests
      times.noteRequest(hasInput: hasInput, isCongested: isCongested, at: now)
    }
    guard let deadline else { return }
    if let deadlineEventDue, deadlineEventDue <= deadline { return }
    deadlineEventDue = deadline
    deadlineEvent.add(milliseconds: deadline - now)
  }

  private func deadlineFired() {
    deadlineEventDue = nil
    guard let deadline, deadline <= manager.loop.now else { return }
    if phase == .reading, times.requestStart != nil, !isCongested {
      refuse(because: .timedOut)
    } else {
      close()
    }
  }

  private var deadline: Int? {
    times.deadline(
      of: phase, isCongested: isCongested, isInHandshake: tls.map { !$0.isEstablished } ?? false,
      hasBacklog: socket.backlogCount > 0, limits: manager.limits)
  }
}
