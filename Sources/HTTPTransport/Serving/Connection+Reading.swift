import Glibc
import HTTPMessage

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
