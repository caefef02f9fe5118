import API
import HTTPMessage
import HTTPTypes

/// Where one request is kept: everything that has a length in one block of bytes, which serves the next request when
/// this one is forgotten. Keeping the requests and responses themselves would free a dozen pieces of memory for every
/// request, each long gone from the processor's cache.
final class JournalSlot {
  /// What a slot costs beside its block, about.
  private static let overhead = 256

  private(set) var isDropped = false
  private(set) var bytes = 0
  private(set) var time: Int64 = 0
  private(set) var status: HTTPResponse.Status?
  private(set) var operation: String?
  private(set) var version: String?
  private var microseconds: Int64 = 0
  private var fault: String?
  private var requestLength = 0
  private var responseLength = 0
  /// Of the response; shared by all of its kind.
  private var preset: FieldBlock?
  private var block: [UInt8]

  /// - Parameter block: one that is no longer needed, to write into
  init(_ block: [UInt8] = []) {
    self.block = block
  }

  /// Takes note of a request.
  func fill(_ exchange: Exchange, _ response: Response?, time: Int64, microseconds: Int64) {
    (self.time, self.microseconds) = (time, microseconds)
    (operation, version, fault) = (exchange.operation?.id, exchange.version, exchange.fault)
    (status, preset) = (response?.status, response?.presetFields)
    makeRoom(Self.size(exchange.request, response))
    write(exchange.request, id: exchange.id)
    write(response)
    bytes = Self.overhead + block.capacity
  }

  /// Forgets the request, and gives the block away.
  func drop() -> [UInt8] {
    isDropped = true
    (operation, version, fault, status, preset) = (nil, nil, nil, nil, nil)
    defer { block = [] }
    return block
  }

  /// The request's id.
  var id: String {
    var reader = BlockReader(block)
    return reader.text()
  }

  /// The request and its answer, as they were.
  var entry: JournalEntry {
    var reader = BlockReader(block)
    let id = reader.text()
    let request = Request(
      method: HTTPRequest.Method(reader.text()) ?? .get, target: reader.text(),
      fields: ReceivedFields(lines: reader.bytes()), body: reader.bytes(), scheme: reader.text(),
      authority: reader.text(), peer: reader.text())
    let (own, body) = (FieldBlock(lines: reader.bytes()), reader.bytes())
    return JournalEntry(
      id: id, request: request, requestLength: requestLength,
      response: status.map { Response(status: $0, presetFields: preset, standardFields: own, body: .bytes(body)) },
      responseLength: responseLength, operation: operation, version: version, time: time,
      microseconds: microseconds, fault: fault)
  }

  // MARK: Writing

  /// Keeps the block unless it is much too large: a page of a thousand records is not held for a thousand requests.
  private func makeRoom(_ size: Int) {
    if block.capacity > 4 * size + 4096 { block = [] }
    block.removeAll(keepingCapacity: true)
    block.reserveCapacity(size)
  }

  private static func size(_ request: Request, _ response: Response?) -> Int {
    var size = 256 + request.target.utf8.count + request.fields.bytes.count + cut(request.body).count
    if let response {
      size += response.standardFields.bytes.count + 64 * response.fields.count
      if case .bytes(let body) = response.body { size += cut(body).count }
    }
    return size
  }

  private func write(_ request: Request, id: String) {
    write(id)
    write(request.method.rawValue)
    write(request.target)
    write(request.fields.bytes[...])
    write(Self.cut(request.body))
    requestLength = request.body.count
    write(request.scheme)
    write(request.authority)
    write(request.peer)
  }

  private func write(_ response: Response?) {
    responseLength = 0
    guard let response else { return }
    write(own(response).bytes[...])
    guard case .bytes(let body) = response.body else { return write([]) }
    write(Self.cut(body))
    responseLength = body.count
  }

  /// The fields of a response alone: most have encoded ones only.
  private func own(_ response: Response) -> FieldBlock {
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

  private static func cut(_ body: [UInt8]) -> ArraySlice<UInt8> {
    body.prefix(JournalEntry.longestBody)
  }
}

/// Reads what a slot has written, in the same order; past the end there is nothing.
private struct BlockReader {
  private var rest: ArraySlice<UInt8>

  init(_ block: [UInt8]) {
    rest = block[...]
  }

  mutating func bytes() -> [UInt8] {
    let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(4)
    defer { rest = rest.dropFirst(length) }
    return Array(rest.prefix(length))
  }

  mutating func text() -> String {
    String(decoding: bytes(), as: UTF8.self)
  }
}
