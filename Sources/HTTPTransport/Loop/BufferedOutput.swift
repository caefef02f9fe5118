import Glibc

/// Output to a pipe, a terminal, a socket or a file, such as standard error, that never blocks the loop. What its reader does
/// not take yet is kept up to a limit; texts beyond it are dropped and counted.
///
/// Loggers need a `Sendable` stream. It is used on the loop's thread only.
public final class BufferedOutput: TextOutputStream, @unchecked Sendable {
  /// How to write without blocking.
  private enum Access {
    /// The descriptor does not block: a file, or a pipe or terminal that was opened again for this purpose.
    case direct
    case socket
    /// A pipe or terminal that cannot be opened again. Its flags are not changed, because other processes share them.
    case polled
  }

  private let descriptor: Int32
  private let access: Access
  /// Whether the descriptor was opened here. The given one stays open.
  private let ownsDescriptor: Bool
  private let limit: Int
  private let notice: (Int) -> String
  private var waiting: [UInt8] = []
  private var droppedCount = 0
  private var isBroken = false
  private var writableEvent: Event?

  /// - Parameters:
  ///   - descriptor: an open descriptor, which stays open
  ///   - limit: maximum number of bytes to keep
  ///   - notice: the text to write when there is room again, for the number of dropped texts
  public init(
    to descriptor: Int32, on loop: EventLoop, limit: Int = 1 << 20,
    notice: @escaping (_ dropped: Int) -> String = { _ in "" }
  ) {
    (self.descriptor, access) = Self.open(descriptor)
    ownsDescriptor = self.descriptor != descriptor
    self.limit = limit
    self.notice = notice
    writableEvent = Event(base: loop.base, source: self.descriptor, kinds: .writable) { [unowned self] _ in
      self.drain()
    }
  }

  /// Writes a text, or keeps it until its reader takes it.
  public func write(_ text: String) {
    guard !isBroken else { return }
    if waiting.isEmpty {
      waiting = Array(text.utf8)
    } else if droppedCount == 0, waiting.count + text.utf8.count <= limit {
      waiting.append(contentsOf: text.utf8)
      return
    } else {
      droppedCount += 1
      return
    }
    drain()
  }

  /// Writes as much as possible at once. Waits for the reader if anything is left.
  private func drain() {
    var start = 0
    while start < waiting.count, !isBroken {
      guard let count = waiting[start...].withUnsafeBytes(writeSome) else { break }
      start += count
      if start == waiting.count, droppedCount > 0 { (waiting, start) = (takeNotice(), 0) }
    }
    if isBroken { waiting = [] } else { waiting.removeFirst(start) }
    if !waiting.isEmpty { writableEvent?.add() }
  }

  private func takeNotice() -> [UInt8] {
    defer { droppedCount = 0 }
    return Array(notice(droppedCount).utf8)
  }

  /// Returns the number of bytes that need no further attempt; nil if the reader must read first.
  private func writeSome(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let count: Int
    switch access {
    case .direct: count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    case .socket: count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    case .polled:
      guard isReady else { return nil }
      // A pipe that is ready takes this many bytes without blocking (pipe(7)).
      count = Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Int(PIPE_BUF)))
    }
    if count >= 0 { return count }
    switch errno {
    case EAGAIN: return nil
    case EINTR: return 0
    case EPIPE, EBADF, EIO, ECONNRESET:
      // No reader is left.
      isBroken = true
      return 0
    default: return bytes.count
    }
  }

  private var isReady: Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, 0) > 0
  }

  /// A descriptor that can be written without blocking. Its own file description keeps the flag away from others.
  private static func open(_ descriptor: Int32) -> (Int32, Access) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return (descriptor, .direct) }
    switch status.st_mode & S_IFMT {
    case S_IFSOCK: return (descriptor, .socket)
    case S_IFIFO, S_IFCHR:
      let own = Glibc.open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      return own >= 0 ? (own, .direct) : (descriptor, .polled)
    default: return (descriptor, .direct)
    }
  }

  deinit {
    if ownsDescriptor { close(descriptor) }
  }
}
