/// The content of a TZif file: the transitions of a zone and the rule that applies after the last one.
struct TransitionTable {
  /// Range of the offsets in a file, in seconds east of UTC (RFC 9636, 3.2).
  static let offsets: ClosedRange<Int64> = -89_999...93_599
  static let utc = TransitionTable(initial: 0, times: [], offsets: [], rule: nil)

  /// Offset before the first transition.
  private let initialOffset: Int64
  /// Times of the transitions, ascending.
  private let times: [Int64]
  /// Offset after each transition.
  private let offsets: [Int64]
  /// Rule after the last transition; nil if the last offset is permanent.
  private let rule: POSIXRule?

  private init(initial: Int64, times: [Int64], offsets: [Int64], rule: POSIXRule?) {
    self.initialOffset = initial
    self.times = times
    self.offsets = offsets
    self.rule = rule
  }

  /// Parses a file in the Time Zone Information Format (RFC 9636, 3).
  init(named name: String, tzif bytes: [UInt8]) throws(TimeZoneError) {
    do throws(TZifError) {
      try self.init(tzif: bytes)
    } catch {
      throw TimeZoneError(zone: name, reason: error.rawValue)
    }
  }

  private init(tzif bytes: [UInt8]) throws(TZifError) {
    var reader = TZifReader(bytes)
    guard var header = TZifHeader(from: &reader) else { throw .notTZif }
    guard header.version >= 1 else { throw .unknownVersion }
    var timeSize = 4
    if header.version > 1 {
      // The first block is for readers without 64-bit times; the second contains every transition.
      _ = reader.readBytes(count: header.blockSize(timeSize: 4))
      guard let second = TZifHeader(from: &reader) else { throw .truncated }
      (header, timeSize) = (second, 8)
    }
    try self.init(from: &reader, header: header, timeSize: timeSize)
  }

  /// Parses a data block and the footer, which version 1 does not have.
  private init(from reader: inout TZifReader, header: TZifHeader, timeSize: Int) throws(TZifError) {
    guard reader.remaining >= header.blockSize(timeSize: timeSize) else { throw .truncated }
    guard header.leapSeconds == 0 else { throw .leapSeconds }
    times = (0..<header.transitions).map { _ in reader.readSigned(size: timeSize) }
    guard zip(times, times.dropFirst()).allSatisfy(<) else { throw .unorderedTransitions }
    let indices = reader.readBytes(count: header.transitions)
    let types = try Self.readTypeOffsets(from: &reader, count: header.types)
    guard let first = types.first, indices.allSatisfy({ $0 < types.count }) else { throw .unknownType }
    initialOffset = first
    offsets = indices.map { types[Int($0)] }
    _ = reader.readBytes(count: header.designationBytes + header.standardIndicators + header.utcIndicators)
    rule = timeSize == 8 ? try Self.readRule(from: &reader) : nil
  }

  /// The offset of each local time type. The other members of a type are not needed.
  private static func readTypeOffsets(from reader: inout TZifReader, count: Int) throws(TZifError) -> [Int64] {
    let types = (0..<count).map { _ in
      let offset = reader.readSigned(size: 4)
      _ = reader.readBytes(count: 2)
      return offset
    }
    guard types.allSatisfy(Self.offsets.contains) else { throw .wideOffset }
    return types
  }

  /// Parses the rule in the footer (RFC 9636, 3.3). Returns nil if the footer is empty.
  private static func readRule(from reader: inout TZifReader) throws(TZifError) -> POSIXRule? {
    guard let line = reader.readFooterLine() else { throw .truncated }
    if line.isEmpty { return nil }
    guard let rule = POSIXRuleParser.parse(line) else { throw .unreadableRule }
    return rule
  }

  /// The offset at `seconds`, in seconds east of UTC. O(log n).
  func offset(at seconds: Int64) -> Int64 {
    let next = index(after: seconds)
    if next == times.count, let rule { return rule.offset(at: seconds) }
    return next == 0 ? initialOffset : offsets[next - 1]
  }

