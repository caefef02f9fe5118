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
