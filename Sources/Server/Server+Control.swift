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
    let answer = try control(exchange.request)
    // What answers later is not diverted.
    guard case .now(let reply) = answer else { return outcome(of: answer, exchange) }
    return divert(strike, &exchange) { response(reply, $0) }
  }

  private func outcome(of answer: ControlAnswer, _ exchange: Exchange) -> Outcome {
    switch answer {
    case .now(let reply): .now(response(reply, exchange))
    case .later(let start):
      .pending { complete in
        start { result in
          switch result {
          case .success(let reply): complete(self.response(reply, exchange))
          case .failure(let error): complete(self.response(refusing: error, exchange))
          }
        }
      }
    }
  }
}
