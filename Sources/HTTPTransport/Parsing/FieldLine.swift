import HTTPMessage

/// One field line: where its name and its trimmed value lie (RFC 9112, 5).
struct FieldLine {
  let name: Range<Int>
  let value: Range<Int>

  /// Takes a line apart. What proxies have been fooled with is refused: folding, white space before the colon, controls.
  @inline(__always)
  init(_ input: Span<UInt8>, _ line: Range<Int>) throws(RequestFailure) {
    var colon = line.lowerBound
    while colon < line.upperBound, Octet.isToken(input[colon]) { colon += 1 }
    guard colon < line.upperBound, input[colon] == Octet.colon, colon > line.lowerBound else {
      throw Self.failure(input, line, at: colon)
    }
    name = line.lowerBound..<colon
    value = input.trimmed((colon + 1)..<line.upperBound)
    guard input.all(value, are: Octet.isFieldContent) else {
      throw .malformed("a field's value holds a control character")
    }
  }

  private static func failure(_ input: Span<UInt8>, _ line: Range<Int>, at index: Int) -> RequestFailure {
    guard index < line.upperBound else { return .malformed("a field line has no colon") }
    let isBlank = Octet.isBlank(input[index])
    return switch (isBlank, index == line.lowerBound) {
    case (true, true): .malformed("a field line is folded")
    case (true, false): .malformed("white space stands between a field's name and its colon")
    case (false, _): .malformed("a field's name holds an illegal character")
    }
  }
}
