extension String {
  /// Whether both strings are the same bytes. `==` also takes different spellings of one text for the same.
  func hasSameBytes(as other: String) -> Bool {
    let mine = utf8Span.span
    let theirs = other.utf8Span.span
    guard mine.count == theirs.count else { return false }
    for index in mine.indices where mine[index] != theirs[index] { return false }
    return true
  }
}
