/// A key encoded once and written often: `,"created_at":`.
///
/// It is held in place, not in an array, so that writing it counts no reference and calls no function; that is half
/// the cost of a short member.
public struct JSONKey: Sendable {
  /// As many bytes as there is room for: enough for any key of Intercom's.
  @usableFromInline static let maximumBytes = 64

  @usableFromInline let first: SIMD16<UInt8>
  @usableFromInline let second: SIMD16<UInt8>
  @usableFromInline let third: SIMD16<UInt8>
  @usableFromInline let fourth: SIMD16<UInt8>
  /// How many of them count.
  @usableFromInline let count: Int

  /// Encodes a key; nil for one that is longer than 64 bytes with its quotes, colon and comma.
  public init?(_ key: String) {
    let bytes = [.comma] + JSON.encodedKey(key)
    guard bytes.count <= Self.maximumBytes else { return nil }
    func part(from start: Int) -> SIMD16<UInt8> {
      var part = SIMD16<UInt8>()
      for index in 0..<16 where start + index < bytes.count { part[index] = bytes[start + index] }
      return part
    }
    (first, second, third, fourth) = (part(from: 0), part(from: 16), part(from: 32), part(from: 48))
    count = bytes.count
  }
}

extension JSONWriter {
  /// Writes a key, a comma before it unless the last byte that was written is an opening brace, a colon after it.
  @inlinable public mutating func write(_ key: JSONKey) {
    reserve(additional: JSONKey.maximumBytes)
    // The brace is written over by the key's comma, then again.
    let isFirst = written > 0 && base[written - 1] == .leftBrace
    let start = isFirst ? written - 1 : written
    let target = UnsafeMutableRawPointer(base + start)
    target.storeBytes(of: key.first, as: SIMD16<UInt8>.self)
    target.storeBytes(of: key.second, toByteOffset: 16, as: SIMD16<UInt8>.self)
    target.storeBytes(of: key.third, toByteOffset: 32, as: SIMD16<UInt8>.self)
    target.storeBytes(of: key.fourth, toByteOffset: 48, as: SIMD16<UInt8>.self)
    if isFirst { base[start] = .leftBrace }
    written = start + key.count
  }
}
