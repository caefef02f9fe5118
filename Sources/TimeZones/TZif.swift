/// What a file says about a zone: its transitions, and the rule for the time after them.
struct TransitionTable {
  /// The offsets that a file may hold, in seconds east of UTC (RFC 9636, 3.2).
  static let offsets: ClosedRange<Int64> = -89_999...93_599
  static let utc = TransitionTable(initial: 0, times: [], offsets: [], rule: nil)

  /// The offset before the first transition.
  private let initialOffset: Int64
  /// The transitions, ascending.
  private let times: [Int64]
  /// The offset from each transition on.
  private let offsets: [Int64]
  /// The rule from the last transition on; nil if the last offset stays.
  private let rule: POSIXRule?

  private init(initial: Int64, times: [Int64], offsets: [Int64], rule: POSIXRule?) {
    self.initialOffset = initial
    self.times = times
    self.offsets = offsets
    self.rule = rule
  }

  /// Reads a file in the Time Zone Information Format (RFC 9636, 3).
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
      // The first block is for readers that know 32-bit times only; the second has them all.
      _ = reader.readBytes(count: header.blockSize(timeSize: 4))
      guard let second = TZifHeader(from: &reader) else { throw .truncated }
      (header, timeSize) = (second, 8)
    }
    try self.init(from: &reader, header: header, timeSize: timeSize)
  }

  /// Reads a data block and, if the version has one, the footer.
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

  /// The offset of each local time type. The rest of a type does not matter to the count of days.
  private static func readTypeOffsets(from reader: inout TZifReader, count: Int) throws(TZifError) -> [Int64] {
    let types = (0..<count).map { _ in
      let offset = reader.readSigned(size: 4)
      _ = reader.readBytes(count: 2)
      return offset
    }
    guard types.allSatisfy(Self.offsets.contains) else { throw .wideOffset }
    return types
  }

  /// The rule in the footer (RFC 9636, 3.3); nil if the footer is empty.
  private static func readRule(from reader: inout TZifReader) throws(TZifError) -> POSIXRule? {
    guard let line = reader.readFooterLine() else { throw .truncated }
    if line.isEmpty { return nil }
    guard let rule = POSIXRuleParser.parse(line) else { throw .unreadableRule }
    return rule
  }

  /// The seconds east of UTC in force at `seconds`.
  func offset(at seconds: Int64) -> Int64 {
    let next = index(after: seconds)
    if next == times.count, let rule { return rule.offset(at: seconds) }
    return next == 0 ? initialOffset : offsets[next - 1]
  }

  /// The times, in order, at which the offset may change, between two times at most a week apart.
  func changes(after from: Int64, before end: Int64) -> [Int64] {
    let stored = times[index(after: from)...].prefix { $0 < end }
    guard let rule, stored.endIndex == times.count else { return Array(stored) }
    return stored + rule.changes(after: max(from, times.last ?? from), before: end)
  }

  /// The index of the first transition later than `seconds`.
  private func index(after seconds: Int64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The header of a data block: how many entries of each kind follow it (RFC 9636, 3.1).
struct TZifHeader {
  static let size = 44

  /// 1 for a file with a block of 32-bit times only.
  let version: Int
  let utcIndicators: Int
  let standardIndicators: Int
  let leapSeconds: Int
  let transitions: Int
  let types: Int
  let designationBytes: Int

  /// Nil unless there is a header.
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

  /// The bytes of the data block, where a time takes `timeSize` bytes (RFC 9636, 3.2).
  func blockSize(timeSize: Int) -> Int {
    transitions * (timeSize + 1) + types * 6 + designationBytes + leapSeconds * (timeSize + 4)
      + standardIndicators + utcIndicators
  }
}

/// Reads the big-endian numbers of a file in turn. Past its end there are no bytes.
struct TZifReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  var remaining: Int { rest.count }

  /// The next `count` bytes, or as many as there are.
  mutating func readBytes(count: Int) -> ArraySlice<UInt8> {
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return taken
  }

  /// A number of `size` bytes, 8 at most.
  mutating func readUnsigned(size: Int) -> UInt64 {
    readBytes(count: size).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number of 4 or 8 bytes in two's complement.
  mutating func readSigned(size: Int) -> Int64 {
    let number = Int64(bitPattern: readUnsigned(size: size))
    return size == 4 ? Int64(Int32(truncatingIfNeeded: number)) : number
  }

  /// The line in the footer that begins and ends with a newline; nil if there is none.
  mutating func readFooterLine() -> ArraySlice<UInt8>? {
    let newline = UInt8(ascii: "\n")
    guard readBytes(count: 1).first == newline, let end = rest.firstIndex(of: newline) else { return nil }
    return readBytes(count: end - rest.startIndex)
  }
}

/// What is wrong with the bytes of a time zone, in words.
enum TZifError: String, Error {
  case notTZif = "the file is not in the Time Zone Information Format"
  case unknownVersion = "the file is of an unknown version"
  case truncated = "the file is cut short"
  case leapSeconds = "the file counts leap seconds, which the times here do not"
  case unorderedTransitions = "the transitions are not in ascending order"
  case unknownType = "a transition is to a local time type that the file does not have"
  case wideOffset = "an offset from UTC is beyond what RFC 9636 allows"
  case unreadableRule = "the footer is not a POSIX TZ rule"
}
