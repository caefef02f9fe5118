public import HTTPMessage

/// An HTTP/1.1 client on an event loop. No function blocks.
public final class HTTPClient {
  public typealias Completion = (Result<ReceivedResponse, HTTPClientError>) -> Void

  let loop: EventLoop
  let limits: ClientLimits
  private let trust: ClientTrust
  private var cachedTLS: ClientTLS?
  private var cachedResolver: Resolver?
  private var exchanges: [ObjectIdentifier: ClientExchange] = [:]

  /// Throws if the trusted certificates cannot be read.
  public init(on loop: EventLoop, trust: ClientTrust = .system, limits: ClientLimits = ClientLimits()) throws {
    self.loop = loop
    self.trust = trust
    self.limits = limits
    if case .file = trust { cachedTLS = try ClientTLS(trust: trust) }
  }

  deinit {
    for call in exchanges.values { call.abandon() }
  }

  /// Number of requests in progress.
  public var activeRequestCount: Int {
    exchanges.count
  }

  /// Sends a request.
  ///
  /// - Parameter done: called once on the loop, after this function has returned, with the response or an error
  public func send(_ request: OutgoingRequest, completion done: @escaping Completion) {
    let call = ClientExchange(request: request, client: self, completion: done)
    exchanges[ObjectIdentifier(call)] = call
    call.start()
  }

  /// Cancels all requests in progress. Their completions are called with `.cancelled`.
  public func cancelAll() {
    for call in exchanges.values { call.finish(with: .failure(.cancelled)) }
  }

  func remove(_ call: ClientExchange) {
    exchanges[ObjectIdentifier(call)] = nil
  }

  /// The resolver, created on first use: most runs send no request.
  func resolver() throws(SystemError) -> Resolver {
    if let cachedResolver { return cachedResolver }
    let resolver = try Resolver(on: loop)
    cachedResolver = resolver
    return resolver
  }

  /// The TLS configuration, created on first use.
  func tls() throws(SystemError) -> ClientTLS {
    if let cachedTLS { return cachedTLS }
    let tls = try ClientTLS(trust: trust)
    cachedTLS = tls
    return tls
  }
}

/// Limits for a response, in bytes.
public struct ClientLimits: Sendable {
  /// Maximum size of the status line and the header section, and of the framing of one chunk.
  public var headBytes = 16_384
  /// Maximum size of the stored body. The rest is not read.
  public var bodyBytes = 65_536

  public init() {}
}

/// The certificates that a client trusts.
public enum ClientTrust: Sendable {
  /// The system's certificate store.
  case system
  /// Only the certificates in this PEM file.
  case file(String)
  /// Any certificate, without verification.
  case anyCertificate
}
