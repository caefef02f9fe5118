extension RandomAccessCollection {
  /// The index of the first element that satisfies `predicate`; `endIndex` if there is none. O(log n).
  ///
  /// The elements that satisfy the predicate must follow those that do not.
  @inlinable package func partitioningIndex(where predicate: (Element) -> Bool) -> Index {
    var (low, count) = (startIndex, self.count)
    while count > 0 {
      let half = count / 2
      let middle = index(low, offsetBy: half)
      if predicate(self[middle]) {
        count = half
      } else {
        (low, count) = (index(after: middle), count - half - 1)
      }
    }
    return low
  }
}
