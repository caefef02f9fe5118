import API
import Testing

/// A story in one of its versions.
struct StoryCase: Sendable, CustomTestStringConvertible {
  let story: Story
  let version: APIVersion

  var testDescription: String { "\(story.name) in \(version.name)" }

  static func all() throws -> [StoryCase] {
    try Story.all().flatMap { story in story.versions.map { StoryCase(story: story, version: $0) } }
  }
}
