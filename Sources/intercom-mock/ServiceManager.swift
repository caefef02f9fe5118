import Glibc
import HTTPTransport

/// Notifies the service manager that set `NOTIFY_SOCKET`, such as systemd, of the state of the service (sd_notify(3)).
enum ServiceManager {
  /// Sends a state such as `READY=1`. Errors are ignored, because the service does not depend on its manager.
  static func notify(_ state: String) {
    guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), let address = address(path: path) else {
      return
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let bytes = Array(state.utf8)
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    _ = address.withPointer { sendto(descriptor, bytes, bytes.count, flags, $0, $1) }
  }

  /// The address of an absolute path, or of an abstract name after `@`.
  private static func address(path: String) -> SocketAddress? {
    if path.hasPrefix("@") { return SocketAddress(abstractName: String(path.dropFirst())) }
    return path.hasPrefix("/") ? SocketAddress(path: path) : nil
  }
}
