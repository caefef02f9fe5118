import CLibevent
import COpenSSL
import Glibc
import Testing
@testable import HTTPTransport

/// A server that sends the same bytes in response to any input, and stores the input.
final class RawServer {
  private(set) var received: [UInt8] = []
  let port: UInt16
  private var acceptor: Acceptor?
  private var open: [Int32: Event] = [:]

  /// - Parameter closes: whether the connection closes after the response
  init(on loop: EventLoop, answering answer: String?, closes: Bool = true) throws {
    let socket = try #require(try ListeningSocket.open(at: .tcp(host: "127.0.0.1", port: 0), backlog: 16).first)
    guard case .tcp(_, let port) = socket.address else { throw SystemError(attempting: "listen", reason: "no port") }
    self.port = port
    acceptor = try Acceptor(descriptor: socket.descriptor, loop: loop) { [unowned self] descriptor, _ in
      let event = Event(base: loop.base, source: descriptor, kinds: [.readable, .persistent]) { [unowned self] _ in
        receive(from: descriptor, answer: answer, closes: closes)
      }
      open[descriptor] = event
      event.add()
    }
  }

  deinit {
    for descriptor in open.keys { close(descriptor) }
  }

  private func receive(from descriptor: Int32, answer: String?, closes: Bool) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 { received += buffer[..<count] }
    guard count <= 0 || answer != nil else { return }
    if count > 0, let answer { _ = send(descriptor, answer, answer.utf8.count, Int32(MSG_NOSIGNAL)) }
    guard closes || count <= 0 else { return }
    open[descriptor] = nil
    close(descriptor)
  }
}

/// A TLS server that sends the same bytes once to each connection.
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

/// A self-signed certificate.
final class SelfSignedCertificate {
  let privateKey: OpaquePointer
  let x509: OpaquePointer

  /// - Parameter names: the subject alternative names, for example `DNS:localhost,IP:127.0.0.1`
  init(for names: String) throws {
    let context = try #require(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil))
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    EVP_PKEY_keygen_init(context)
    EVP_PKEY_keygen(context, &key)
    privateKey = try #require(key)
    x509 = try #require(X509_new())
    X509_set_version(x509, 2)
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1)
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600)
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600)
    X509_set_pubkey(x509, privateKey)
    let name = X509_get_subject_name(x509)
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, "test", -1, -1, 0)
    X509_set_issuer_name(x509, name)
    for (number, value) in [(NID_subject_alt_name, names), (NID_basic_constraints, "critical,CA:TRUE")] {
      let addition = try #require(X509V3_EXT_conf_nid(nil, nil, number, value))
      X509_add_ext(x509, addition, -1)
      X509_EXTENSION_free(addition)
    }
    try #require(X509_sign(x509, privateKey, nil) > 0)
  }

  deinit {
    X509_free(x509)
    EVP_PKEY_free(privateKey)
  }

  /// Writes the private key as a PEM file.
  /// - Parameter passphrase: encrypts the key; nil for a key without encryption
  func writeKey(to path: String, passphrase: String? = nil) {
    let file = BIO_new_file(path, "w")
    let secret = passphrase.map { Array($0.utf8) }
    PEM_write_bio_PKCS8PrivateKey(
      file, privateKey, secret == nil ? nil : EVP_aes_128_cbc(), secret.map { $0.map(CChar.init) },
      Int32(secret?.count ?? 0), nil, nil)
    BIO_free(file)
  }

  /// Writes the certificate as a PEM file.
  func write(to path: String) {
    let file = BIO_new_file(path, "w")
    PEM_write_bio_X509(file, x509)
    BIO_free(file)
  }
}
