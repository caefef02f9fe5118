import CLibevent
import Glibc

/// A queue of unsent bytes, stored in an evbuffer of libevent.
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

  /// Calls `body` with at most `limit` bytes from the front, and removes them.
  func takePortion(upTo limit: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard let buffer else { return }
    let size = min(limit, count)
    guard size > 0, let start = evbuffer_pullup(buffer, size) else { return }
    body(UnsafeRawBufferPointer(start: start, count: size))
    evbuffer_drain(buffer, size)
  }

  /// Writes as many bytes as the descriptor accepts. Returns their number, or nil if the connection failed.
  func write(to descriptor: Int32) -> Int? {
    guard let buffer else { return nil }
    let written = evbuffer_write(buffer, descriptor)
    if written >= 0 { return Int(written) }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }
}
