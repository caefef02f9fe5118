import JSON

/// Answers that show only a part: an object with the member `"…": "…"`, an array that ends with `"…"`.
enum PartialJSON {
  private static let ellipsis = "…"

  private static func isElided(_ members: JSONObject) -> Bool { members[ellipsis] == .string(ellipsis) }
  private static func isElided(_ elements: [JSON]) -> Bool { elements.last == .string(ellipsis) }

  private static func shownKeys(of members: JSONObject) -> [String] { members.keys.filter { $0 != ellipsis } }

  /// Where a value first differs from the expected one, and how; nil when it does not.
  static func difference(of json: JSON, from expected: JSON, at path: String = "") -> String? {
    switch (json, expected) {
    case (.object(let members), .object(let expected)): containerDifference(of: members, from: expected, at: path)
    case (.array(let elements), .array(let expected)): containerDifference(of: elements, from: expected, at: path)
    default: json == expected ? nil : "\(path.isEmpty ? "the body" : path) is \(json), expected \(expected)"
    }
  }

  private static func containerDifference(of members: JSONObject, from expected: JSONObject, at path: String) -> String?
  {
    let keys = shownKeys(of: expected)
    let there = isElided(expected) ? members.keys.filter(keys.contains) : members.keys
    let place = path.isEmpty ? "the body" : path
    if let missing = keys.first(where: { !there.contains($0) }) { return "\(place) has no \(missing)" }
    if let extra = there.first(where: { !keys.contains($0) }) { return "\(place) has \(extra), too" }
    for key in keys {
      let next = path.isEmpty ? key : "\(path).\(key)"
      if let found = difference(of: members[key] ?? .null, from: expected[key] ?? .null, at: next) { return found }
    }
    if there == keys { return nil }
    return "\(place) has its members in the order \(there.joined(separator: ", "))"
  }

  private static func containerDifference(of elements: [JSON], from expected: [JSON], at path: String) -> String? {
    let count = isElided(expected) ? expected.count - 1 : expected.count
    let fits = isElided(expected) ? elements.count >= count : elements.count == count
    guard fits else { return "\(path) has \(elements.count) elements, expected \(count)" }
    for index in 0..<count {
      let next = path.isEmpty ? "\(index)" : "\(path).\(index)"
      if let found = difference(of: elements[index], from: expected[index], at: next) { return found }
    }
    return nil
  }

  /// A value, shortened as the one that was shown before.
  static func shorten(_ json: JSON, like shown: JSON?) -> JSON {
    switch (json, shown) {
    case (.object(let members), .object(let shown)?): .object(shorten(members, like: shown))
    case (.array(let elements), .array(let shown)?): .array(shorten(elements, like: shown))
    default: json
    }
  }

  private static func shorten(_ members: JSONObject, like shown: JSONObject) -> JSONObject {
    var excerpt = JSONObject()
    for (key, value) in members where !isElided(shown) || shown.contains(key: key) {
      excerpt.append(key: key, value: shorten(value, like: shown[key]))
    }
    if isElided(shown) { excerpt.append(key: ellipsis, value: .string(ellipsis)) }
    return excerpt
  }

  /// Elements beyond those that were shown are shortened as the last of these.
  private static func shorten(_ elements: [JSON], like shown: [JSON]) -> [JSON] {
    let marked = isElided(shown)
    let patterns = marked ? Array(shown.dropLast()) : shown
    let kept = marked ? Array(elements.prefix(patterns.count)) : elements
    return kept.enumerated().map { index, element in
      shorten(element, like: index < patterns.count ? patterns[index] : patterns.last)
    } + (marked ? [.string(ellipsis)] : [])
  }
}
