import API
import HTTPTypes
import JSON

/// Abbreviated JSON: an object with the member `"…": "…"`, an array that ends with `"…"`.
enum PartialJSON {
  private static let ellipsis = "…"

  private static func isElided(_ members: JSONObject) -> Bool { members[ellipsis] == .string(ellipsis) }
  private static func isElided(_ elements: [JSON]) -> Bool { elements.last == .string(ellipsis) }

  private static func shownKeys(of members: JSONObject) -> [String] { members.keys.filter { $0 != ellipsis } }

  /// Describes the first difference between a value and the expected one; nil if there is none.
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
    let present = isElided(expected) ? members.keys.filter(keys.contains) : members.keys
    let place = path.isEmpty ? "the body" : path
    if let missing = keys.first(where: { !present.contains($0) }) { return "\(place) has no \(missing)" }
    if let extra = present.first(where: { !keys.contains($0) }) { return "\(place) has an unexpected \(extra)" }
    for key in keys {
      let next = path.isEmpty ? key : "\(path).\(key)"
      if let found = difference(of: members[key] ?? .null, from: expected[key] ?? .null, at: next) { return found }
    }
    if present == keys { return nil }
    return "\(place) has its members in the order \(present.joined(separator: ", "))"
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

  /// Abbreviates a value in the same way as a previous value.
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

  /// Elements beyond those of the previous value are abbreviated like its last element.
  private static func shorten(_ elements: [JSON], like shown: [JSON]) -> [JSON] {
    let marked = isElided(shown)
    let patterns = marked ? Array(shown.dropLast()) : shown
    let kept = marked ? Array(elements.prefix(patterns.count)) : elements
    return kept.enumerated().map { index, element in
      shorten(element, like: index < patterns.count ? patterns[index] : patterns.last)
    } + (marked ? [.string(ellipsis)] : [])
  }
}

extension StoryStep {
  /// Describes the difference from the expected response in a version; nil if there is none.
  func problem(with received: ActualResponse, in version: APIVersion, names: [String: String]) -> String? {
    let actual = StoryRecorder.lines(for: received, like: nil, names: [:], showing: answer(in: version)?.fields ?? [])
    guard let answer = answer(in: version) else {
      return report("there is no expected response", version: version, expected: [], received: actual)
    }
    guard let difference = difference(between: answer, and: received, names: names) else { return nil }
    let status = HTTPResponse.Status(code: answer.status)
    let expected =
      ["HTTP/1.1 \(status.code) \(status.reasonPhrase)"] + answer.fields.map(\.text)
      + answer.body.fillingPlaceholders(from: names).lines
    return report(difference, version: version, expected: expected, received: actual)
  }

  private func difference(between answer: ExpectedResponse, and received: ActualResponse, names: [String: String])
    -> String?
  {
    guard answer.status == received.status.code else {
      return "the status is \(received.status.code), expected \(answer.status)"
    }
    for field in answer.fields {
      let (value, actual) = (field.value.fillingPlaceholders(from: names), received.field(named: field.name))
      let fits = value == "*" ? actual != nil : actual ?? "" == value
      if !fits { return "\(field.name) is \(actual ?? "absent"), expected \(value.isEmpty ? "none" : value)" }
    }
    if answer.body.isEmpty { return received.body.isEmpty ? nil : "there is an unexpected body" }
    if received.isText {
      let isSame = answer.body.fillingPlaceholders(from: names) == received.text
      return isSame ? nil : "the text differs"
    }
    do {
      let expected = try JSON(parsing: answer.body.fillingPlaceholders(from: names))
      guard let json = received.json else { return "the body is not JSON" }
      return PartialJSON.difference(of: json, from: expected)
    } catch {
      return "the expected response is not JSON: \(error)"
    }
  }

  private func report(_ what: String, version: APIVersion, expected: [String], received: [String]) -> String {
    """
    “\(title)” in \(version.name): \(what)
    --- expected ---
    \(expected.joined(separator: "\n"))
    --- received ---
    \(received.joined(separator: "\n"))
    """
  }
}
