public import HTTPMessage

/// Asks other servers, on the loop: nothing here waits.
public final class HTTPClient {
  public typealias Completion = (Result<ReceivedResponse, SendingFailure>) -> Void

  let loop: EventLoop
  let limits: ClientLimits
  private let trust: ClientTrust
  private var knownTLS: ClientTLS?
  private var knownResolver: Resolver?
  private var calls: [ObjectIdentifier: ClientCall] = [:]

  /// Throws when the certificates that the trust names cannot be read.
  public init(on loop: EventLoop, trust: ClientTrust = .system, limits: ClientLimits = ClientLimits()) throws {
    self.loop = loop
    self.trust = trust
    self.limits = limits
    if case .file = trust { knownTLS = try ClientTLS(trust) }
  }

  deinit {
    for call in calls.values { call.abandon() }
  }

  /// How many requests are under way.
  public var callCount: Int {
    calls.count
  }

  /// Sends a request and calls back once, on the loop and never before this returns, with its answer or why there is none.
  public func send(_ request: OutgoingRequest, _ done: @escaping Completion) {
    let call = ClientCall(request, of: self, done)
    calls[ObjectIdentifier(call)] = call
    call.start()
  }

  /// Calls everything off that is under way.
  public func cancelAll() {
    for call in calls.values { call.finish(.failure(.cancelled)) }
  }

  func forget(_ call: ClientCall) {
    calls[ObjectIdentifier(call)] = nil
  }

  /// Made when it is first needed: most runs ask nobody.
  func resolver() throws(SystemError) -> Resolver {
    if let knownResolver { return knownResolver }
    let resolver = try Resolver(on: loop)
    knownResolver = resolver
    return resolver
  }

  func tls() throws(SystemError) -> ClientTLS {
    if let knownTLS { return knownTLS }
    let tls = try ClientTLS(trust)
    knownTLS = tls
    return tls
  }
}
