/// Writes a value over several lines.
struct PrettyPrinter: ~Copyable {
  private var writer = JSONWriter()
  private let indent: Int
  private var depth = 0

  init(indent: Int) { self.indent = indent }

  var bytes: [UInt8] { writer.bytes }

  mutating func write(_ json: JSON) {
    switch json {
    case .array(let elements) where !elements.isEmpty: write(elements)
    case .object(let members) where !members.isEmpty: write(members)
    default: writer.write(json)
    }
  }

  private mutating func write(_ elements: [JSON]) {
    open(.leftBracket)
    for index in elements.indices {
      startLine(afterComma: index > 0)
      write(elements[index])
    }
    close(.rightBracket)
  }

  private mutating func write(_ members: JSONObject) {
    open(.leftBrace)
    for index in members.indices {
      startLine(afterComma: index > 0)
      writer.write(string: members[index].key)
      writer.write(raw: ": ")
      write(members[index].value)
    }
    close(.rightBrace)
  }

  private mutating func open(_ bracket: UInt8) {
    writer.write(byte: bracket)
    depth += 1
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    startLine(afterComma: false)
    writer.write(byte: bracket)
  }

  private mutating func startLine(afterComma: Bool) {
    if afterComma { writer.write(byte: .comma) }
    writer.write(byte: .newline)
    for _ in 0..<(depth * indent) { writer.write(byte: .space) }
  }
}
