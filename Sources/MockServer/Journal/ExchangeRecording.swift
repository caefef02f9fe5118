import API
import HTTPMessage
import Logging
import Store

/// Records finished requests in metrics, journal and log.
extension Server {
  func record(_ exchange: Exchange, response: Response?) {
    let time = exchange.stopwatch.microseconds
    metrics.record(
      operation: exchange.operation?.id, status: response?.status.code ?? 0, microseconds: time,
      isFault: exchange.faultID != nil)
    // A stranger must not fill a journal.
    if exchange.hostStanding != .refused { addToJournal(exchange, response: response, microseconds: time) }
    if logger.logLevel <= .debug { log(exchange, response: response, microseconds: time) }
  }

  private func addToJournal(_ exchange: Exchange, response: Response?, microseconds time: Int64) {
    guard let session = exchange.session ?? refusedSession(for: exchange.request), session.settings.journal else {
      return
    }
    session.journal.record(exchange, response: response, time: session.workspace.clock.milliseconds, microseconds: time)
  }

  /// The session whose journal records a request with a refused token: that of the token. Tokens that are not known do
  /// not create workspaces, because there is no limit to them.
  private func refusedSession(for request: Request) -> WorkspaceSession? {
    let name = edge.workspaceName(for: request)
    if let session = sessions.session(named: name) { return session }
    return edge.knowsToken(of: request) ? try? sessions.openSession(named: name) : nil
  }

  private func log(_ exchange: Exchange, response: Response?, microseconds time: Int64) {
    logger.debug(
      "request",
      metadata: [
        "request_id": "\(exchange.id)", "method": "\(exchange.request.method.rawValue)",
        "target": "\(secretMask.target(exchange.request.target))", "operation": "\(exchange.operation?.id ?? "none")",
        "version": "\(exchange.version ?? "none")",
        "workspace": "\(exchange.session.map { secretMask.mask($0.name) } ?? "none")",
        "status": .stringConvertible(response?.status.code ?? 0), "microseconds": .stringConvertible(time),
        "fault": "\(exchange.faultID ?? "none")",
      ])
  }
}
