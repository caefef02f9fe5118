extension Substring {
  /// Without the spaces at either end, as elements of a field's list come.
  var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
