import API
import Glibc
import JSON

/// Tells a story in each of its versions and writes down what was answered.
@MainActor
struct StoryRecorder {
  /// Whether `RECORD` is set.
  nonisolated static var isEnabled: Bool { getenv("RECORD") != nil }

  private let story: Story
  /// By step, by version: the lines of the answer.
  private var answers: [Int: [APIVersion: [String]]] = [:]

  init(story: Story) {
    self.story = story
  }

  mutating func record(version: APIVersion) throws {
    var run = try StoryRun(of: story, in: version)
    for step in story.steps(in: version) {
      let received = run.perform(step)
      let old = step.answer(in: version)
      let shown = old?.status == received.status.code ? try? old.map { try JSON(parsing: $0.body) } : nil
      answers[step.line, default: [:]][version] = Self.lines(
        for: received, like: shown, names: run.names(with: received),
        showing: old?.fields ?? [])
      try run.capture(from: received, step: step)
    }
  }

  /// The file, with what was recorded.
  var text: String {
    let steps = story.steps.map { lines(for: $0).joined(separator: "\n") }
    return (story.header.trimmed.joined(separator: "\n") + "\n\n" + steps.joined(separator: "\n\n"))
      .trimmedLines + "\n"
  }

  private func lines(for step: StoryStep) -> [String] {
    let recorded = answers[step.line] ?? [:]
    let versions = recorded.keys.sorted()
    var groups: [(lines: [String], versions: [APIVersion])] = []
    for version in versions {
      guard let lines = recorded[version] else { continue }
      if let same = groups.firstIndex(where: { $0.lines == lines }) {
        groups[same].versions.append(version)
      } else {
        groups.append((lines, [version]))
      }
    }
    let blocks = groups.flatMap { group in
      [""] + (groups.count > 1 ? ["@versions " + VersionSpan.text(for: group.versions, of: versions)] : [])
        + group.lines
    }
    return step.requestLines + blocks + step.captures.map(\.line)
  }

  /// An answer as a story writes it.
  /// - Parameters:
  ///   - shown: the body that was written before
  ///   - names: what captured values are called
  ///   - fields: the fields that were written before
  nonisolated static func lines(
    for received: ActualResponse, like shown: JSON?, names: [String: String], showing fields: [HeaderLine]
  ) -> [String] {
    let status = "HTTP/1.1 \(received.status.code) \(received.status.reasonPhrase)"
    let fields = fields.map { field in
      let value = received.field(named: field.name)
      return HeaderLine(
        name: field.name,
        value: field.value == "*" && value != nil ? "*" : (value ?? "").insertingPlaceholders(for: names)
      ).text
    }
    guard let json = received.json else {
      // A text begins after a blank line, for its own may look like fields.
      return [status] + fields + (received.body.isEmpty ? [] : [""]) + received.text.lines
    }
    let body = StoryJSONFormatter.lines(for: PartialJSON.shorten(json.insertingPlaceholders(for: names), like: shown))
    return [status] + fields + (fields.isEmpty ? [] : [""]) + body
  }
}
