import CLibevent
import Glibc

/// Accepts clients on one listening socket, which it owns.
final class Acceptor {
  private let loop: EventLoop
  private let accepted: (_ descriptor: Int32, _ peer: String) -> Void
  private var listener: OpaquePointer?
  private lazy var rest = Timer(on: loop) { [weak self] in self?.resume() }

  init(_ descriptor: Int32, loop: EventLoop, accepted: @escaping (_ descriptor: Int32, _ peer: String) -> Void) throws {
    self.loop = loop
    self.accepted = accepted
    let context = Unmanaged.passUnretained(self).toOpaque()
    // The socket listens already, which a backlog of 0 says.
    listener = evconnlistener_new(
      loop.base.pointer, { Acceptor.accepted($1, $2, $3, $4) }, context,
      UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC), 0, descriptor)
    guard let listener else {
      close(descriptor)
      throw SystemError("evconnlistener_new")
    }
    evconnlistener_set_error_cb(listener) { Acceptor.failed($1) }
  }

  deinit {
    if let listener { evconnlistener_free(listener) }
  }

  private static func accepted(
    _ descriptor: Int32, _ address: UnsafeMutablePointer<sockaddr>?, _ length: Int32,
    _ context: UnsafeMutableRawPointer?
  ) {
    guard let context else { return }
    let acceptor = Unmanaged<Acceptor>.fromOpaque(context).takeUnretainedValue()
    let peer = address.flatMap { SocketAddress($0, length: socklen_t(max(0, length))) }
    acceptor.accepted(descriptor, peer?.host ?? "")
  }

  private static func failed(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<Acceptor>.fromOpaque(context).takeUnretainedValue().pause()
  }

  /// No descriptor is left, most likely: trying again at once would only burn time until a client goes.
  private func pause() {
    guard let listener else { return }
    evconnlistener_disable(listener)
    rest.start(milliseconds: 100)
  }

  private func resume() {
    guard let listener else { return }
    evconnlistener_enable(listener)
  }
}
