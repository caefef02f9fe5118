extension JSON {
  /// The value as compact UTF-8 without spaces.
  public var bytes: [UInt8] {
    var writer = JSONWriter(reserving: 4096)
    writer.write(self)
    return writer.bytes
  }

  /// The value as compact text without spaces.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The value over several lines, each level indented by so many spaces more. Empty arrays and objects stay closed.
  public func pretty(indent: Int = 2) -> String {
    var printer = PrettyPrinter(indent: max(0, indent))
    printer.write(self)
    return String(decoding: printer.bytes, as: UTF8.self)
  }

  /// A key as it stands before its value, `"key":`, to be prepared once and written raw.
  public static func encodedKey(_ key: String) -> [UInt8] {
    var writer = JSONWriter(reserving: key.utf8.count + 3)
    writer.write(string: key)
    writer.write(byte: .colon)
    return writer.bytes
  }
}

extension JSON: CustomStringConvertible {
  /// The value as compact text.
  public var description: String { text }
}
