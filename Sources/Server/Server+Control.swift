import API
import HTTPMessage
import HTTPTypes

/// Calls to the control plane.
extension Server {
  func outcome(of control: (Request) throws -> ControlAnswer, _ exchange: inout Exchange) throws -> Outcome {
    exchange.tenant = tenants.existing(Authentication.token(of: exchange.request) ?? Tenants.defaultToken)
    guard let strike = strike(exchange) else { return outcome(of: try control(exchange.request), exchange) }
    guard strike.rule.answer == nil || strike.rule.commits else {
      return divert(strike, &exchange) { _ in Response(status: .ok) }
    }
    switch try control(exchange.request) {
    case .now(let reply): return divert(strike, &exchange) { response(reply, $0) }
    case .later(let start): return divert(strike, exchange, start)
    }
  }

  /// What a rule makes of a call that is answered later. Of an answer that is still to come there is no half to send: it
  /// is broken off before, and it does not drip.
  private func divert(_ strike: Faults.Strike, _ exchange: Exchange, _ start: @escaping ControlAnswer.Start) -> Outcome
  {
    let rule = strike.rule
    switch rule.connection {
    case .closeBeforeResponse, .closeMidBody, .refuseAfterAccept:
      if rule.commits { start { _ in } }
      return .fault(rule.connection == .refuseAfterAccept ? .reset : .closeBeforeResponse)
    case .drip, nil: break
    }
    return .pending { [later] complete in
      start { result in
        let response = rule.answer == nil ? self.response(result, exchange) : self.response(rule, exchange)
        guard let delay = strike.milliseconds else { return complete(response) }
        later(delay) { complete(response) }
      }
    }
  }

  private func response(_ result: Result<Reply, APIError>, _ exchange: Exchange) -> Response {
    switch result {
    case .success(let reply): response(reply, exchange)
    case .failure(let error): response(refusing: error, exchange)
    }
  }

  private func outcome(of answer: ControlAnswer, _ exchange: Exchange) -> Outcome {
    switch answer {
    case .now(let reply): .now(response(reply, exchange))
    case .later(let start):
      .pending { complete in start { complete(self.response($0, exchange)) } }
    }
  }
}
