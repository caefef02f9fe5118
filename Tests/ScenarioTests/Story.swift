import API
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
    SourceLocation(fileID: "ScenarioTests/Stories/\(name)", filePath: path, line: step.line, column: 1)
  }

  /// Every story, by folder and name. Throws for one that cannot be read as such.
  static func all() throws -> [Story] {
    let root = Files.testsFolder + "/ScenarioTests/Stories"
    return try Files.names(in: root).filter { !$0.contains(".") }.flatMap { folder in
      try Files.names(in: "\(root)/\(folder)").filter { $0.hasSuffix(".http") }.map { file in
        var parser = StoryParser(text: try Files.text(at: "\(root)/\(folder)/\(file)"), name: "\(folder)/\(file)")
        return try parser.parseStory(path: "\(root)/\(folder)/\(file)")
      }
    }
  }
}
