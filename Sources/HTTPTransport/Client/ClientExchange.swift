import CLibevent
import Glibc
import HTTPMessage

/// One request in progress: resolves the host, connects, sends the request and parses the response.
final class ClientExchange {
  private let request: OutgoingRequest
  private unowned let client: HTTPClient
  private var completion: HTTPClient.Completion?
  private var parser: ResponseParser
  private var addresses: ArraySlice<SocketAddress> = []
  private var stream: UnsafeMutablePointer<bufferevent>?
  private var lookup: Resolver.Lookup?
  private var isConnected = false
  private lazy var timeoutTimer = Timer(on: client.loop) { [weak self] in self?.finish(with: .failure(.timedOut)) }
  private lazy var startTimer = Timer(on: client.loop) { [weak self] in self?.resolve() }

  init(request: OutgoingRequest, client: HTTPClient, completion: @escaping HTTPClient.Completion) {
    self.request = request
    self.client = client
    self.completion = completion
    parser = ResponseParser(limits: client.limits, isBodiless: request.method == .head)
  }

  deinit {
    releaseResources()
  }

  /// Starts in the next turn of the loop.
  func start() {
    timeoutTimer.start(milliseconds: max(1, request.timeoutMilliseconds))
    startTimer.start(milliseconds: 0)
  }

  /// Releases the resources and calls the completion. Further calls have no effect.
  func finish(with result: Result<ReceivedResponse, HTTPClientError>) {
    guard let completion else { return }
    self.completion = nil
    releaseResources()
    withExtendedLifetime(self) {
      client.remove(self)
      completion(result)
    }
  }

  /// Releases the resources without calling the completion.
  func abandon() {
    completion = nil
    releaseResources()
  }

  private func releaseResources() {
    timeoutTimer.cancel()
    startTimer.cancel()
    lookup?.cancel()
    lookup = nil
    closeStream()
  }

  private func closeStream() {
    guard let stream else { return }
    self.stream = nil
    bufferevent_setcb(stream, nil, nil, nil, nil)
    bufferevent_free(stream)
  }

  // MARK: Connecting

  private func resolve() {
    guard !MetadataAddress.contains(name: request.url.host) else {
      return finish(with: .failure(.forbidden(request.url.host)))
    }
    do throws(SystemError) {
      let resolver = try client.resolver()
      lookup = resolver.resolve(request.url.host, port: request.url.port) { [weak self] result in
        self?.handleLookup(result: result)
      }
    } catch {
      finish(with: .failure(.unresolved(error.reason)))
    }
  }

  private func handleLookup(result: Result<[SocketAddress], HTTPClientError>) {
    switch result {
    case .success(let found):
      // Each address, because a name may resolve to a harmless one as well.
      if let address = found.first(where: \.isMetadataService) {
        return finish(with: .failure(.forbidden(address.host)))
      }
      addresses = found[...]
      connect(after: .unreachable("no address"))
    case .failure(let failure): finish(with: .failure(failure))
    }
  }

  /// Connects to the next address. If none is left, finishes with the error of the previous one.
  private func connect(after failure: HTTPClientError) {
    closeStream()
    guard let address = addresses.popFirst() else { return finish(with: .failure(failure)) }
    do throws(SystemError) {
      let stream = try makeStream(to: address)
      self.stream = stream
      let result = address.withPointer { bufferevent_socket_connect(stream, $0, Int32($1)) }
      // An immediate failure also calls the event callback, but not in all cases.
      if result != 0, self.stream == stream { connect(after: .unreachable(SystemError(attempting: "connect").reason)) }
    } catch {
      finish(with: .failure(.insecure(error.reason)))
    }
  }

  private func makeStream(to address: SocketAddress) throws(SystemError) -> UnsafeMutablePointer<bufferevent> {
    let options = Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)
    let made =
      request.url.isSecure
      ? bufferevent_openssl_socket_new(
        client.loop.base.pointer, -1,
        try client.tls().makeSession(with: request.url.host, isLiteral: address.host == request.url.host),
        BUFFEREVENT_SSL_CONNECTING, options)
      : bufferevent_socket_new(client.loop.base.pointer, -1, options)
    guard let made else { throw SystemError(attempting: "create a connection") }
    if request.url.isSecure { bufferevent_openssl_set_allow_dirty_shutdown(made, 1) }
    let context = Unmanaged.passUnretained(self).toOpaque()
    bufferevent_setcb(
      made, { _, call in ClientExchange.handleReadable(context: call) }, nil,
      { ClientExchange.handleEvent(flags: $1, context: $2) }, context)
    bufferevent_setwatermark(made, Int16(EV_READ), 0, 65_536)
    bufferevent_enable(made, Int16(EV_READ | EV_WRITE))
    let bytes = request.head + request.body
    bufferevent_write(made, bytes, bytes.count)
    return made
  }

  // MARK: What happens on the wire

  private static func handleReadable(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    let call = Unmanaged<ClientExchange>.fromOpaque(context).takeUnretainedValue()
    withExtendedLifetime(call) { call.readInput() }
  }

  private static func handleEvent(flags what: Int16, context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    let number = errno
    let call = Unmanaged<ClientExchange>.fromOpaque(context).takeUnretainedValue()
    withExtendedLifetime(call) { call.handleEvent(flags: Int32(what), errorNumber: number) }
  }

  private func handleEvent(flags what: Int32, errorNumber number: Int32) {
    if what & BEV_EVENT_CONNECTED != 0 {
      isConnected = true
    } else if !isConnected {
      handleConnectFailure(errorNumber: number)
    } else if what & (BEV_EVENT_EOF | BEV_EVENT_ERROR) != 0 {
      readInput()
      if completion != nil { handleEndOfInput() }
    }
  }

  private func handleConnectFailure(errorNumber number: Int32) {
    guard request.url.isSecure, let stream, let session = bufferevent_openssl_get_ssl(stream) else {
      return connect(after: .unreachable(SystemError(attempting: "connect", number: number).reason))
    }
    let code = UInt(bufferevent_get_openssl_error(stream))
    let reason = ClientTLS.verificationError(of: session) ?? TLSError.text(of: code)
    connect(
      after: reason.map { .insecure($0) } ?? .unreachable(SystemError(attempting: "connect", number: number).reason))
  }

  private func readInput() {
    guard let stream, let input = bufferevent_get_input(stream) else { return }
    let scratch = client.loop.readBuffer
    do throws(HTTPClientError) {
      while evbuffer_get_length(input) > 0 {
        let count = evbuffer_remove(input, scratch.baseAddress, scratch.count)
        guard count > 0 else { break }
        try parser.consume(UnsafeRawBufferPointer(rebasing: scratch[..<Int(count)]))
      }
    } catch {
      return finish(with: .failure(error))
    }
    if let response = parser.completeResponse { finish(with: .success(response)) }
  }

  private func handleEndOfInput() {
    do throws(HTTPClientError) {
      try parser.handleEndOfInput()
      if let response = parser.completeResponse { finish(with: .success(response)) }
    } catch {
      finish(with: .failure(error))
    }
  }
}

extension OutgoingRequest {
  /// The request line and the header block; one connection carries one request.
  fileprivate var head: [UInt8] {
    var text = "\(method.rawValue) \(url.target) HTTP/1.1\r\nHost: \(url.authority)\r\n"
    for field in fields { text += "\(field.name.rawName): \(field.value)\r\n" }
    if method != .head && method != .get || !body.isEmpty { text += "Content-Length: \(body.count)\r\n" }
    return Array((text + "Connection: close\r\n\r\n").utf8)
  }
}
