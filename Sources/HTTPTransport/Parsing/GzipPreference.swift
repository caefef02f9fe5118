import HTTPMessage

/// What `Accept-Encoding` says of gzip (RFC 9110, 12.5.3).
struct GzipPreference {
  private var named: Bool?
  private var others: Bool?

  /// Whether gzip may be sent: named without `q=0`, or covered by a `*` that is.
  var isAccepted: Bool {
    named ?? others ?? false
  }

  /// Takes note of one field line.
  mutating func note(_ input: Span<UInt8>, _ value: Range<Int>) throws(RequestFailure) {
    try input.forEachElement(in: value) { element throws(RequestFailure) in
      var end = element.lowerBound
      while end < element.upperBound, input[end] != Octet.semicolon { end += 1 }
      let coding = input.trimmed(element.lowerBound..<end)
      let isAllowed = !Self.isRefusal(input, end..<element.upperBound)
      if input.spells("gzip", coding) || input.spells("x-gzip", coding) { named = isAllowed }
      if input.spells("*", coding) { others = isAllowed }
    }
  }

  /// Whether the parameters behind a coding hold a weight of zero, such as `;q=0` or `; q=0.000`.
  private static func isRefusal(_ input: Span<UInt8>, _ parameters: Range<Int>) -> Bool {
    guard !parameters.isEmpty else { return false }
    let weight = input.trimmed((parameters.lowerBound + 1)..<parameters.upperBound)
    guard weight.count > 2, input.spells("q=", weight.lowerBound..<(weight.lowerBound + 2)) else { return false }
    return input.all((weight.lowerBound + 2)..<weight.upperBound) { $0 == Octet.zero || $0 == UInt8(ascii: ".") }
  }
}
