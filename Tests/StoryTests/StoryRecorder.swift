import API
import Glibc
import JSON

/// Runs a story in each of its versions and records the responses.
@MainActor
struct StoryRecorder {
  /// Whether the environment variable `RECORD` is set.
  nonisolated static var isEnabled: Bool { getenv("RECORD") != nil }

  private let story: Story
  /// The lines of each response, by line number of the step and by version.
  private var answers: [Int: [APIVersion: [String]]] = [:]

  init(story: Story) {
    self.story = story
  }

  mutating func record(version: APIVersion) throws {
    var run = try StoryRun(of: story, in: version)
    for step in story.steps(in: version) {
      let received = try run.perform(step)
      let old = step.answer(in: version)
      let shown = old?.status == received.status.code ? try? old.map { try JSON(parsing: $0.body) } : nil
      answers[step.line, default: [:]][version] = Self.lines(
        for: received, like: shown, names: run.names(with: received),
        showing: old?.fields ?? [])
      try run.capture(from: received, step: step)
    }
  }

  /// The story file with the recorded responses.
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

  /// Formats a response for a story.
  /// - Parameters:
  ///   - received: the response
  ///   - shown: the previous body, which determines abbreviations
  ///   - names: the captured values by name
  ///   - fields: the previous header fields; only these are recorded
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
      // Text begins after a blank line, because its lines may look like header fields.
      return [status] + fields + (received.body.isEmpty ? [] : [""]) + received.text.lines
    }
    let body = StoryJSONFormatter.lines(for: PartialJSON.shorten(json.insertingPlaceholders(for: names), like: shown))
    return [status] + fields + (fields.isEmpty ? [] : [""]) + body
  }
}

/// Readable JSON: values that fit are on one line; longer objects and arrays are wrapped at the line length.
enum StoryJSONFormatter {
  private static let lineLength = 120
  /// A container that is longer than this begins on a new line.
  private static let inlineLength = 40

  static func lines(for json: JSON, indent: Int = 0, before prefix: String = "", after suffix: String = "") -> [String]
  {
    let margin = String(repeating: " ", count: indent)
    let line = margin + prefix + inline(json) + suffix
    guard line.count > lineLength, !isSimple(json) else { return [line] }
    let (opening, closing) = json.array == nil ? ("{", "}") : ("[", "]")
    return [margin + prefix + opening] + wrapped(items(of: json), indent: indent + 2) + [margin + closing + suffix]
  }

  private struct Item {
    let key: String
    let value: JSON
  }

  private static func items(of json: JSON) -> [Item] {
    if let members = json.object { return members.map { Item(key: JSON.string($0.key).text + ": ", value: $0.value) } }
    return (json.array ?? []).map { Item(key: "", value: $0) }
  }

  private static func wrapped(_ items: [Item], indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var isOpen = false
    for (index, item) in items.enumerated() {
      let comma = index + 1 < items.count ? "," : ""
      let text = item.key + inline(item.value) + comma
      guard isSimple(item.value) || text.count <= inlineLength else {
        lines += Self.lines(for: item.value, indent: indent, before: item.key, after: comma)
        isOpen = false
        continue
      }
      if isOpen, let last = lines.last, last.count + 1 + text.count <= lineLength {
        lines[lines.count - 1] += " " + text
      } else {
        lines.append(margin + text)
      }
      isOpen = true
    }
    return lines
  }

  private static func isSimple(_ json: JSON) -> Bool {
    switch json {
    case .object(let members): members.isEmpty
    case .array(let elements): elements.isEmpty
    default: true
    }
  }

  private static func inline(_ json: JSON) -> String {
    if isSimple(json) { return json.text }
    if let elements = json.array { return "[\(elements.map(inline).joined(separator: ", "))]" }
    return "{ \(items(of: json).map { $0.key + inline($0.value) }.joined(separator: ", ")) }"
  }
}
