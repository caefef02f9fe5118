/// A key encoded once and written often: `,"created_at":`.
///
/// It is held in place, not in an array, so that writing it counts no reference and calls no function; that is half
/// the cost of a short member.
public struct JSONKey: Sendable {
  /// As many bytes as are held in place: enough for any key of Intercom's.
  @usableFromInline static let roomInPlace = 48

  @usableFromInline let first: SIMD16<UInt8>
  @usableFromInline let second: SIMD16<UInt8>
  @usableFromInline let third: SIMD16<UInt8>
  /// How many of them count.
  @usableFromInline let countInPlace: Int
  /// The bytes of a longer key that come after them.
  @usableFromInline let rest: [UInt8]?

  /// Encodes a key.
  public init(_ key: String) {
    let bytes = [.comma] + JSON.encodedKey(key)
    func part(_ start: Int) -> SIMD16<UInt8> {
      var part = SIMD16<UInt8>()
      for index in 0..<16 where start + index < bytes.count { part[index] = bytes[start + index] }
      return part
    }
    (first, second, third) = (part(0), part(16), part(32))
    countInPlace = min(bytes.count, Self.roomInPlace)
    rest = bytes.count > Self.roomInPlace ? Array(bytes[Self.roomInPlace...]) : nil
  }
}

extension JSONWriter {
  /// Writes a key, a comma before it unless the last byte that was written is an opening brace, a colon after it.
  @inlinable public mutating func write(_ key: JSONKey) {
    reserve(JSONKey.roomInPlace)
    // The brace is written over by the key's comma, then again.
    let isFirst = written > 0 && base[written - 1] == .leftBrace
    let start = isFirst ? written - 1 : written
    let target = UnsafeMutableRawPointer(base + start)
    target.storeBytes(of: key.first, as: SIMD16<UInt8>.self)
    target.storeBytes(of: key.second, toByteOffset: 16, as: SIMD16<UInt8>.self)
    target.storeBytes(of: key.third, toByteOffset: 32, as: SIMD16<UInt8>.self)
    if isFirst { base[start] = .leftBrace }
    written = start + key.countInPlace
    if let rest = key.rest { write(raw: rest) }
  }
}
