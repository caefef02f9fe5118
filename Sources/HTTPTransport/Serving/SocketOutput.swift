import Glibc

/// The sending side of a connection: encrypts if the connection uses TLS, writes to the socket, and queues what the socket
/// does not accept.
struct SocketOutput {
  let descriptor: Int32
  /// The TLS session; nil for plain HTTP.
  let tls: TLSSession?
  private let backlog = OutputQueue()

  init(descriptor: Int32, tls: TLSSession?) {
    self.descriptor = descriptor
    self.tls = tls
  }

  /// Number of queued bytes.
  var backlogCount: Int { backlog.count }

  /// Sends two buffers, in this order. Returns false if the connection failed.
  func send(_ first: UnsafeRawBufferPointer, then second: UnsafeRawBufferPointer = .empty) -> Bool {
    guard let tls else { return transmit(first, then: second) }
    return tls.encrypt(first) && tls.encrypt(second) && sendRecords()
  }

  /// Queues bytes without writing to the socket. Returns false if the connection failed.
  func enqueue(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let tls else {
      backlog.append(bytes)
      return true
    }
    guard tls.encrypt(bytes) else { return false }
    tls.withOutput { backlog.append($0) }
    return true
  }

  /// Writes queued bytes. Returns the number of bytes written, or nil if the connection failed.
  func writeBacklog() -> Int? {
    backlog.write(to: descriptor)
  }

  /// Sends the records that the TLS session has produced, such as handshake messages and alerts. Returns false if the
  /// connection failed.
  func sendRecords() -> Bool {
    var succeeded = true
    tls?.withOutput { succeeded = transmit($0) }
    return succeeded
  }

  /// Sends the `close_notify` alert, which distinguishes the end of the data from a truncation (RFC 8446, 6.1). Returns
  /// false if the connection failed.
  func sendCloseNotify() -> Bool {
    tls?.sendCloseNotify()
    return sendRecords()
  }

  private func transmit(_ first: UnsafeRawBufferPointer, then second: UnsafeRawBufferPointer = .empty) -> Bool {
    var written = 0
    if backlog.count == 0 {
      written = second.isEmpty ? write(first) : write(first, then: second)
      if written < 0 {
        guard errno == EAGAIN || errno == EINTR else { return false }
        written = 0
      }
      guard written < first.count + second.count else { return true }
    }
    backlog.append(UnsafeRawBufferPointer(rebasing: first.dropFirst(written)))
    backlog.append(UnsafeRawBufferPointer(rebasing: second.dropFirst(max(0, written - first.count))))
    return true
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
  }

  private func write(_ first: UnsafeRawBufferPointer, then second: UnsafeRawBufferPointer) -> Int {
    withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
      parts[0] = iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count)
      parts[1] = iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
      return writev(descriptor, parts.baseAddress, 2)
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate static var empty: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
}
