import CLibevent
import Glibc

/// Bytes that wait to be written, in libevent's own buffer.
final class OutputQueue {
  private let buffer: OpaquePointer?

  init() {
    buffer = evbuffer_new()
  }

  deinit {
    if let buffer { evbuffer_free(buffer) }
  }

  var count: Int {
    buffer.map(evbuffer_get_length) ?? 0
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let buffer, let base = bytes.baseAddress, !bytes.isEmpty else { return }
    evbuffer_add(buffer, base, bytes.count)
  }

  /// Takes at most `limit` bytes out, for `body` to use.
  func takePortion(upTo limit: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard let buffer else { return }
    let size = min(limit, count)
    guard size > 0, let start = evbuffer_pullup(buffer, size) else { return }
    body(UnsafeRawBufferPointer(start: start, count: size))
    evbuffer_drain(buffer, size)
  }

  /// Writes what the descriptor takes; the number of bytes, or nil when the peer is gone.
  func write(to descriptor: Int32) -> Int? {
    guard let buffer else { return nil }
    let written = evbuffer_write(buffer, descriptor)
    if written >= 0 { return Int(written) }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }
}
