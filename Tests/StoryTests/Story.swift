import API
import TestSupport
import Testing

/// One `.http` file: steps that share a workspace.
struct Story: Sendable, CustomTestStringConvertible {
  let path: String
  /// `contacts/creating.http`.
  let name: String
  /// The folder of fixtures that it is told in.
  let fixtures: String
  /// The lines above the first step.
  let header: [String]
  /// What stands above the first step as `@versions`.
  let declaredVersions: [APIVersion]?
  let steps: [StoryStep]

  var testDescription: String { name }

  /// The versions in which it is told.
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

  /// Every story, by folder and name. Throws for one that cannot be read as such.
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

/// One request of a story and the answers to it.
struct StoryStep: Sendable {
  /// Where its title stands, from 1.
  let line: Int
  let title: String
  /// Those that the title names.
  let versions: [APIVersion]?
  /// The lines from the title to the end of the request, as they were written.
  let requestLines: [String]
  /// Seconds by which the clock moves before the request.
  let advanceSeconds: Int64
  let method: String
  let target: String
  let fields: [HeaderLine]
  let body: String
  let answers: [ExpectedResponse]
  let captures: [StoryCapture]

  /// The answer that a version gives.
  func answer(in version: APIVersion) -> ExpectedResponse? {
    answers.first { $0.versions?.contains(version) ?? true }
  }
}

/// An answer as a story writes it.
struct ExpectedResponse: Sendable, Equatable {
  /// Those of the `@versions` above it.
  var versions: [APIVersion]?
  let status: Int
  let fields: [HeaderLine]
  /// Its JSON; empty when there is none.
  let body: String
}

/// `@capture name = path`: a part of an answer that later steps use.
struct StoryCapture: Sendable {
  let name: String
  let path: String
  /// The line as it was written.
  let line: String

  /// The field it takes, when it takes a field.
  var field: String? {
    path.hasPrefix("header ") ? path.dropFirst("header ".count).trimmed : nil
  }
}

/// A header field as a story writes it.
struct HeaderLine: Sendable, Equatable {
  let name: String
  let value: String

  /// `Name: value`; nil for a line that is something else.
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

/// Versions as a story writes them: `2.14`, `2.7...2.15`, `2.16...`, joined by commas.
enum VersionSpan {
  /// Nil when the text names something else.
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

  /// Some of the versions that a step runs in; of these, neighbours become a span.
  static func text(for some: [APIVersion], of all: [APIVersion]) -> String {
    all.split { !some.contains($0) }.map { run in
      guard let first = run.first, let last = run.last, first != last else { return run.first?.name ?? "" }
      return last == .preview ? "\(first.name)..." : "\(first.name)...\(last.name)"
    }.joined(separator: ", ")
  }
}
