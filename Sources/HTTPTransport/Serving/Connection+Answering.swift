import HTTPMessage

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
