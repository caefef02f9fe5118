extension JSON {
  /// Whether both are the same value when the order of members counts for nothing.
  public func isEquivalent(to other: JSON) -> Bool {
    switch (self, other) {
    case (.array(let one), .array(let other)):
      one.count == other.count && zip(one, other).allSatisfy { $0.isEquivalent(to: $1) }
    case (.object(let one), .object(let other)):
      one.count == other.count && one.allSatisfy { other[$0.key]?.isEquivalent(to: $0.value) ?? false }
    default: self == other
    }
  }

  /// Whether everything in the subset is here too: objects may have more members than the subset, at every depth.
  ///
  /// Arrays match element by element and are of the same length; anything else is equal.
  public func matches(subset: JSON) -> Bool {
    switch (self, subset) {
    case (.array(let elements), .array(let subset)):
      elements.count == subset.count && zip(elements, subset).allSatisfy { $0.matches(subset: $1) }
    case (.object(let members), .object(let subset)):
      subset.allSatisfy { members[$0.key]?.matches(subset: $0.value) ?? false }
    default: self == subset
    }
  }
}
