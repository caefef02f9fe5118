import API
import Testing

/// A story in one of its versions.
struct Telling: Sendable, CustomTestStringConvertible {
  let story: Story
  let version: APIVersion

  var testDescription: String { "\(story.name) in \(version.name)" }

  static func all() throws -> [Telling] {
    try Story.all().flatMap { story in story.versions.map { Telling(story: story, version: $0) } }
  }
}
