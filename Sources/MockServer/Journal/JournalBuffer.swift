import API
import DequeModule
import HTTPMessage
import HTTPTypes

/// Memory limit for the journals of all workspaces. The oldest entries of any workspace are dropped first.
final class JournalBuffer {
  private let limit: Int
  private(set) var bytes = 0
  /// The slots in use, oldest first, including some that were dropped already.
  private var slots: Deque<JournalSlot> = []
  private var droppedCount = 0
  /// Blocks of dropped slots, for reuse.
  private var spareBlocks: [[UInt8]] = []
  private static let spareLimit = 16

  init(limit: Int = 64 << 20) {
    self.limit = limit
  }

  /// Returns an empty slot; fill it, then `add` it.
  func makeSlot() -> JournalSlot {
    JournalSlot(block: spareBlocks.popLast() ?? [])
  }

  /// Adds a filled slot. Drops the oldest slots if the limit is exceeded.
  func add(_ slot: JournalSlot) {
    slots.append(slot)
    bytes += slot.bytes
    while bytes > limit, let oldest = slots.popFirst() {
      if oldest.isDropped { droppedCount -= 1 } else { free(oldest) }
    }
    if droppedCount > 1024, droppedCount > slots.count / 2 { compact() }
  }

  /// Frees a slot that its journal removed.
  func drop(_ slot: JournalSlot) {
    guard !slot.isDropped else { return }
    free(slot)
    droppedCount += 1
    while slots.first?.isDropped ?? false {
      slots.removeFirst()
      droppedCount -= 1
    }
  }

  private func free(_ slot: JournalSlot) {
    bytes -= slot.bytes
    let block = slot.drop()
    if spareBlocks.count < Self.spareLimit { spareBlocks.append(block) }
  }

  private func compact() {
    slots.removeAll { $0.isDropped }
    droppedCount = 0
  }
}

/// One journal entry, with all its variable-length parts in one block of bytes. The next entry reuses the block: to keep
/// requests and responses themselves would free about twelve allocations per request, all of them out of the cache.
final class JournalSlot {
  /// Approximate memory of a slot without its block, in bytes.
  private static let overhead = 256

  private(set) var isDropped = false
  private(set) var bytes = 0
  private(set) var time: Int64 = 0
  private(set) var status: HTTPResponse.Status?
  private(set) var operation: String?
  private(set) var version: String?
  private var microseconds: Int64 = 0
  private var faultID: String?
  private var requestLength = 0
  private var responseLength = 0
  /// The preset fields of the response; shared with other responses.
  private var presetFields: FieldBlock?
  private var block: [UInt8]

  /// - Parameter block: an unused block to write into
  init(block: [UInt8] = []) {
    self.block = block
  }

  func fill(from exchange: Exchange, response: Response?, time: Int64, microseconds: Int64) {
    (self.time, self.microseconds) = (time, microseconds)
    (operation, version, faultID) = (exchange.operation?.id, exchange.version, exchange.faultID)
    (status, presetFields) = (response?.status, response?.presetFields)
    reserveBlock(size: Self.size(of: exchange.request, response: response))
    write(exchange.request, id: exchange.id)
    write(response)
    bytes = Self.overhead + block.capacity
  }

  /// Empties the slot and returns its block.
  func drop() -> [UInt8] {
    isDropped = true
    (operation, version, faultID, status, presetFields) = (nil, nil, nil, nil, nil)
    defer { block = [] }
    return block
  }

  /// The id of the request.
  var id: String {
    var reader = JournalBlockReader(block: block)
    return reader.readString()
  }

  /// The request, for comparisons. The body is copied when it is needed.
  var subject: RequestSubject {
    var reader = JournalBlockReader(block: block)
    reader.skip()
    let request = Request(
      method: HTTPRequest.Method(reader.readString()) ?? .get, target: reader.readString())
    reader.skip()
    return RequestSubject(request: request, operation: operation, version: version) { reader.readBytes() }
  }

  var entry: JournalEntry {
    var reader = JournalBlockReader(block: block)
    let id = reader.readString()
    let request = Request(
      method: HTTPRequest.Method(reader.readString()) ?? .get, target: reader.readString(),
      fields: ReceivedFields(lines: reader.readBytes()), body: reader.readBytes(), scheme: reader.readString(),
      authority: reader.readString(), peer: reader.readString())
    let (own, body) = (FieldBlock(lines: reader.readBytes()), reader.readBytes())
    return JournalEntry(
      id: id, request: request, requestLength: requestLength,
      response: status.map {
        Response(status: $0, presetFields: presetFields, standardFields: own, body: .bytes(body))
      },
      responseLength: responseLength, operation: operation, version: version, time: time,
      microseconds: microseconds, faultID: faultID)
  }

  // MARK: Writing

  /// Keeps the block unless it is much too large, so that one long list does not occupy memory for a thousand requests.
  private func reserveBlock(size: Int) {
    if block.capacity > 4 * size + 4096 { block = [] }
    block.removeAll(keepingCapacity: true)
    block.reserveCapacity(size)
  }

  private static func size(of request: Request, response: Response?) -> Int {
    var size = 256 + request.target.utf8.count + request.fields.bytes.count + truncated(request.body).count
    if let response {
      size += response.standardFields.bytes.count + 64 * response.fields.count
      if case .bytes(let body) = response.body { size += truncated(body).count }
    }
    return size
  }

  private func write(_ request: Request, id: String) {
    write(id)
    write(request.method.rawValue)
    write(request.target)
    write(request.fields.bytes[...])
    write(Self.truncated(request.body))
    requestLength = request.body.count
    write(request.scheme)
    write(request.authority)
    write(request.peer)
  }

  private func write(_ response: Response?) {
    responseLength = 0
    guard let response else { return }
    write(ownFields(of: response).bytes[...])
    guard case .bytes(let body) = response.body else { return write([]) }
    write(Self.truncated(body))
    responseLength = body.count
  }

  /// All fields of a response except the preset ones.
  private func ownFields(of response: Response) -> FieldBlock {
    guard !response.fields.isEmpty else { return response.standardFields }
    var own = response.standardFields
    for field in response.fields { own.append(field.name, value: field.value) }
    return own
  }

  private func write(_ text: String) {
    write(length: text.utf8.count)
    block.append(contentsOf: text.utf8)
  }

  private func write(_ bytes: ArraySlice<UInt8>) {
    write(length: bytes.count)
    bytes.withUnsafeBufferPointer { block.append(contentsOf: $0) }
  }

  private func write(length: Int) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: length)) { block.append(contentsOf: $0) }
  }

  private static func truncated(_ body: [UInt8]) -> ArraySlice<UInt8> {
    body.prefix(JournalEntry.bodyLimit)
  }
}

/// Reads the parts of a block in the order in which a slot writes them. Returns empty parts past the end.
private struct JournalBlockReader {
  private var remaining: ArraySlice<UInt8>

  init(block: [UInt8]) {
    remaining = block[...]
  }

  mutating func readBytes() -> [UInt8] {
    let length = remaining.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    remaining = remaining.dropFirst(4)
    defer { remaining = remaining.dropFirst(length) }
    return Array(remaining.prefix(length))
  }

  mutating func skip() {
    remaining = remaining.dropFirst(4 + remaining.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) })
  }

  mutating func readString() -> String {
    String(decoding: readBytes(), as: UTF8.self)
  }
}
