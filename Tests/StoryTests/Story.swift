import API
import TestSupport
import Testing

/// One `.http` file: a sequence of steps in one workspace.
struct Story: Sendable, CustomTestStringConvertible {
  let path: String
  /// The path below `Stories`: `contacts/creating.http`.
  let name: String
  /// The name of the fixtures folder.
  let fixtures: String
  /// The lines before the first step.
  let header: [String]
  /// The versions of the `@versions` line before the first step; nil if there is none.
  let declaredVersions: [APIVersion]?
  let steps: [StoryStep]

  var testDescription: String { name }

  /// The versions in which the story runs.
  var versions: [APIVersion] {
    if let declaredVersions { return declaredVersions }
    let named = Set(steps.flatMap { $0.versions ?? [] })
    return named.isEmpty ? [.v2_14] : named.sorted()
  }

  /// The steps that run in a version.
  func steps(in version: APIVersion) -> [StoryStep] {
    steps.filter { $0.versions?.contains(version) ?? true }
  }

  func location(of step: StoryStep) -> SourceLocation {
    SourceLocation(fileID: "StoryTests/Stories/\(name)", filePath: path, line: step.line, column: 1)
  }

  /// Returns all stories, ordered by folder and name. Throws a `StoryError` if one is malformed.
  static func all() throws -> [Story] {
    let root = TestFiles.root + "/Tests/StoryTests/Stories"
    return try TestFiles.names(in: root).filter { !$0.contains(".") }.flatMap { folder in
      try TestFiles.names(in: "\(root)/\(folder)").filter { $0.hasSuffix(".http") }.map { file in
        var parser = StoryParser(text: try TestFiles.text(at: "\(root)/\(folder)/\(file)"), name: "\(folder)/\(file)")
        return try parser.parseStory(path: "\(root)/\(folder)/\(file)")
      }
    }
  }
}

/// One request of a story and the expected responses.
struct StoryStep: Sendable {
  /// The line number of the title, counted from 1.
  let line: Int
  let title: String
  /// The versions in the title; nil if there are none.
  let versions: [APIVersion]?
  /// The unchanged lines from the title to the end of the request.
  let requestLines: [String]
  /// The number of seconds by which the clock is advanced before the request.
  let advanceSeconds: Int64
  let method: String
  let target: String
  let fields: [HeaderLine]
  let body: String
  let answers: [ExpectedResponse]
  let captures: [StoryCapture]

  /// The expected response in a version.
  func answer(in version: APIVersion) -> ExpectedResponse? {
    answers.first { $0.versions?.contains(version) ?? true }
  }
}

/// An expected response.
struct ExpectedResponse: Sendable, Equatable {
  /// The versions of the `@versions` line before the response; nil if there is none.
  var versions: [APIVersion]?
  let status: Int
  let fields: [HeaderLine]
  /// The body; empty if there is none.
  let body: String
}

/// `@capture name = path`: a value of a response that later steps use.
struct StoryCapture: Sendable {
  let name: String
  let path: String
  /// The unchanged line.
  let line: String

  /// The name of the captured header field; nil if a value of the body is captured.
  var field: String? {
    path.hasPrefix("header ") ? path.dropFirst("header ".count).trimmed : nil
  }
}

/// A header field in a story.
struct HeaderLine: Sendable, Equatable {
  let name: String
  let value: String

  /// Parses `Name: value`; nil if the line is not a header field.
  init?(parsing line: String) {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let name = line[..<colon]
    let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    guard isName, !name.isEmpty else { return nil }
    self.init(name: String(name), value: line[line.index(after: colon)...].trimmed)
  }

  init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  var text: String { value.isEmpty ? "\(name):" : "\(name): \(value)" }
}

/// The notation of versions in a story: `2.14`, `2.7...2.15`, `2.16...`, separated by commas.
enum VersionSpan {
  /// Parses versions; returns nil if the string is malformed.
  static func versions(parsing text: String) -> [APIVersion]? {
    var versions: Set<APIVersion> = []
    for part in text.split(separator: ",").map(\.trimmed) {
      let ends = part.split(separator: "...", omittingEmptySubsequences: false).map(String.init)
      guard let first = APIVersion(named: ends[0]) else { return nil }
      let last = ends.count == 1 ? first : ends[1].isEmpty ? .preview : APIVersion(named: ends[1])
      guard let last, last >= first else { return nil }
      versions.formUnion(APIVersion.allCases.filter { (first...last).contains($0) })
    }
    return versions.isEmpty ? nil : versions.sorted()
  }

  /// Formats some of a step's versions. Consecutive versions become a range.
  static func text(for some: [APIVersion], of all: [APIVersion]) -> String {
    all.split { !some.contains($0) }.map { run in
      guard let first = run.first, let last = run.last, first != last else { return run.first?.name ?? "" }
      return last == .preview ? "\(first.name)..." : "\(first.name)...\(last.name)"
    }.joined(separator: ", ")
  }
}
