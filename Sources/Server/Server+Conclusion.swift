import API
import HTTPMessage
import HTTPTypes
import Logging

/// Step 12 of a request's trip, and the books that are kept of it.
extension Server {
  func conclude(_ exchange: Exchange, _ outcome: Outcome) {
    if let call = exchange.call, let tenant = exchange.tenant {
      notify(tenant, call)
      announce(exchange, outcome.response, in: tenant, call)
      settle(tenant)
    }
    guard !exchange.isControl else { return }
    let (response, time) = (outcome.response, exchange.stopwatch.microseconds)
    metrics.count(
      exchange.operation?.id, response?.status.code ?? 0, microseconds: time, isFault: exchange.fault != nil)
    record(exchange, response, time)
    if logger.logLevel <= .debug { log(exchange, response, time) }
  }

  /// One that was refused for its token is written down where there is a workspace of this name.
  private func record(_ exchange: Exchange, _ response: Response?, _ time: Int64) {
    let token = { Authentication.token(of: exchange.request) ?? Tenants.defaultToken }
    guard let tenant = exchange.tenant ?? tenants.existing(token()), tenant.settings.journal else { return }
    tenant.journal.record(exchange, response, time: tenant.workspace.clock.milliseconds, microseconds: time)
  }

  private func log(_ exchange: Exchange, _ response: Response?, _ time: Int64) {
    logger.debug(
      "request",
      metadata: [
        "request_id": "\(exchange.id)", "method": "\(exchange.request.method.rawValue)",
        "target": "\(exchange.request.target)", "operation": "\(exchange.operation?.id ?? "none")",
        "version": "\(exchange.version ?? "none")", "workspace": "\(exchange.tenant?.name ?? "none")",
        "status": .stringConvertible(response?.status.code ?? 0), "microseconds": .stringConvertible(time),
        "fault": "\(exchange.fault ?? "none")",
      ])
  }
}

extension Outcome {
  /// What is answered, whole or not; nil when nothing is.
  fileprivate var response: Response? {
    switch self {
    case .now(let response), .after(_, let response), .fault(.closeMidBody(let response)),
      .fault(.drip(let response, _, _)):
      response
    case .fault, .pending: nil
    }
  }
}
