/// A header field as a story writes it.
struct HeaderLine: Sendable, Equatable {
  let name: String
  let value: String

  /// `Name: value`; nil for a line that is something else.
  init?(parsing line: String) {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let name = line[..<colon]
    let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    guard isName, !name.isEmpty else { return nil }
    self.init(name: String(name), value: line[line.index(after: colon)...].trimmed)
  }

  init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  var text: String { value.isEmpty ? "\(name):" : "\(name): \(value)" }
}
