extension JSON {
  /// Whether both are the same value when the order of members counts for nothing.
  public func isEquivalent(to other: JSON) -> Bool {
    switch (self, other) {
    case (.array(let one), .array(let other)): one.count == other.count && JSON.areEquivalent(one, other)
    case (.object(let one), .object(let other)): one.count == other.count && JSON.areEquivalent(one, other)
    default: self == other
    }
  }

  /// Whether everything in the subset is here too: objects may have more members than the subset, at every depth.
  ///
  /// Arrays match element by element and are of the same length; anything else is equal.
  public func matches(subset: JSON) -> Bool {
    switch (self, subset) {
    case (.array(let all), .array(let subset)): all.count == subset.count && JSON.match(all, subset)
    case (.object(let all), .object(let subset)): JSON.match(all, subset)
    default: self == subset
    }
  }

  // Loops, because every closure on the way down would take another frame from the stack.

  private static func areEquivalent(_ one: [JSON], _ other: [JSON]) -> Bool {
    for index in one.indices where !one[index].isEquivalent(to: other[index]) { return false }
    return true
  }

  private static func areEquivalent(_ one: JSONObject, _ other: JSONObject) -> Bool {
    for (key, value) in one.members {
      guard let counterpart = other[key], value.isEquivalent(to: counterpart) else { return false }
    }
    return true
  }

  private static func match(_ all: [JSON], _ subset: [JSON]) -> Bool {
    for index in all.indices where !all[index].matches(subset: subset[index]) { return false }
    return true
  }

  private static func match(_ all: JSONObject, _ subset: JSONObject) -> Bool {
    for (key, value) in subset.members {
      guard let counterpart = all[key], counterpart.matches(subset: value) else { return false }
    }
    return true
  }
}
