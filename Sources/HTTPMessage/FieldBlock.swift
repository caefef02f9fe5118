import ASCII
public import HTTPTypes

/// Serialized header fields: `Name: value` lines that end with CR LF.
///
/// The caller must ensure that values contain no line break; they are not validated.
public struct FieldBlock: Sendable {
  public private(set) var bytes: [UInt8]

  /// An empty block with capacity for a number of bytes.
  public init(reserving capacity: Int = 0) {
    bytes = []
    if capacity > 0 { bytes.reserveCapacity(capacity) }
  }

  public init(_ fields: HTTPFields) {
    self.init()
    for field in fields { append(field.name, value: field.value) }
  }

  /// A block with the bytes of another one.
  public init(lines bytes: [UInt8]) {
    self.bytes = bytes
  }

  @inline(__always)
  public mutating func append(_ name: HTTPField.Name, value: String) {
    beginLine(named: name)
    bytes.append(contentsOf: value.utf8)
    endLine()
  }

  /// Appends a field with a number, which must not be negative.
  public mutating func append(_ name: HTTPField.Name, value number: Int64) {
    beginLine(named: name)
    bytes.append(decimal: Int(number))
    endLine()
  }

  /// The parsed fields.
  public var all: [HTTPField] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else { return nil }
      return HTTPField(name: name, value: String(parts[1].drop { $0 == " " }))
    }
  }

  private mutating func beginLine(named name: HTTPField.Name) {
    bytes.append(contentsOf: name.rawName.utf8)
    bytes.append(": ")
  }

  private mutating func endLine() {
    bytes.append("\r\n")
  }
}

extension HTTPField.Name {
  /// A name that the program contains. It must be a legal token (RFC 9110, 5.6.2).
  public init(constant name: StaticString) {
    let known = HTTPField.Name("\(name)")
    assert(known != nil, "\(name) is not a legal token")
    self = known ?? .server
  }
}
