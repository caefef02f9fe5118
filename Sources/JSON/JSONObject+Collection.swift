extension JSONObject: RandomAccessCollection {
  /// Always 0.
  @inlinable public var startIndex: Int { 0 }

  /// The number of members.
  @inlinable public var endIndex: Int { members.count }

  /// The member at a place that is less than `count`.
  @inlinable public subscript(position: Int) -> (key: String, value: JSON) { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object with the members in the order they are written; of a repeated key the last value counts.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self.init(members.map { (key: $0.0, value: $0.1) })
  }
}
