import API
import HTTPMessage
import HTTPTypes
import JSON
import Store

/// Step 7 of a request's trip: a rule may answer, delay or break the wire; the resource never learns of it.
extension Server {
  /// A dripped answer comes in portions of so many bytes, so many milliseconds apart.
  private static let drip = (bytes: 64, milliseconds: 20)

  /// What a rule does to a request; nil when none takes it. The control plane's calls are taken by rules that name its
  /// paths only, and those that take rules away by none.
  func matchFault(for exchange: Exchange) -> Faults.FaultMatch? {
    guard let faults = exchange.session?.faults, !faults.rules.isEmpty else { return nil }
    if ControlRouter.managesFaults(segments: exchange.request.segments) { return nil }
    return faults.match(exchange.subject, isControl: exchange.isControl)
  }

  /// What a rule makes of a request.
  /// - Parameter run: carries the operation out, a refusal included
  func apply(_ faultMatch: Faults.FaultMatch, to exchange: inout Exchange, run: (inout Exchange) -> Response) -> Outcome
  {
    let rule = faultMatch.rule
    exchange.faultID = rule.id
    let response = response(for: rule, in: &exchange, run: run)
    switch rule.connection {
    case .closeBeforeResponse: return .fault(.closeBeforeResponse)
    case .refuseAfterAccept: return .fault(.reset)
    case .closeMidBody: return .fault(.closeMidBody(response))
    case .drip: return .fault(.drip(response, bytes: Self.drip.bytes, milliseconds: Self.drip.milliseconds))
    case nil: return faultMatch.delayMilliseconds.map { .after(milliseconds: $0, response) } ?? .now(response)
    }
  }

  /// The operation is carried out when its answer arrives, if late or slowly, and when the rule says so; else what it
  /// writes is undone.
  private func response(for rule: FaultRule, in exchange: inout Exchange, run: (inout Exchange) -> Response)
    -> Response
  {
    let loses = rule.cannedResponse != nil || ![nil, .drip].contains(rule.connection)
    if rule.cannedResponse != nil || rule.connection == .closeBeforeResponse || rule.connection == .refuseAfterAccept {
      if rule.commits { _ = run(&exchange) }
      return faultResponse(for: rule, in: exchange)
    }
    guard loses, !rule.commits, let workspace = exchange.session?.workspace else { return run(&exchange) }
    var tried = exchange
    let response = workspace.withRollback { run(&tried) }
    return response
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

  /// Official SDKs sleep until the time that these fields name, so a fault has them only when it asks for them.
  private func rateLimitStatus(for rule: FaultRule, status: HTTPResponse.Status?, in exchange: Exchange)
    -> RateLimitStatus?
  {
    guard let session = exchange.session, rule.resetInSeconds != nil || status == .tooManyRequests else { return nil }
    let (now, setting) = (session.workspace.clock.now, session.settings.rateLimit)
    let end = rule.resetInSeconds.map { now + $0 } ?? (now / setting.windowSeconds + 1) * setting.windowSeconds
    return RateLimitStatus(limit: setting.limit, remaining: 0, reset: end)
  }
}
