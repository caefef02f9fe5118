import JSON

/// Answers that show only a part: an object with the member `"…": "…"`, an array that ends with `"…"`.
enum Excerpt {
  private static let mark = "…"

  private static func isMarked(_ members: JSONObject) -> Bool { members[mark] == .string(mark) }
  private static func isMarked(_ elements: [JSON]) -> Bool { elements.last == .string(mark) }

  private static func shown(_ members: JSONObject) -> [String] { members.keys.filter { $0 != mark } }

  /// Where a value first differs from the expected one, and how; nil when it does not.
  static func difference(of json: JSON, from expected: JSON, at path: String = "") -> String? {
    switch (json, expected) {
    case (.object(let members), .object(let expected)): difference(members, expected, path)
    case (.array(let elements), .array(let expected)): difference(elements, expected, path)
    default: json == expected ? nil : "\(path.isEmpty ? "the body" : path) is \(json), expected \(expected)"
    }
  }

  private static func difference(_ members: JSONObject, _ expected: JSONObject, _ path: String) -> String? {
    let keys = shown(expected)
    let there = isMarked(expected) ? members.keys.filter(keys.contains) : members.keys
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

  private static func difference(_ elements: [JSON], _ expected: [JSON], _ path: String) -> String? {
    let count = isMarked(expected) ? expected.count - 1 : expected.count
    let fits = isMarked(expected) ? elements.count >= count : elements.count == count
    guard fits else { return "\(path) has \(elements.count) elements, expected \(count)" }
    for index in 0..<count {
      let next = path.isEmpty ? "\(index)" : "\(path).\(index)"
      if let found = difference(of: elements[index], from: expected[index], at: next) { return found }
    }
    return nil
  }

  /// A value, shortened as the one that was shown before.
  static func of(_ json: JSON, like shown: JSON?) -> JSON {
    switch (json, shown) {
    case (.object(let members), .object(let shown)?): .object(of(members, like: shown))
    case (.array(let elements), .array(let shown)?): .array(of(elements, like: shown))
    default: json
    }
  }

  private static func of(_ members: JSONObject, like shown: JSONObject) -> JSONObject {
    var excerpt = JSONObject()
    for (key, value) in members where !isMarked(shown) || shown.contains(key) {
      excerpt.append(key: key, value: of(value, like: shown[key]))
    }
    if isMarked(shown) { excerpt.append(key: mark, value: .string(mark)) }
    return excerpt
  }

  /// Elements beyond those that were shown are shortened as the last of these.
  private static func of(_ elements: [JSON], like shown: [JSON]) -> [JSON] {
    let marked = isMarked(shown)
    let patterns = marked ? Array(shown.dropLast()) : shown
    let kept = marked ? Array(elements.prefix(patterns.count)) : elements
    return kept.enumerated().map { index, element in
      of(element, like: index < patterns.count ? patterns[index] : patterns.last)
    } + (marked ? [.string(mark)] : [])
  }
}
