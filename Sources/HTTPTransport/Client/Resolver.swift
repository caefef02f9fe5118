import CLibevent
import Glibc
import HTTPMessage

/// Looks names up without waiting: the loop goes on while evdns asks.
final class Resolver {
  typealias Completion = (Result<[SocketAddress], HTTPClientError>) -> Void

  /// One look-up that may be called off.
  final class Lookup {
    private var completion: Completion?
    fileprivate var handle: OpaquePointer?
    fileprivate var isFinished = false

    fileprivate init(completion answer: @escaping Completion) {
      self.completion = answer
    }

    /// The answer will not come any more.
    func cancel() {
      completion = nil
      guard !isFinished, let handle else { return }
      self.handle = nil
      evdns_getaddrinfo_cancel(handle)
    }

    fileprivate func finish(code: Int32, list: UnsafeMutablePointer<addrinfo>?) {
      defer { if let list { evutil_freeaddrinfo(list) } }
      isFinished = true
      let addresses = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { node -> SocketAddress? in
        guard let info = node?.pointee, let address = info.ai_addr else { return nil }
        return SocketAddress(copying: address, length: info.ai_addrlen)
      }
      let answer = completion
      self.completion = nil
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
      throw SystemError(attempting: "evdns_base_new")
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
  func resolve(_ host: String, port: UInt16, completion answer: @escaping Completion) -> Lookup {
    let lookUp = Lookup(completion: answer)
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_protocol = Int32(IPPROTO_TCP)
    hints.ai_flags = EVUTIL_AI_NUMERICSERV
    let context = Unmanaged.passRetained(lookUp).toOpaque()
    let handle = evdns_getaddrinfo(
      pointer, host, "\(port)", &hints, { Resolver.finish(code: $0, list: $1, context: $2) }, context)
    if !lookUp.isFinished { lookUp.handle = handle }
    return lookUp
  }

  /// Called exactly once for each look-up, called off or not.
  private static func finish(
    code: Int32, list: UnsafeMutablePointer<addrinfo>?, context: UnsafeMutableRawPointer?
  ) {
    guard let context else { return }
    Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue().finish(code: code, list: list)
  }
}
