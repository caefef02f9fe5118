import API

/// One request of a story and the answers to it.
struct Step: Sendable {
  /// Where its title stands, from 1.
  let line: Int
  let title: String
  /// Those that the title names.
  let versions: [APIVersion]?
  /// The lines from the title to the end of the request, as they were written.
  let head: [String]
  /// Seconds by which the clock moves before the request.
  let advance: Int64
  let method: String
  let target: String
  let fields: [FieldLine]
  let body: String
  let answers: [Answer]
  let captures: [Capture]

  /// The answer that a version gives.
  func answer(in version: APIVersion) -> Answer? {
    answers.first { $0.versions?.contains(version) ?? true }
  }
}

/// A header field as a story writes it.
struct FieldLine: Sendable, Equatable {
  let name: String
  let value: String

  /// `Name: value`; nil for a line that is something else.
  init?(_ line: String) {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let name = line[..<colon]
    let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    guard isName, !name.isEmpty else { return nil }
    self.init(String(name), line[line.index(after: colon)...].trimmed)
  }

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  var text: String { value.isEmpty ? "\(name):" : "\(name): \(value)" }
}

/// An answer as a story writes it.
struct Answer: Sendable, Equatable {
  /// Those of the `@versions` above it.
  var versions: [APIVersion]?
  let status: Int
  let fields: [FieldLine]
  /// Its JSON; empty when there is none.
  let body: String
}

/// `@capture name = path`: a part of an answer that later steps use.
struct Capture: Sendable {
  let name: String
  let path: String
  /// The line as it was written.
  let line: String

  /// The field it takes, when it takes a field.
  var field: String? {
    path.hasPrefix("header ") ? path.dropFirst("header ".count).trimmed : nil
  }
}
