public import HTTPMessage

/// Asks other servers, on the loop: nothing here waits.
public final class HTTPClient {
  public typealias Completion = (Result<ReceivedResponse, HTTPClientError>) -> Void

  let loop: EventLoop
  let limits: ClientLimits
  private let trust: ClientTrust
  private var cachedTLS: ClientTLS?
  private var cachedResolver: Resolver?
  private var exchanges: [ObjectIdentifier: ClientExchange] = [:]

  /// Throws when the certificates that the trust names cannot be read.
  public init(on loop: EventLoop, trust: ClientTrust = .system, limits: ClientLimits = ClientLimits()) throws {
    self.loop = loop
    self.trust = trust
    self.limits = limits
    if case .file = trust { cachedTLS = try ClientTLS(trust: trust) }
  }

  deinit {
    for call in exchanges.values { call.abandon() }
  }

  /// How many requests are under way.
  public var activeRequestCount: Int {
    exchanges.count
  }

  /// Sends a request and calls back once, on the loop and never before this returns, with its answer or why there is none.
  public func send(_ request: OutgoingRequest, completion done: @escaping Completion) {
    let call = ClientExchange(request: request, client: self, completion: done)
    exchanges[ObjectIdentifier(call)] = call
    call.start()
  }

  /// Calls everything off that is under way.
  public func cancelAll() {
    for call in exchanges.values { call.finish(with: .failure(.cancelled)) }
  }

  func remove(_ call: ClientExchange) {
    exchanges[ObjectIdentifier(call)] = nil
  }

  /// Made when it is first needed: most runs ask nobody.
  func resolver() throws(SystemError) -> Resolver {
    if let cachedResolver { return cachedResolver }
    let resolver = try Resolver(on: loop)
    cachedResolver = resolver
    return resolver
  }

  func tls() throws(SystemError) -> ClientTLS {
    if let cachedTLS { return cachedTLS }
    let tls = try ClientTLS(trust: trust)
    cachedTLS = tls
    return tls
  }
}

/// What one answer from another server may cost, in bytes.
public struct ClientLimits: Sendable {
  /// The longest status line and header block; what surrounds one chunk of a body, too.
  public var headBytes = 16_384
  /// How much of a body is kept; the rest is not read.
  public var bodyBytes = 65_536

  public init() {}
}

/// Whom a client believes to be who they say.
public enum ClientTrust: Sendable {
  /// The system's certificate store.
  case system
  /// The certificates in this PEM file only.
  case file(String)
  /// Anybody.
  case anyCertificate
}
