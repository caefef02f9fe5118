import ASCII

/// Ids drawn from a seed: the same calls in the same order give the same ids.
public struct IDGenerator: Sendable {
  private var state: UInt64
  private var sequences: [String: UInt64] = [:]
  /// The middle of every object id: in a database, the process that drew it.
  private var origin: UInt64 = 0
  /// The end of the last object id.
  private var objectCount: UInt64 = 0

  public init(seed: UInt64) {
    state = seed
    let mark = random()
    (origin, objectCount) = (mark >> 24, mark & 0xFF_FFFF)
    state = seed
  }

  /// The next number of a named sequence; `first` when nothing was drawn or reserved before.
  public mutating func next(in sequence: String, from first: UInt64) -> UInt64 {
    let number = max(sequences[sequence] ?? first, first)
    sequences[sequence] = number + 1
    return number
  }

  /// Keeps a sequence beyond a number that is already in use.
  public mutating func reserve(_ number: UInt64, in sequence: String) {
    reserve([number], in: sequence)
  }

  /// Keeps a sequence beyond numbers that are already in use.
  public mutating func reserve(_ numbers: [UInt64], in sequence: String) {
    guard let highest = numbers.lazy.filter({ $0 < UInt64(Int64.max) }).max() else { return }
    sequences[sequence] = max(sequences[sequence] ?? 0, highest + 1)
  }

  /// Sets so many numbers of a sequence aside, for whoever draws them elsewhere.
  public mutating func skip(_ count: Int, in sequence: String, from first: UInt64) {
    sequences[sequence] = max(sequences[sequence] ?? first, first) + UInt64(max(count, 0))
  }

  /// Draws from no sequence what another generator has drawn.
  public mutating func advanceSequences(past other: IDGenerator) {
    sequences.merge(other.sequences) { max($0, $1) }
  }

  /// 24 hexadecimal digits: eight of the time in seconds, ten that are always the same, six that count. So what is made
  /// later has the higher id, also within one second: lists show it in the order in which it was made.
  public mutating func objectID(at seconds: Int64) -> String {
    objectCount = (objectCount + 1) & 0xFF_FFFF
    return Hexadecimal.string(of: UInt64(truncatingIfNeeded: seconds), count: 8)
      + Hexadecimal.string(of: origin << 24 | objectCount, count: 16)
  }

  /// A version 4 UUID.
  public mutating func uuid() -> String {
    let high = Hexadecimal.string(of: random() & ~0xF000 | 0x4000, count: 16)
    let low = Hexadecimal.string(of: random() & ~(3 << 62) | 2 << 62, count: 16)
    return "\(high.prefix(8))-\(high.dropFirst(8).prefix(4))-\(high.suffix(4))-\(low.prefix(4))-\(low.suffix(12))"
  }

  /// Lower-case letters and digits.
  public mutating func alphanumeric(length count: Int) -> String {
    let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz")
    return String((0..<count).map { _ in alphabet[Int(random() % 36)] })
  }

  /// SplitMix64.
  public mutating func random() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Ids compared as the numbers they stand for, whatever their form: decimal, 24 hex digits, UUID.
public enum IDOrder {
  /// A number that orders ids of one form as the service does. Other texts go by their first 16 bytes.
  public static func rank(of id: String) -> UInt128 {
    var id = id
    return id.withUTF8 { bytes in
      if bytes.count <= 20, let number = decimal(from: bytes) { return number }
      if bytes.count == 24 || bytes.count == 36, let number = hexadecimal(from: bytes) { return number }
      return bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }
  }

  private static func decimal(from bytes: UnsafeBufferPointer<UInt8>) -> UInt128? {
    guard !bytes.isEmpty else { return nil }
    var number: UInt128 = 0
    for byte in bytes {
      guard byte.isASCIIDigit else { return nil }
      number = number * 10 + UInt128(byte - UInt8(ascii: "0"))
    }
    return number
  }

  private static func hexadecimal(from bytes: UnsafeBufferPointer<UInt8>) -> UInt128? {
    var number: UInt128 = 0
    for byte in bytes where byte != UInt8(ascii: "-") {
      guard !byte.isASCIIUppercase, let digit = byte.hexDigitValue else { return nil }
      number = number << 4 | UInt128(digit)
    }
    return number
  }
}
