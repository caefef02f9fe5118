import JSON

extension JSON {
  /// Whether another value has all of this one: of an object these members at least, of an array as many elements, and
  /// of numbers the same value, however it is written.
  func isContained(in other: JSON) -> Bool {
    switch (self, other) {
    case (.object(let members), .object(let others)):
      members.allSatisfy { key, value in others[key].map(value.isContained) ?? false }
    case (.array(let items), .array(let others)):
      items.count == others.count && zip(items, others).allSatisfy { $0.isContained(in: $1) }
    default: self == other || (number != nil && number == other.number)
    }
  }

  /// Where another value lacks something of this one, in words.
  func differences(from other: JSON, at path: String) -> [String] {
    switch (self, other) {
    case (.object(let members), .object(let others)):
      members.flatMap { key, value in
        others[key].map { value.differences(from: $0, at: "\(path).\(key)") }
          ?? ["\(path).\(key) is absent, expected \(value.text)"]
      }
    case (.array(let items), .array(let others)) where items.count == others.count:
      zip(items, others).enumerated().flatMap { $1.0.differences(from: $1.1, at: "\(path)[\($0)]") }
    default: isContained(in: other) ? [] : ["\(path) is \(other.text), expected \(text)"]
    }
  }
}
