import CLibevent
import COpenSSL
import Testing

@testable import HTTPTransport

/// A server that answers over TLS, once to each connection, and always the same.
final class RawTLSServer {
  let port: UInt16
  private let context: OpaquePointer
  private var acceptor: Acceptor?
  private var streams: [UnsafeMutablePointer<bufferevent>] = []

  init(on loop: EventLoop, certificate: SelfSignedCertificate, answering answer: String) throws {
    let context = try #require(SSL_CTX_new(TLS_server_method()))
    self.context = context
    SSL_CTX_use_certificate(context, certificate.x509)
    SSL_CTX_use_PrivateKey(context, certificate.privateKey)
    let socket = try #require(try ListeningSocket.open(at: .tcp(host: "127.0.0.1", port: 0), backlog: 16).first)
    guard case .tcp(_, let port) = socket.address else { throw SystemError(attempting: "listen", reason: "no port") }
    self.port = port
    acceptor = try Acceptor(descriptor: socket.descriptor, loop: loop) { [unowned self] descriptor, _ in
      guard
        let stream = bufferevent_openssl_socket_new(
          loop.base.pointer, descriptor, SSL_new(context), BUFFEREVENT_SSL_ACCEPTING,
          Int32(BEV_OPT_CLOSE_ON_FREE.rawValue))
      else { return }
      bufferevent_setcb(stream, nil, nil, { _, _, _ in }, nil)
      bufferevent_enable(stream, Int16(EV_READ | EV_WRITE))
      bufferevent_write(stream, answer, answer.utf8.count)
      streams.append(stream)
    }
  }

  deinit {
    streams.forEach(bufferevent_free)
    SSL_CTX_free(context)
  }
}
