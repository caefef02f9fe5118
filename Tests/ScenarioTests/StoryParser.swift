import API

/// Reads a story, line by line.
struct StoryParser {
  private let name: String
  private let lines: [String]
  private var index = 0

  init(_ text: String, name: String) {
    self.name = name
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  mutating func story(path: String) throws -> Story {
    var versions: [APIVersion]?
    var world = "default"
    while let line = current, !line.hasPrefix("###") {
      if let text = line.after("@versions") { versions = try parse(text) }
      if let text = line.after("@world") { world = text.trimmed }
      index += 1
    }
    let prologue = Array(lines[..<index])
    var steps: [Step] = []
    while current != nil { steps.append(try step()) }
    return Story(path: path, name: name, world: world, prologue: prologue, ownVersions: versions, steps: steps)
  }

  private mutating func step() throws -> Step {
    let start = index
    let (title, versions) = try heading()
    var advance: Int64 = 0
    while let line = current, line.isBlank || line.hasPrefix("#") || line.hasPrefix("@") {
      guard let text = line.after("@advance") else {
        if line.hasPrefix("@") || line.hasPrefix("###") { throw mistake("a request was expected") }
        index += 1
        continue
      }
      guard let seconds = Int64(text) else { throw mistake("a number of seconds was expected") }
      advance += seconds
      index += 1
    }
    let words = (current ?? "").split(separator: " ").map(String.init)
    guard words.count == 2 else { throw mistake("a method and a target were expected") }
    index += 1
    let fields = fields()
    let body = body()
    let head = Array(lines[start..<index]).trimmed
    let (answers, captures) = try answers()
    return Step(
      line: start + 1, title: title, versions: versions, head: head, advance: advance, method: words[0],
      target: words[1], fields: fields, body: body, answers: answers, captures: captures)
  }

  /// `### Title   @versions 2.7...`
  private mutating func heading() throws -> (String, [APIVersion]?) {
    let parts = (current ?? "").dropFirst(3).split(separator: "@versions", maxSplits: 1)
    let versions = try parts.dropFirst().first.map { try parse(String($0)) }
    index += 1
    return (parts.first?.trimmed ?? "", versions)
  }

  private mutating func answers() throws -> ([Answer], [Capture]) {
    var answers: [Answer] = []
    var captures: [Capture] = []
    var versions: [APIVersion]?
    while let line = current, !line.hasPrefix("###") {
      if let text = line.after("@versions") {
        versions = try parse(text)
        index += 1
      } else if let text = line.after("@capture") {
        captures.append(try capture(text, line))
        index += 1
      } else if line.hasPrefix("HTTP/1.1 ") {
        answers.append(try answer(versions))
        versions = nil
      } else if line.isBlank {
        index += 1
      } else {
        throw mistake("an answer was expected")
      }
    }
    return (answers, captures)
  }

  private mutating func answer(_ versions: [APIVersion]?) throws -> Answer {
    let words = (current ?? "").split(separator: " ")
    guard words.count > 1, let status = Int(words[1]) else { throw mistake("a status was expected") }
    index += 1
    let fields = fields()
    return Answer(versions: versions, status: status, fields: fields, body: body())
  }

  private func capture(_ text: String, _ line: String) throws -> Capture {
    let parts = text.split(separator: "=", maxSplits: 1).map(\.trimmed)
    guard parts.count == 2 else { throw mistake("name = path was expected") }
    return Capture(name: parts[0], path: parts[1], line: line)
  }

  private mutating func fields() -> [FieldLine] {
    var fields: [FieldLine] = []
    while let line = current, let field = FieldLine(line) {
      fields.append(field)
      index += 1
    }
    return fields
  }

  /// What stands before the next answer, directive or step, without blank lines around it.
  private mutating func body() -> String {
    let start = index
    while let line = current, !["HTTP/1.1 ", "@", "###"].contains(where: line.hasPrefix) { index += 1 }
    return Array(lines[start..<index]).trimmed.joined(separator: "\n")
  }

  private func parse(_ span: String) throws -> [APIVersion] {
    guard let versions = VersionSpan.versions(span) else { throw mistake("\(span) names no versions") }
    return versions
  }

  private var current: String? {
    index < lines.count ? lines[index] : nil
  }

  private func mistake(_ reason: String) -> Mistake {
    Mistake("\(name):\(index + 1): \(reason)")
  }
}
