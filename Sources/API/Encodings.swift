/// Base64 (RFC 4648).
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Encodes with padding (RFC 4648, 4), as in cursors.
  public static func encode(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for index in 0..<4 {
        out.append(index <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Decodes a string. Padding is optional.
  ///
  /// Returns nil if the string contains a character that is not in the alphabet, or if the last group has only one
  /// character, which is less than a byte.
  public static func decode(_ text: String) -> [UInt8]? {
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.utf8 where byte != UInt8(ascii: "=") {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 1
      if count % 4 != 1 { out.append(UInt8(truncatingIfNeeded: bits >> UInt32((4 - (count - 1) % 4 - 1) * 2))) }
    }
    return count % 4 == 1 ? nil : out
  }

  /// Encodes with the URL-safe alphabet, without padding (RFC 4648, 5).
  public static func encodeURLSafe(_ bytes: [UInt8]) -> String {
    String(encode(bytes).filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
  }

  /// Decodes a string in the URL-safe or the standard alphabet. Padding is optional.
  public static func decodeURLSafe(_ text: some StringProtocol) -> [UInt8]? {
    decode(String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }))
  }
}
