import Glibc
import HTTPMessage

/// An answer that is sent in small portions.
struct DripResponse {
  let staged: OutputQueue
  var stream: BodyStream?
  let portion: Int
  let milliseconds: Int
}

extension Connection {
  /// Fails as a fault rule asks.
  func inject(_ breakage: ConnectionFault) {
    switch breakage {
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

  /// The whole head and half of the body; of a body in pieces, the first.
  private func writeHalf(of response: Response) {
    switch writeHead(of: response) {
    case .none: break
    case .bytes(let bytes): write(body: Array(bytes.prefix(bytes.count / 2)))
    case .pieces(let next, let isChunked):
      guard let piece = next() else { return }
      manager.writer.write(piece: piece, isChunked: isChunked, to: &output)
    }
  }

  private func startDrip(_ response: Response, portion: Int, milliseconds: Int) {
    // What was answered before goes out undelayed.
    flush()
    var drip = DripResponse(staged: OutputQueue(), portion: max(1, portion), milliseconds: max(0, milliseconds))
    let payload = writeHead(of: response)
    if case .bytes(let bytes) = payload { output.append(contentsOf: bytes) }
    if case .pieces(let next, let isChunked) = payload { drip.stream = BodyStream(next: next, isChunked: isChunked) }
    stage(in: drip)
    self.drip = drip
    delayTimer.start(milliseconds: 0)
  }

  /// Sends one portion, unless the client has not taken the last one.
  func sendNextPortion() {
    guard let drip, phase == .answering else { return }
    if backlog.count == 0 {
      if drip.staged.count == 0, !stageNextPiece() {
        self.drip = nil
        finishResponse()
        return
      }
      drip.staged.takePortion(upTo: drip.portion) { enqueue($0) }
      writeBacklog()
    }
    delayTimer.start(milliseconds: drip.milliseconds)
  }

  /// Fetches the next piece; false when there is none.
  private func stageNextPiece() -> Bool {
    guard let drip, let stream = drip.stream else { return false }
    if let piece = stream.next() {
      manager.writer.write(piece: piece, isChunked: stream.isChunked, to: &output)
    } else {
      if stream.isChunked { output.append("0\r\n\r\n") }
      self.drip?.stream = nil
    }
    stage(in: drip)
    return true
  }

  private func stage(in drip: DripResponse) {
    output.withUnsafeBytes { drip.staged.append($0) }
    output.removeAll(keepingCapacity: true)
  }
}
