import API
import HTTPTypes
import JSON

extension Step {
  /// What differs from the answer that is written for this version; nil when nothing does.
  func problem(with received: Received, in version: APIVersion, _ names: [String: String]) -> String? {
    let came = Recorder.lines(received, like: nil, names: [:], showing: answer(in: version)?.fields ?? [])
    guard let answer = answer(in: version) else {
      return report("no answer is written", version, expected: [], came: came)
    }
    guard let difference = difference(answer, received, names) else { return nil }
    let status = HTTPResponse.Status(code: answer.status)
    let expected =
      ["HTTP/1.1 \(status.code) \(status.reasonPhrase)"] + answer.fields.map(\.text) + answer.body.naming(names).lines
    return report(difference, version, expected: expected, came: came)
  }

  private func difference(_ answer: Answer, _ received: Received, _ names: [String: String]) -> String? {
    guard answer.status == received.status.code else {
      return "the status is \(received.status.code), expected \(answer.status)"
    }
    for field in answer.fields {
      let (value, came) = (field.value.naming(names), received.field(field.name))
      let fits = value == "*" ? came != nil : came ?? "" == value
      if !fits { return "\(field.name) is \(came ?? "absent"), expected \(value.isEmpty ? "none" : value)" }
    }
    if answer.body.isEmpty { return received.body.isEmpty ? nil : "there is a body" }
    if received.isText {
      let isSame = answer.body.naming(names) == received.text
      return isSame ? nil : "the text differs"
    }
    do {
      let expected = try JSON(parsing: answer.body.naming(names))
      guard let json = received.json else { return "the body is no JSON" }
      return Excerpt.difference(of: json, from: expected)
    } catch {
      return "the answer in the file is no JSON: \(error)"
    }
  }

  private func report(_ what: String, _ version: APIVersion, expected: [String], came: [String]) -> String {
    """
    “\(title)” in \(version.name): \(what)
    --- expected ---
    \(expected.joined(separator: "\n"))
    --- came ---
    \(came.joined(separator: "\n"))
    """
  }
}
