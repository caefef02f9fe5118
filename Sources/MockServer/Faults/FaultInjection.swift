import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// Applies fault rules: they replace, delay or break responses. Operations do not know of them.
extension Server {
  /// Size and interval of the portions of a dripped response.
  private static let drip = (bytes: 64, milliseconds: 20)

  /// Returns the fault rule that takes a request. Rules take requests to the control plane only if their path pattern names
  /// it, and never those that manage fault rules.
  func matchFault(for exchange: Exchange) -> Faults.FaultMatch? {
    guard let faults = exchange.session?.faults, !faults.rules.isEmpty else { return nil }
    if ControlRouter.managesFaults(segments: exchange.request.segments) { return nil }
    return faults.match(exchange.subject, isControl: exchange.isControl)
  }

  /// Applies a rule to a request.
  /// - Parameter run: performs the operation and returns its response, also if that is an error
  func apply(
    _ faultMatch: Faults.FaultMatch, to exchange: inout Exchange, run: (inout Exchange) -> SlicedWork<Response>
  ) -> SlicedWork<Outcome> {
    exchange.faultID = faultMatch.rule.id
    return response(for: faultMatch.rule, in: &exchange, run: run).map { Self.outcome(of: $0, under: faultMatch) }
  }

  /// What becomes of a response under a rule.
  static func outcome(of response: Response, under faultMatch: Faults.FaultMatch) -> Outcome {
    switch faultMatch.rule.connection {
    case .closeBeforeResponse: .fault(.closeBeforeResponse)
    case .refuseAfterAccept: .fault(.reset)
    case .closeMidBody: .fault(.closeMidBody(response))
    case .drip: .fault(.drip(response, bytes: drip.bytes, milliseconds: drip.milliseconds))
    case nil: faultMatch.delayMilliseconds.map { .after(milliseconds: $0, response) } ?? .now(response)
    }
  }

  /// Performs the operation if the client receives its response, even late or slowly, or if the rule commits. Otherwise its
  /// writes are rolled back.
  private func response(
    for rule: FaultRule, in exchange: inout Exchange, run: (inout Exchange) -> SlicedWork<Response>
  ) -> SlicedWork<Response> {
    let loses = rule.cannedResponse != nil || ![nil, .drip].contains(rule.connection)
    if rule.cannedResponse != nil || rule.connection == .closeBeforeResponse || rule.connection == .refuseAfterAccept {
      guard rule.commits else { return .finished(faultResponse(for: rule, in: exchange)) }
      let work = run(&exchange)
      return work.map { [exchange] _ in self.faultResponse(for: rule, in: exchange) }
    }
    guard loses, !rule.commits, let workspace = exchange.session?.workspace else { return run(&exchange) }
    var tried = exchange
    return workspace.withRollback { run(&tried) }.wrappingSteps { step in try workspace.withRollback(step) }
  }

  func faultResponse(for rule: FaultRule, in exchange: Exchange) -> Response {
    var exchange = exchange
    let status: HTTPResponse.Status? =
      switch rule.cannedResponse {
      case .error(let status, _, _, _), .verbatim(let status, _, _): status
      case nil: nil
      }
    exchange.rateLimitStatus = rateLimitStatus(for: rule, status: status, in: exchange)
    switch rule.cannedResponse {
    case .error(let status, let code, let message, let fields):
      var error = genericError(status: status, in: exchange.session)
      if let code { error.code = code }
      if let message { error.message = message }
      error.headerFields += fields
      return responses.response(refusing: error, in: exchange)
    case .verbatim(let status, let fields, let body):
      return Response(
        status: status, standardFields: responses.standardFields(of: exchange), fields: fields, body: .bytes(body))
    case nil: return Response(status: .serviceUnavailable)
    }
  }

  /// Official SDKs wait until the reset time in these fields, so they are sent only if the rule or the status requires them.
  private func rateLimitStatus(for rule: FaultRule, status: HTTPResponse.Status?, in exchange: Exchange)
    -> RateLimitStatus?
  {
    guard let session = exchange.session, rule.resetInSeconds != nil || status == .tooManyRequests else { return nil }
    let (now, setting) = (session.workspace.clock.now, session.settings.rateLimit)
    let end = rule.resetInSeconds.map { now + $0 } ?? (now / setting.windowSeconds + 1) * setting.windowSeconds
    return RateLimitStatus(limit: setting.limit, remaining: 0, reset: end)
  }
}
