extension String {
  /// A cheap mark of a short text, from its length and its last eight bytes: ids and field names differ there. Its high
  /// bits are the well mixed ones. A tenth of the price of `hashValue`, and without its defence against chosen keys: only
  /// for texts of ours, or where a wrong guess costs time and not truth.
  var fingerprint: UInt64 {
    utf8.withContiguousStorageIfAvailable { $0.span.fingerprint } ?? 0
  }
}
