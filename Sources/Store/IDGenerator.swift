import ASCII

/// A deterministic generator of ids: equal seeds and equal sequences of calls give equal ids.
public struct IDGenerator: Sendable {
  private var state: UInt64
  private var sequences: [String: UInt64] = [:]
  /// Middle part of all object ids. In MongoDB it identifies the process.
  private var origin: UInt64 = 0
  /// Counter of the last object id.
  private var objectCount: UInt64 = 0
  /// Added to the first number of each sequence.
  private var offset = SequenceOffset()

  public init(seed: UInt64) {
    state = seed
    reseed(with: seed)
  }

  /// Changes the seed of object ids, UUIDs and random strings. Numbers that sequences have used stay used.
  private mutating func reseed(with seed: UInt64) {
    state = seed
    let number = random()
    (origin, objectCount) = (number >> 24, number & 0xFF_FFFF)
    state = seed
  }

  /// Derives the seed, and the numbers at which sequences start, from a name: generators with different names hand out
  /// different ids.
  public mutating func reseed(from name: String) {
    let seed = Self.seed(from: name)
    reseed(with: seed)
    offset = SequenceOffset(seed: random())
    state = seed
  }

  /// A seed that depends on a name only: the 64-bit FNV-1a hash of its bytes
  /// (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv).
  public static func seed(from name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// The next number of a named sequence, which starts at `first`.
  public mutating func next(in sequence: String, from first: UInt64) -> UInt64 {
    advance(sequence, from: first.addingSaturated(offset.wide))
  }

  /// The next number of a sequence whose numbers are JSON integers, which clients store in 32 bits.
  public mutating func nextInteger(in sequence: String, from first: UInt64) -> UInt64 {
    advance(sequence, from: first.addingSaturated(offset.narrow))
  }

  private mutating func advance(_ sequence: String, from first: UInt64) -> UInt64 {
    let number = max(sequences[sequence] ?? first, first)
    sequences[sequence] = number.addingSaturated(1)
    return number
  }

  /// Marks a number of a sequence as used: later numbers are higher.
  public mutating func reserve(_ number: UInt64, in sequence: String) {
    reserve([number], in: sequence)
  }

  /// Marks numbers of a sequence as used: later numbers are higher.
  public mutating func reserve(_ numbers: [UInt64], in sequence: String) {
    guard let highest = numbers.lazy.filter({ $0 < UInt64(Int64.max) }).max() else { return }
    sequences[sequence] = max(sequences[sequence] ?? 0, highest + 1)
  }

  /// Skips `count` numbers of a sequence, which another generator may use.
  public mutating func skip(_ count: Int, in sequence: String, from first: UInt64) {
    sequences[sequence] = max(sequences[sequence] ?? 0, first.addingSaturated(offset.wide))
      .addingSaturated(UInt64(max(count, 0)))
  }

  /// Advances each sequence to the position of another generator, if that is higher.
  public mutating func advanceSequences(past other: IDGenerator) {
    sequences.merge(other.sequences) { max($0, $1) }
  }

  /// The next object id in the format of MongoDB: 24 hexadecimal digits, of which 8 are the time in seconds, 10 are constant
  /// and 6 are a counter. Ids are in the order of creation, also within one second.
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

  /// A random string of lower-case letters and digits.
  public mutating func alphanumeric(length count: Int) -> String {
    let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz")
    return String((0..<count).map { _ in alphabet[Int(random() % 36)] })
  }

  /// The next pseudo-random number, by SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
  public mutating func random() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension UInt64 {
  /// The sum, or the highest number if it overflows: fixtures can contain any number.
  fileprivate func addingSaturated(_ other: UInt64) -> UInt64 {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? .max : sum
  }
}

/// The distance of the sequences of one generator from those of others.
private struct SequenceOffset {
  /// For ids that are strings: below 2^52, so that scripts can store them as numbers; blocks of 2^20 numbers.
  var wide: UInt64 = 0
  /// For ids that are JSON integers: below 2^31; blocks of 2^12 numbers.
  var narrow: UInt64 = 0

  init() {}

  init(seed: UInt64) {
    wide = (seed & 0xFFFF_FFFF) << 20
    narrow = (seed & 0x7_FFFF) << 12
  }
}

/// The order of ids: by numeric value for decimal numbers, object ids of 24 hexadecimal digits, and UUIDs.
public enum IDOrder {
  /// The numeric value of an id. Ids in other formats are ranked by their first 16 bytes.
  public static func rank(of id: String) -> UInt128 {
    var id = id
    return id.withUTF8 { bytes in
      if bytes.count <= 20, let number = decimal(from: bytes) { return number }
      if bytes.count == 24 || bytes.count == 36, let number = hexadecimal(from: bytes) { return number }
      return bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }
  }

  /// Whether an id is lower than another: by rank, then as strings.
  public static func isLower(_ id: String, than other: String) -> Bool {
    let ranks = (rank(of: id), rank(of: other))
    return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : id < other
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
