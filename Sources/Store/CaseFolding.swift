import ASCII

/// How texts are made comparable: letters in lower case. The standard library has no public normaliser, so accents count;
/// this is the one place that says so.
public enum CaseFolding {
  /// The folded UTF-8 of a text.
  public static func foldedBytes(of text: String) -> [UInt8] {
    var folded: [UInt8] = []
    appendFolded(text, to: &folded)
    return folded
  }

  /// The folded text: the same one, when nothing in it needs folding.
  public static func folded(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 && !$0.isASCIIUppercase } ? text : text.lowercased()
  }

  /// Appends the folded UTF-8 of a text.
  static func appendFolded(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    let plain = text.withUTF8 { source in
      guard source.allSatisfy({ $0 < 0x80 }) else { return false }
      for byte in source { bytes.append(byte.asciiLowercased) }
      return true
    }
    if !plain { bytes.append(contentsOf: text.lowercased().utf8) }
  }
}
