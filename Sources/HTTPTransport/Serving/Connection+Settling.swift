import Glibc

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
