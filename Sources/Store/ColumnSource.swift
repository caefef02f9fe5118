/// Which column of a leaf.
public enum ColumnKey: Sendable, Hashable {
  /// The search field of this number.
  case field(Int)
  /// A custom attribute, by name, as text.
  case attributeText(String)
  /// A custom attribute, by name, as a number.
  case attributeNumber(String)
}

/// What a column takes from a record.
public enum ColumnSource: Sendable {
  /// A text, compared without regard to case; nil when there is none.
  case text(@Sendable (Record) -> String?)
  /// A number, such as a time in seconds; nil when there is none.
  case number(@Sendable (Record) -> Double?)
}
