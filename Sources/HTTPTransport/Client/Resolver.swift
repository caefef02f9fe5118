import CLibevent
import Glibc
import HTTPMessage

/// Resolves host names asynchronously with evdns.
final class Resolver {
  typealias Completion = (Result<[SocketAddress], HTTPClientError>) -> Void

  /// A lookup that can be cancelled.
  final class Lookup {
    private var completion: Completion?
    fileprivate var handle: OpaquePointer?
    fileprivate var isFinished = false

    fileprivate init(completion: @escaping Completion) {
      self.completion = completion
    }

    /// Cancels the lookup. The completion is not called.
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
      let completion = completion
      self.completion = nil
      if code == 0, !addresses.isEmpty {
        completion?(.success(addresses))
      } else {
        completion?(.failure(.unresolved(String(cString: evutil_gai_strerror(code)))))
      }
    }
  }

  // Keeps the event base alive while lookups are in progress.
  private let base: EventBase
  private let pointer: OpaquePointer

  init(on loop: EventLoop) throws(SystemError) {
    base = loop.base
    // Without lookups the resolver must not keep the loop running.
    guard let pointer = evdns_base_new(base.pointer, EVDNS_BASE_DISABLE_WHEN_INACTIVE) else {
      throw SystemError(attempting: "evdns_base_new")
    }
    self.pointer = pointer
    // Without the file, evdns queries the local host, and it always resolves localhost.
    let options = DNS_OPTION_SEARCH | DNS_OPTION_NAMESERVERS | DNS_OPTION_MISC | DNS_OPTION_HOSTSFILE
    evdns_base_resolv_conf_parse(pointer, options, "/etc/resolv.conf")
  }

  deinit {
    evdns_base_free(pointer, 0)
  }

  /// Resolves a host name or an IP literal. The completion may be called before this function returns.
  func resolve(_ host: String, port: UInt16, completion: @escaping Completion) -> Lookup {
    let lookup = Lookup(completion: completion)
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_protocol = Int32(IPPROTO_TCP)
    hints.ai_flags = EVUTIL_AI_NUMERICSERV
    let context = Unmanaged.passRetained(lookup).toOpaque()
    let handle = evdns_getaddrinfo(
      pointer, host, "\(port)", &hints, { Resolver.finish(code: $0, list: $1, context: $2) }, context)
    if !lookup.isFinished { lookup.handle = handle }
    return lookup
  }

  /// Called exactly once for each lookup, cancelled or not.
  private static func finish(
    code: Int32, list: UnsafeMutablePointer<addrinfo>?, context: UnsafeMutableRawPointer?
  ) {
    guard let context else { return }
    Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue().finish(code: code, list: list)
  }
}
