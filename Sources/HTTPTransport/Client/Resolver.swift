import CLibevent
import Glibc
import HTTPMessage

/// Looks names up without waiting: the loop goes on while evdns asks.
final class Resolver {
  typealias Answer = (Result<[SocketAddress], SendingFailure>) -> Void

  /// One look-up that may be called off.
  final class LookUp {
    private var answer: Answer?
    fileprivate var handle: OpaquePointer?
    fileprivate var isOver = false

    fileprivate init(_ answer: @escaping Answer) {
      self.answer = answer
    }

    /// The answer will not come any more.
    func cancel() {
      answer = nil
      guard !isOver, let handle else { return }
      self.handle = nil
      evdns_getaddrinfo_cancel(handle)
    }

    fileprivate func finish(_ code: Int32, _ list: UnsafeMutablePointer<addrinfo>?) {
      defer { if let list { evutil_freeaddrinfo(list) } }
      isOver = true
      let addresses = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { node -> SocketAddress? in
        guard let info = node?.pointee, let address = info.ai_addr else { return nil }
        return SocketAddress(address, length: info.ai_addrlen)
      }
      let answer = answer
      self.answer = nil
      if code == 0, !addresses.isEmpty {
        answer?(.success(addresses))
      } else {
        answer?(.failure(.unresolved(String(cString: evutil_gai_strerror(code)))))
      }
    }
  }

  // The look-ups must not outlive the loop's base.
  private let base: EventBase
  private let pointer: OpaquePointer

  init(on loop: EventLoop) throws(SystemError) {
    base = loop.base
    // Without look-ups it must not keep the loop running.
    guard let pointer = evdns_base_new(base.pointer, EVDNS_BASE_DISABLE_WHEN_INACTIVE) else {
      throw SystemError("evdns_base_new")
    }
    self.pointer = pointer
    // Without the file it asks this machine, and always knows localhost.
    let everything = DNS_OPTION_SEARCH | DNS_OPTION_NAMESERVERS | DNS_OPTION_MISC | DNS_OPTION_HOSTSFILE
    evdns_base_resolv_conf_parse(pointer, everything, "/etc/resolv.conf")
  }

  deinit {
    evdns_base_free(pointer, 0)
  }

  /// The addresses of a name or a literal. The answer may come before this returns.
  func resolve(_ host: String, port: UInt16, _ answer: @escaping Answer) -> LookUp {
    let lookUp = LookUp(answer)
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_protocol = Int32(IPPROTO_TCP)
    hints.ai_flags = EVUTIL_AI_NUMERICSERV
    let context = Unmanaged.passRetained(lookUp).toOpaque()
    let handle = evdns_getaddrinfo(pointer, host, "\(port)", &hints, { Resolver.finish($0, $1, $2) }, context)
    if !lookUp.isOver { lookUp.handle = handle }
    return lookUp
  }

  /// Called exactly once for each look-up, called off or not.
  private static func finish(
    _ code: Int32, _ list: UnsafeMutablePointer<addrinfo>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let context else { return }
    Unmanaged<LookUp>.fromOpaque(context).takeRetainedValue().finish(code, list)
  }
}
