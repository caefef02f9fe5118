/// Writes JSON into a buffer of its own that grows as needed: compact UTF-8, without spaces.
///
/// It writes what it is told and does not check that commas and brackets make sense. Everything here is inlined into
/// the renderer, which runs it for every field of every reply.
public struct JSONWriter: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int

  /// The number of bytes written so far.
  @inlinable public var count: Int { written }

  @usableFromInline var written = 0

  /// Whether the room is the writer's own to free, and not lent.
  @usableFromInline var ownsRoom = true

  /// A writer with room for so many bytes.
  @inlinable public init(reserving capacity: Int = 1024) {
    self.capacity = max(capacity, 32)
    base = .allocate(capacity: self.capacity)
  }

  /// A writer into room that somebody else frees; it goes over to room of its own when that is full.
  private init?(lent room: UnsafeMutableBufferPointer<UInt8>) {
    guard let base = room.baseAddress else { return nil }
    self.base = base
    capacity = room.count
    ownsRoom = false
  }

  deinit { if ownsRoom { base.deallocate() } }

  /// A copy of what has been written.
  @inlinable public var bytes: [UInt8] {
    let (base, written) = (base, written)
    return Array(unsafeUninitializedCapacity: written) { buffer, initialized in
      buffer.baseAddress?.initialize(from: base, count: written)
      initialized = written
    }
  }

  /// What `write` writes, without a copy of it unless it is more than `count` bytes.
  public static func bytes(expecting count: Int, _ write: (consuming JSONWriter) -> JSONWriter) -> [UInt8] {
    var more: [UInt8]?
    let bytes = [UInt8](unsafeUninitializedCapacity: count + JSONKey.room) { room, initialized in
      guard let lent = JSONWriter(lent: room) else { return }
      let writer = write(lent)
      if writer.ownsRoom { more = writer.bytes } else { initialized = writer.count }
    }
    return more ?? bytes
  }

  /// Lends what has been written, without a copy.
  @inlinable public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: written))
  }

  /// Forgets what has been written and keeps the room: a writer may serve one reply after the other.
  @inlinable public mutating func removeAll() { written = 0 }

  /// Makes room for so many more bytes.
  @inlinable public mutating func reserve(_ more: Int) {
    if capacity - written < more { grow(more) }
  }

  @usableFromInline @inline(never) mutating func grow(_ more: Int) {
    capacity = max(capacity * 2, written + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.initialize(from: base, count: written)
    if ownsRoom { base.deallocate() }
    ownsRoom = true
    base = larger
  }
}

// MARK: Raw bytes

extension JSONWriter {
  /// Writes one byte as it is.
  @inlinable public mutating func write(byte: UInt8) {
    reserve(1)
    base[written] = byte
    written += 1
  }

  /// Writes bytes as they are: a key prepared with `JSON.encodedKey`, or JSON that is already written.
  @inlinable public mutating func write(raw bytes: [UInt8]) {
    bytes.withUnsafeBytes { write(raw: $0) }
  }

  /// Writes bytes as they are.
  @inlinable public mutating func write(raw bytes: Span<UInt8>) {
    bytes.bytes.withUnsafeBytes { write(raw: $0) }
  }

  /// Writes text as it is: `{"type":"list","data":[`.
  @inlinable public mutating func write(raw text: StaticString) {
    text.withUTF8Buffer { write(raw: UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes as they are.
  @inlinable public mutating func write(raw bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    UnsafeMutableRawPointer(base + written).copyMemory(from: source, byteCount: bytes.count)
    written += bytes.count
  }
}
