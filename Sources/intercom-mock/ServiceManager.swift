import Glibc
import HTTPTransport

/// Reports the state of the service to systemd, or to another service manager that sets `NOTIFY_SOCKET` (sd_notify(3)).
enum ServiceManager {
  static func notify(_ state: String) {
    guard let name = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), let address = address(named: name) else {
      return
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let bytes = Array(state.utf8)
    // Errors are ignored, as sd_notify(3) recommends.
    address.withPointer { _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) }
  }

  /// - Parameter name: an absolute path, or `@` and a name in the abstract namespace
  private static func address(named name: String) -> SocketAddress? {
    switch name.utf8.first {
    case UInt8(ascii: "/"): SocketAddress(path: name)
    case UInt8(ascii: "@"): SocketAddress(abstractName: String(name.dropFirst()))
    default: nil
    }
  }
}
