import API
import HTTPMessage
import HTTPTypes

/// Step 12 of a request's trip, and the books that are kept of it.
extension Server {
  func conclude(_ exchange: Exchange, _ outcome: Outcome) {
    if let call = exchange.call, let tenant = exchange.tenant { notify(tenant, call) }
    guard !exchange.isControl else { return }
    // One that was refused for its token is written down where there is a workspace of this name.
    let token = { Authentication.token(of: exchange.request) ?? Tenants.defaultToken }
    guard let tenant = exchange.tenant ?? tenants.existing(token()), tenant.settings.journal else { return }
    tenant.journal.record(
      JournalEntry(
        id: exchange.id, exchange, outcome.response, time: tenant.workspace.clock.milliseconds,
        microseconds: exchange.microseconds))
  }
}

extension Outcome {
  /// What is answered, whole or not; nil when nothing is.
  fileprivate var response: Response? {
    switch self {
    case .now(let response), .after(_, let response), .broken(.closeMidBody(let response)),
      .broken(.drip(let response, _, _)):
      response
    case .broken, .pending: nil
    }
  }
}
