extension Connection {
  /// Sets the one timer of a connection. It is not moved for each request: it fires now and then, and looks again.
  func setClock() {
    let now = service.loop.now
    if phase == .reading, requestStart == nil, !held.isEmpty || !parser.isBetweenRequests { requestStart = now }
    guard let deadline else { return }
    if let clockDue, clockDue <= deadline { return }
    clockDue = deadline
    clock.add(milliseconds: deadline - now)
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
    case .reading where isCongested, .closing: lastProgress + limits.idleTimeout
    case .reading: requestStart.map { $0 + limits.requestTimeout } ?? (idleSince + limits.idleTimeout)
    case .answering: backlog.count > 0 ? lastProgress + limits.idleTimeout : nil
    case .lingering: lastProgress + limits.lingerTimeout
    case .closed: nil
    }
  }
}
