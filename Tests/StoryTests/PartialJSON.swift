import API
import HTTPTypes
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

extension StoryStep {
  /// What differs from the answer that is written for this version; nil when nothing does.
  func problem(with received: ActualResponse, in version: APIVersion, names: [String: String]) -> String? {
    let came = StoryRecorder.lines(for: received, like: nil, names: [:], showing: answer(in: version)?.fields ?? [])
    guard let answer = answer(in: version) else {
      return report("no answer is written", version: version, expected: [], received: came)
    }
    guard let difference = difference(between: answer, and: received, names: names) else { return nil }
    let status = HTTPResponse.Status(code: answer.status)
    let expected =
      ["HTTP/1.1 \(status.code) \(status.reasonPhrase)"] + answer.fields.map(\.text)
      + answer.body.fillingPlaceholders(from: names).lines
    return report(difference, version: version, expected: expected, received: came)
  }

  private func difference(between answer: ExpectedResponse, and received: ActualResponse, names: [String: String])
    -> String?
  {
    guard answer.status == received.status.code else {
      return "the status is \(received.status.code), expected \(answer.status)"
    }
    for field in answer.fields {
      let (value, came) = (field.value.fillingPlaceholders(from: names), received.field(named: field.name))
      let fits = value == "*" ? came != nil : came ?? "" == value
      if !fits { return "\(field.name) is \(came ?? "absent"), expected \(value.isEmpty ? "none" : value)" }
    }
    if answer.body.isEmpty { return received.body.isEmpty ? nil : "there is a body" }
    if received.isText {
      let isSame = answer.body.fillingPlaceholders(from: names) == received.text
      return isSame ? nil : "the text differs"
    }
    do {
      let expected = try JSON(parsing: answer.body.fillingPlaceholders(from: names))
      guard let json = received.json else { return "the body is no JSON" }
      return PartialJSON.difference(of: json, from: expected)
    } catch {
      return "the answer in the file is no JSON: \(error)"
    }
  }

  private func report(_ what: String, version: APIVersion, expected: [String], received: [String]) -> String {
    """
    “\(title)” in \(version.name): \(what)
    --- expected ---
    \(expected.joined(separator: "\n"))
    --- came ---
    \(received.joined(separator: "\n"))
    """
  }
}
