import API

/// A parser of story files.
struct StoryParser {
  private let name: String
  private let lines: [String]
  private var index = 0

  init(text: String, name: String) {
    self.name = name
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  mutating func parseStory(path: String) throws -> Story {
    var versions: [APIVersion]?
    var fixtures = "default"
    while let line = currentLine, !line.hasPrefix("###") {
      if let text = line.argument(of: "@versions") { versions = try parseVersions(text) }
      if let text = line.argument(of: "@world") { fixtures = text.trimmed }
      index += 1
    }
    let header = Array(lines[..<index])
    var steps: [StoryStep] = []
    while currentLine != nil { steps.append(try parseStep()) }
    return Story(path: path, name: name, fixtures: fixtures, header: header, declaredVersions: versions, steps: steps)
  }

  private mutating func parseStep() throws -> StoryStep {
    let start = index
    let (title, versions) = try parseHeading()
    var advance: Int64 = 0
    while let line = currentLine, line.isBlank || line.hasPrefix("#") || line.hasPrefix("@") {
      guard let text = line.argument(of: "@advance") else {
        if line.hasPrefix("@") || line.hasPrefix("###") { throw error(reason: "expected a request") }
        index += 1
        continue
      }
      guard let seconds = Int64(text) else { throw error(reason: "expected a number of seconds") }
      advance += seconds
      index += 1
    }
    let words = (currentLine ?? "").split(separator: " ").map(String.init)
    guard words.count == 2 else { throw error(reason: "expected a method and a target") }
    index += 1
    let fields = parseFields()
    let body = parseBody()
    let head = Array(lines[start..<index]).trimmed
    let (answers, captures) = try parseAnswers()
    return StoryStep(
      line: start + 1, title: title, versions: versions, requestLines: head, advanceSeconds: advance, method: words[0],
      target: words[1], fields: fields, body: body, answers: answers, captures: captures)
  }

  /// Parses `### Title   @versions 2.7...`.
  private mutating func parseHeading() throws -> (String, [APIVersion]?) {
    let parts = (currentLine ?? "").dropFirst(3).split(separator: "@versions", maxSplits: 1)
    let versions = try parts.dropFirst().first.map { try parseVersions(String($0)) }
    index += 1
    return (parts.first?.trimmed ?? "", versions)
  }

  private mutating func parseAnswers() throws -> ([ExpectedResponse], [StoryCapture]) {
    var answers: [ExpectedResponse] = []
    var captures: [StoryCapture] = []
    var versions: [APIVersion]?
    while let line = currentLine, !line.hasPrefix("###") {
      if let text = line.argument(of: "@versions") {
        versions = try parseVersions(text)
        index += 1
      } else if let text = line.argument(of: "@capture") {
        captures.append(try parseCapture(text, line: line))
        index += 1
      } else if line.hasPrefix("HTTP/1.1 ") {
        answers.append(try parseAnswer(versions: versions))
        versions = nil
      } else if line.isBlank {
        index += 1
      } else {
        throw error(reason: "expected a response")
      }
    }
    return (answers, captures)
  }

  private mutating func parseAnswer(versions: [APIVersion]?) throws -> ExpectedResponse {
    let words = (currentLine ?? "").split(separator: " ")
    guard words.count > 1, let status = Int(words[1]) else { throw error(reason: "expected a status") }
    index += 1
    let fields = parseFields()
    return ExpectedResponse(versions: versions, status: status, fields: fields, body: parseBody())
  }

  private func parseCapture(_ text: String, line: String) throws -> StoryCapture {
    let parts = text.split(separator: "=", maxSplits: 1).map(\.trimmed)
    guard parts.count == 2 else { throw error(reason: "expected name = path") }
    return StoryCapture(name: parts[0], path: parts[1], line: line)
  }

  private mutating func parseFields() -> [HeaderLine] {
    var fields: [HeaderLine] = []
    while let line = currentLine, let field = HeaderLine(parsing: line) {
      fields.append(field)
      index += 1
    }
    return fields
  }

  /// The lines before the next response, directive or step, without surrounding blank lines.
  private mutating func parseBody() -> String {
    let start = index
    while let line = currentLine, !["HTTP/1.1 ", "@", "###"].contains(where: line.hasPrefix) { index += 1 }
    return Array(lines[start..<index]).trimmed.joined(separator: "\n")
  }

  private func parseVersions(_ span: String) throws -> [APIVersion] {
    guard let versions = VersionSpan.versions(parsing: span) else {
      throw error(reason: "\(span) is not a list of versions")
    }
    return versions
  }

  private var currentLine: String? {
    index < lines.count ? lines[index] : nil
  }

  private func error(reason: String) -> StoryError {
    StoryError("\(name):\(index + 1): \(reason)")
  }
}

/// An error in a story file, or in the files that a story needs.
struct StoryError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension StringProtocol {
  /// The string without whitespace at both ends.
  var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  var isBlank: Bool { allSatisfy(\.isWhitespace) }

  /// The argument of a directive; nil if the line is not this directive.
  func argument(of directive: String) -> String? {
    hasPrefix(directive + " ") ? dropFirst(directive.count).trimmed : nil
  }
}

extension String {
  var lines: [String] {
    isEmpty ? [] : split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The string without blank lines at both ends.
  var trimmedLines: String { lines.trimmed.joined(separator: "\n") }
}

extension [String] {
  /// The lines without blank lines at both ends.
  var trimmed: [String] {
    drop(while: \.isBlank).reversed().drop(while: \.isBlank).reversed()
  }
}
