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

  /// Moves at most `limit` bytes over from another queue.
  func append(atMost limit: Int, from other: OutputQueue) {
    guard let buffer, let source = other.buffer else { return }
    evbuffer_remove_buffer(source, buffer, limit)
  }

  /// Writes what the descriptor takes; the number of bytes, or nil when the peer is gone.
  func write(to descriptor: Int32) -> Int? {
    guard let buffer else { return nil }
    let written = evbuffer_write(buffer, descriptor)
    if written >= 0 { return Int(written) }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }
}
