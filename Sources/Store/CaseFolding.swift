import ASCII

/// Case-insensitive comparison of strings: both sides are converted to lower case.
///
/// Strings are not normalised, because the standard library has no public normaliser: comparison is sensitive to accents
/// and to the composition of characters.
public enum CaseFolding {
  /// The folded string in UTF-8.
  public static func foldedBytes(of text: String) -> [UInt8] {
    var folded: [UInt8] = []
    appendFolded(text, to: &folded)
    return folded
  }

  /// The folded string; the same object if it is already folded.
  public static func folded(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 && !$0.isASCIIUppercase } ? text : text.lowercased()
  }

  /// Appends the folded string in UTF-8.
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
