import CLibevent
import Glibc

/// Accepts connections on a listening socket. Owns the socket.
final class Acceptor {
  private let loop: EventLoop
  private let accepted: (_ descriptor: Int32, _ peer: String) -> Void
  private var listener: OpaquePointer?
  private lazy var retryTimer = Timer(on: loop) { [weak self] in self?.resume() }

  init(descriptor: Int32, loop: EventLoop, accepted: @escaping (_ descriptor: Int32, _ peer: String) -> Void) throws {
    self.loop = loop
    self.accepted = accepted
    let context = Unmanaged.passUnretained(self).toOpaque()
    // A backlog of 0 means that the socket is listening already.
    listener = evconnlistener_new(
      loop.base.pointer, { Acceptor.handleAccept(descriptor: $1, address: $2, length: $3, context: $4) }, context,
      UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC), 0, descriptor)
    guard let listener else {
      close(descriptor)
      throw SystemError(attempting: "evconnlistener_new")
    }
    evconnlistener_set_error_cb(listener) { Acceptor.handleFailure(context: $1) }
  }

  deinit {
    if let listener { evconnlistener_free(listener) }
  }

  private static func handleAccept(
    descriptor: Int32, address: UnsafeMutablePointer<sockaddr>?, length: Int32,
    context: UnsafeMutableRawPointer?
  ) {
    guard let context else { return }
    let acceptor = Unmanaged<Acceptor>.fromOpaque(context).takeUnretainedValue()
    let peer = address.flatMap { SocketAddress(copying: $0, length: socklen_t(max(0, length))) }
    acceptor.accepted(descriptor, peer?.host ?? "")
  }

  private static func handleFailure(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<Acceptor>.fromOpaque(context).takeUnretainedValue().pause()
  }

  /// Pauses for 100 ms: the usual reason is the limit of open descriptors, and `accept` fails until a connection closes.
  private func pause() {
    guard let listener else { return }
    evconnlistener_disable(listener)
    retryTimer.start(milliseconds: 100)
  }

  private func resume() {
    guard let listener else { return }
    evconnlistener_enable(listener)
  }
}
