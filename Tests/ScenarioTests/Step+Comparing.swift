import API
import HTTPTypes
import JSON

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