  /// The times between two times at which the offset may change, ascending. The two may be a week apart at most.
  func changes(after from: Int64, before end: Int64) -> [Int64] {
    let stored = times[index(after: from)...].prefix { $0 < end }
    guard let rule, stored.endIndex == times.count else { return Array(stored) }
    return stored + rule.changes(after: max(from, times.last ?? from), before: end)
  }

  /// The index of the first transition after `seconds`.
  private func index(after seconds: Int64) -> Int {
    times.partitioningIndex { $0 > seconds }
  }
}

/// The header of a data block: the number of entries of each kind (RFC 9636, 3.1).
struct TZifHeader {
  static let size = 44

  /// Version of the format. Version 1 has 32-bit times only.
  let version: Int
  let utcIndicators: Int
  let standardIndicators: Int
  let leapSeconds: Int
  let transitions: Int
  let types: Int
  let designationBytes: Int

  /// Parses a header. Returns nil if the bytes are not a header.
  init?(from reader: inout TZifReader) {
    guard reader.remaining >= Self.size, reader.readBytes(count: 4).elementsEqual("TZif".utf8) else { return nil }
    let digit = reader.readBytes(count: 1).first ?? 0
    version = digit == 0 ? 1 : Int(digit) - Int(UInt8(ascii: "0"))
    // Reserved.
    _ = reader.readBytes(count: 15)
    utcIndicators = Int(reader.readUnsigned(size: 4))
    standardIndicators = Int(reader.readUnsigned(size: 4))
    leapSeconds = Int(reader.readUnsigned(size: 4))
    transitions = Int(reader.readUnsigned(size: 4))
    types = Int(reader.readUnsigned(size: 4))
    designationBytes = Int(reader.readUnsigned(size: 4))
  }

  /// Size of the data block in bytes (RFC 9636, 3.2).
  /// - Parameter timeSize: size of a time in bytes
  func blockSize(timeSize: Int) -> Int {
    transitions * (timeSize + 1) + types * 6 + designationBytes + leapSeconds * (timeSize + 4)
      + standardIndicators + utcIndicators
  }
}

/// Reads big-endian numbers from a byte buffer. Reads after the end return fewer bytes.
struct TZifReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  var remaining: Int { rest.count }

  /// Reads up to `count` bytes.
  mutating func readBytes(count: Int) -> ArraySlice<UInt8> {
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return taken
  }

  /// Reads an unsigned number of up to 8 bytes.
  mutating func readUnsigned(size: Int) -> UInt64 {
    readBytes(count: size).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Reads a signed number of 4 or 8 bytes.
  mutating func readSigned(size: Int) -> Int64 {
    let number = Int64(bitPattern: readUnsigned(size: size))
    return size == 4 ? Int64(Int32(truncatingIfNeeded: number)) : number
  }

  /// Reads the footer, which is a line enclosed in newlines. Returns nil if it is malformed.
  mutating func readFooterLine() -> ArraySlice<UInt8>? {
    let newline = UInt8(ascii: "\n")
    guard readBytes(count: 1).first == newline, let end = rest.firstIndex(of: newline) else { return nil }
    return readBytes(count: end - rest.startIndex)
  }
}

/// A defect of a TZif file. The raw value is the message.
enum TZifError: String, Error {
  case notTZif = "the file is not in the Time Zone Information Format"
  case unknownVersion = "the file is of an unknown version"
  case truncated = "the file is truncated"
  case leapSeconds = "the file counts leap seconds, which is not supported"
  case unorderedTransitions = "the transitions are not in ascending order"
  case unknownType = "a transition refers to an unknown local time type"
  case wideOffset = "an offset from UTC is outside the range of RFC 9636"
  case unreadableRule = "the footer is not a valid POSIX TZ string"
}
