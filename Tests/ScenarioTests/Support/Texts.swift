extension StringProtocol {
  /// Without white space at either end.
  var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  var isBlank: Bool { allSatisfy(\.isWhitespace) }

  /// What follows a directive, when the line is one of it.
  func argument(of directive: String) -> String? {
    hasPrefix(directive + " ") ? dropFirst(directive.count).trimmed : nil
  }
}

extension String {
  var lines: [String] {
    isEmpty ? [] : split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Without blank lines at either end.
  var trimmedLines: String { lines.trimmed.joined(separator: "\n") }
}

extension [String] {
  /// Without blank lines at either end.
  var trimmed: [String] {
    drop(while: \.isBlank).reversed().drop(while: \.isBlank).reversed()
  }
}
